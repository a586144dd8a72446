"""The rows of the sample district as its SIS would export them if nothing were ever wrong."""

from __future__ import annotations

from patron_update.embedded.sample_people import person, pick

Row = dict[str, str]

STUDENT_COLUMNS = (
    "Student Number", "School Number", "Last Name", "First Name", "Middle Name", "Goes By", "Gender", "Grade",
    "Graduation Year", "Birth Date", "Homeroom", "Enroll Status", "Email", "Street", "City", "State", "Zip", "Phone",
    "Card Expires", "Guardian Email", "Access", "Policy", "Also At", "Card Number",
)  # fmt: skip
STAFF_COLUMNS = (
    "Staff ID", "Location", "Last Name", "First Name", "Email", "Role", "Status", "Gender", "Card Number", "Type",
    "Main",
)  # fmt: skip
SUBSTITUTE_COLUMNS = (
    "Card", "Site", "Last Name", "First Name", "Born", "ID", "User Name", "PIN", "Group", "Status", "Kind",
)  # fmt: skip

MAPLE, RIVER, SUMMIT, OFFICE = "0410", "0420", "0430", "0001"
SCHOOLS = (MAPLE, RIVER, SUMMIT)
GRADES = ("PK", "KG", *map(str, range(1, 13)))
LOCATIONS = (MAPLE, RIVER, SUMMIT, MAPLE, OFFICE, SUMMIT)
SHORT_NAMES = {MAPLE: "MAPLE-ES", RIVER: "RIVER-MS", SUMMIT: "SUMMIT-HS"}
FIRST_STUDENT, FIRST_STAFF, FIRST_SUBSTITUTE = 12_001, 501, 901
SENIOR_YEAR = 2026
ZIP_CODES = {"Springfield": "02134", "North Springfield": "02135", "Peñasco Falls": "01008"}


def student(seed: int, index: int) -> Row:
    """Return the student at ``index``. Grades, and so schools, go by turns: neighbours of every kind are near."""
    who = person(seed, FIRST_STUDENT + index)
    draw = who.draw
    level = index * 5 % len(GRADES)
    grade, years_left = GRADES[level], len(GRADES) - 1 - level
    school = SCHOOLS[0 if years_left > 6 else 1 if years_left > 3 else 2]  # noqa: PLR2004 - years before graduation
    city = pick(draw, tuple(ZIP_CODES))
    born = SENIOR_YEAR - 18 + years_left
    room = f"{1 + int(draw.random() * 30)}"
    access = "Senior" if grade == "12" else pick(draw, ("Patron", "Young Reader")) if school == MAPLE else "Patron"
    return dict(
        zip(
            STUDENT_COLUMNS,
            (
                f"{who.number:07d}",
                school,
                who.last,
                who.first,
                who.middle,
                who.nickname,
                who.gender,
                grade,
                str(SENIOR_YEAR + years_left),
                f"{1 + int(draw.random() * 12):02d}/{1 + int(draw.random() * 28):02d}/{born}",
                f"{room}, {pick(draw, ('West', 'East', 'Annex'))}" if draw.random() < 0.3 else room,  # noqa: PLR2004
                "A" if draw.random() < 0.02 else "ENR",  # noqa: PLR2004 - a share
                "" if grade in ("PK", "KG") else f"{who.email_name}@springfield.example",
                who.street,
                city,
                "MA",
                ZIP_CODES[city],
                who.phone,
                "2026-06-30",
                f"family{who.number}@mail.example" if draw.random() < 0.7 else "",  # noqa: PLR2004 - a share
                access,
                "N" if draw.random() < 0.15 else "Y",  # noqa: PLR2004 - a share
                SUMMIT if grade == "8" and draw.random() < 0.1 else "",  # noqa: PLR2004 - a share
                f"21750{who.number:09d}",
            ),
            strict=True,
        )
    )


def staff(seed: int, index: int) -> Row:
    """Return the member of staff at ``index``. The dot in the address keeps it apart from every student's."""
    who = person(seed, FIRST_STAFF + index, encoding="windows-1252")
    location = LOCATIONS[index % len(LOCATIONS)]
    role = "S" if location == OFFICE or who.draw.random() < 0.2 else "T"  # noqa: PLR2004 - a share
    return dict(
        zip(
            STAFF_COLUMNS,
            (
                f"{who.number:05d}",
                location,
                who.last,
                who.first,
                f"staff.{who.email_name}@springfield.example",
                role,
                "2" if who.draw.random() < 0.02 else "1",  # noqa: PLR2004 - a share
                who.gender,
                f"31750{who.number:09d}",
                "Faculty" if role == "T" else "Staff",
                "Y",
            ),
            strict=True,
        )
    )


def substitute(seed: int, index: int) -> Row:
    """Return the substitute teacher or volunteer at ``index``. Their office knows the sites by their short names."""
    who = person(seed, FIRST_SUBSTITUTE + index)
    born = f"{1955 + int(who.draw.random() * 45)}-{1 + int(who.draw.random() * 12):02d}"
    return dict(
        zip(
            SUBSTITUTE_COLUMNS,
            (
                f"51750{who.number:09d}",
                SHORT_NAMES[SCHOOLS[index % len(SCHOOLS)]],
                who.last,
                who.first,
                f"{born}-{1 + int(who.draw.random() * 28):02d}",
                f"V{who.number:05d}",
                f"guest.{who.email_name}",
                f"{int(who.draw.random() * 1_000_000):06d}",
                pick(who.draw, ("Textbooks", "Visitors")),
                "1",
                pick(who.draw, ("Substitute", "Visitor")),
            ),
            strict=True,
        )
    )
