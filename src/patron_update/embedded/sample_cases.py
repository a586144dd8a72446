"""What goes wrong in the sample district: each case sits at a place of its own and says which message it makes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patron_update.embedded.sample_rows import MAPLE, OFFICE, RIVER, SCHOOLS, SUMMIT, Row, student

Lines = list[Sequence[str] | str]
"""What is written for one row: lists of values, or a text that goes into the file as it stands."""
Edit = Callable[[Row], Lines]
MAPLE_CARDS = tuple(student(0, index)["Card Number"] for index in (14, 28))
"""Cards of students at Maple whom nothing disturbs. School and card follow from the index, whatever the seed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case sits: row ``index`` on ``night``; ``rows`` gives any undisturbed row, ``spacing`` the next case."""

    index: int
    night: int
    spacing: int
    rows: Callable[[int], Row]

    def beside(self, number: int = 1, *, site: str | None = None) -> int:
        """Return the ``number``-th undisturbed row after this one at the same site, or at ``site``, with an address."""
        column = "School Number" if "School Number" in self.rows(0) else "Location"
        site = site or self.rows(self.index)[column]
        index = self.index
        while number:
            index += 1
            row = self.rows(index)
            undisturbed = index % self.spacing not in (0, self.spacing // 2)
            number -= undisturbed and row[column] == site and row["Email"] != ""
        return index

    def card(self, index: int) -> str:
        """Return the card number of another row."""
        return self.rows(index)["Card Number"]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is wrong, or hard. ``code`` is the message it makes, None when it must go well."""

    code: str | None
    how: str
    edits: Callable[[Place], dict[int, Edit]]
    nights: tuple[int, ...] = (1, 2)


def _values(row: Row) -> Lines:
    return [list(row.values())]


def _put(**values: str) -> Edit:
    """Return the edit that sets columns; their names have underscores for blanks."""
    changes = {column.replace("_", " "): value for column, value in values.items()}
    return lambda row: _values(row | changes)


def _here(edit: Edit) -> Callable[[Place], dict[int, Edit]]:
    return lambda place: {place.index: edit}


def _set(code: str | None, how: str, nights: tuple[int, ...] = (1, 2), **values: str) -> Case:
    return Case(code, how, _here(_put(**values)), nights)


def _broken_quote(row: Row) -> Lines:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow((row | {"First Name": "@"}).values())
    return [out.getvalue().replace(",@,", ',"Robert "Bob" Lee",')]


def _unquoted_comma(row: Row) -> Lines:
    values = list((row | {"Homeroom": "12"}).values())
    at = list(row).index("Homeroom") + 1
    return [[*values[:at], " West", *values[at:]]]


def _barcodes_in_turn(count: int) -> Callable[[Place], dict[int, Edit]]:
    """Each of ``count`` rows at one site takes the next one's card, the last one the first one's."""

    def edits(place: Place) -> dict[int, Edit]:
        ring = [place.index, *(place.beside(number) for number in range(1, count))]
        return {index: _put(Card_Number=place.card(ring[n - count + 1])) for n, index in enumerate(ring)}

    return edits


def _barcode_chain(place: Place) -> dict[int, Edit]:
    first, second, third = place.index, place.beside(1), place.beside(2)
    return {
        first: _put(Card_Number=place.card(second)),
        second: _put(Card_Number=place.card(third)),
        third: _put(Card_Number=place.card(third).replace("21750", "21751")),
    }


def _barcode_of_neighbour(place: Place) -> dict[int, Edit]:
    return {place.index: _put(Card_Number=place.card(place.beside()))}


def _barcode_not_given_up(place: Place) -> dict[int, Edit]:
    second, third = place.beside(1), place.beside(2)
    return {place.index: _put(Card_Number=place.card(second)), second: _put(Card_Number=place.card(third))}


def _transfer_onto_barcode(place: Place) -> dict[int, Edit]:
    target = RIVER if place.rows(place.index)["School Number"] != RIVER else SUMMIT
    values = {"Card_Number": place.card(place.beside(site=target))}
    return {place.index: _put(**values, **({"School_Number": target} if place.night == 2 else {}))}  # noqa: PLR2004


def _address_of_neighbour(place: Place) -> dict[int, Edit]:
    return {place.index: _put(Email=place.rows(place.beside())["Email"])}


def _fields_emptied(place: Place) -> dict[int, Edit]:
    told = "" if place.night == 2 else "Sunny"  # noqa: PLR2004 - the second night
    return {place.index: _put(Goes_By=told, Middle_Name=told, Phone=told and "(555) 555-0100", Homeroom=told)}


def _elsewhere(row: Row) -> str:
    """Return another school than the row's own."""
    return next(school for school in SCHOOLS if school != row["School Number"])


def _gone_elsewhere(row: Row) -> Lines:
    return _values(row | {"Enroll Status": "LEFT", "School Number": _elsewhere(row)})


def _left_one_of_two(place: Place) -> dict[int, Edit]:
    status = "LEFT" if place.night == 2 else "ENR"  # noqa: PLR2004 - the second night
    return {place.index: lambda row: _values(row | {"Also At": _elsewhere(row), "Enroll Status": status})}


def _again(row: Row, **values: str) -> Row:
    """Return the same person under a second student number: with a card of its own and no address, unless given."""
    number, card = "09" + row["Student Number"][2:], row["Card Number"].replace("21750", "21759")
    return row | {"Student Number": number, "Card Number": card, "Email": ""} | values


def _twice(column: str) -> Edit:
    """Send a student under a second number besides; of ``column`` the two have the same."""

    def edit(row: Row) -> Lines:
        first = row | {"Email": row["Email"] or f"s{row['Student Number']}@springfield.example"}
        return _values(first) + _values(_again(first, **{column: first[column]}))

    return edit


def _stored_twice(column: str) -> Callable[[Place], dict[int, Edit]]:
    """Send a student under two numbers; on the second night the second one gets the first one's ``column``."""
    return lambda place: {place.index: _twice(column if place.night == 2 else "Last Name")}  # noqa: PLR2004


def _twin_transferred(place: Place) -> dict[int, Edit]:
    def edit(row: Row) -> Lines:
        school = _elsewhere(row) if place.night == 1 else row["School Number"]
        return _values(row) + _values(_again(row, **{"Card Number": row["Card Number"], "School Number": school}))

    return {place.index: edit}


def _teacher_of(*schools: str, main: str = "Y", second_card: str = "", **values: str) -> Edit:
    """Send one row for each school; the first one is the main one, unless ``main`` says no."""

    def edit(row: Row) -> Lines:
        first = row | {name.replace("_", " "): value for name, value in values.items()}
        rows = [first | {"Location": school, "Main": "N" if n else main} for n, school in enumerate(schools)]
        if second_card:
            rows[-1] |= {"Card Number": row["Card Number"].replace("31750", second_card)}
        return [list(each.values()) for each in rows]

    return edit


def _main_school_left(place: Place) -> dict[int, Edit]:
    def edit(row: Row) -> Lines:
        main = row | {"Location": RIVER, "Status": "3" if place.night == 2 else "1"}  # noqa: PLR2004
        return _values(main) + _values(row | {"Location": SUMMIT, "Status": "1", "Main": "N"})

    return {place.index: edit}


STUDENT_CASES: tuple[Case, ...] = (
    # The file
    Case("row_blank", "an empty line after the row", _here(lambda row: [*_values(row), ""])),
    Case("row_too_few_columns", "the row ends after nine columns", _here(lambda row: [list(row.values())[:9]])),
    Case("row_too_many_columns", "a homeroom '12, West' without quotes", _here(_unquoted_comma)),
    Case("row_unreadable", 'a first name "Robert "Bob" Lee": quotes inside quotes', _here(_broken_quote)),
    # Single values
    _set("value_too_long", "a nickname of 41 characters", Goes_By="Maximilian-Alexander-Ferdinand-Konstantin"),
    _set("date_invalid", "born on a 30 February", Birth_Date="02/30/2014"),
    _set("date_invalid", "a card that expires in 'June'", Card_Expires="June"),
    _set("graduation_year_invalid", "a year of two digits", Graduation_Year="27"),
    _set("flag_invalid", "a policy that lies there 'on paper'", Policy="on paper"),
    _set("gender_invalid", "gender X", Gender="X"),
    _set("status_unknown", "an enrolment status nobody has mapped", Enroll_Status="PENDING"),
    # Keys
    _set("district_id_required", "no student number", Student_Number=""),
    _set("district_id_too_long", "a student number of 44 digits", Student_Number="0012" * 11),
    _set("site_required", "no school", School_Number=""),
    _set("site_unknown", "a school that the district does not have", School_Number="0999"),
    _set("site_unknown", "the same, put right on the second night", (1,), School_Number="0999"),
    Case("duplicate_row", "the same row twice", _here(lambda row: _values(row) * 2)),
    Case(
        "duplicate_key",
        "two rows for one student, who sits in two homerooms",
        _here(lambda row: _values(row) + _values(row | {"Homeroom": "99"})),
    ),
    # Expectations of the suite
    _set("expectation_warning", "an address outside the school's domain", Email="dragonrider7@mail.example"),
    _set("expectation_rejected", "a number that the front office made up", Student_Number="TEMP-17"),
    # Names, cards, access levels
    _set("last_name_required", "a new student without a last name", Last_Name=""),
    _set("last_name_blank", "a known student's last name goes blank", (2,), Last_Name=""),
    _set("barcode_required", "a new student without a card", Card_Number=""),
    _set("barcode_blank", "a known student's card goes blank", (2,), Card_Number=""),
    _set("access_level_defaulted", "no access level", Access=""),
    _set("access_level_unknown", "an access level that no school has", Access="Alumni"),
    # Conflicts
    Case("barcode_taken", "a known student gets the card of another at the same school", _barcode_of_neighbour, (2,)),
    Case(
        "barcode_wanted_twice",
        "two new students with one card, put right on the second night",
        _barcode_of_neighbour,
        (1,),
    ),
    Case("barcode_taken_at_target", "a transfer to a school where the card is in use", _transfer_onto_barcode),
    Case("username_wanted_twice", "two new students with one address", _address_of_neighbour),
    Case("username_taken", "a known student gets the address of another", _address_of_neighbour, (2,)),
    Case("claim_waits", "a card whose owner would get another one, which its owner keeps", _barcode_not_given_up, (2,)),
    # What looks like a conflict and is none
    Case(None, "two students swap cards", _barcodes_in_turn(2), (2,)),
    Case(None, "three students pass their cards round", _barcodes_in_turn(3), (2,)),
    Case(None, "a chain of three: each gets the next one's card, the last a new one", _barcode_chain, (2,)),
    Case(None, "nickname, middle name, phone and homeroom go blank", _fields_emptied),
    # Rules of the properties file
    _set("row_skipped_by_rule", "a test account", Last_Name="Test", First_Name="Student", Email=""),
    _set("deletion_no_match", "somebody has left whom the library never had", Enroll_Status="LEFT"),
    Case(
        "deletion_elsewhere", "a student leaves a school to which no row ever moved them", _here(_gone_elsewhere), (2,)
    ),
    Case("association_ended", "a student of two schools leaves the first", _left_one_of_two),
    # Further sites
    _set("other_site_unknown", "lessons at a school that the district does not have", Also_At="0999"),
    _set("other_site_between_kinds", "lessons at the district office, a media site", Also_At=OFFICE),
    # Absence and return
    _set("reactivated", "a student who was withdrawn is back on the second night", (1,), Enroll_Status="WD"),
    # Identity
    _set("identity_change_proposed", "a known student comes under a new number", (2,), Student_Number="0098017"),
    _set(
        "district_id_recycled",
        "a known number comes with somebody else",
        (2,),
        First_Name="Marguerite",
        Last_Name="Oyelaran-Stoke",
        Birth_Date="11/30/2009",
    ),
    Case("barcode_taken_same_person", "a second number, the same card", _here(_twice("Card Number")), (2,)),
    Case("username_taken_same_person", "a second number, the same address", _here(_twice("Email")), (2,)),
    Case("barcode_taken_twin", "stored under two numbers, then one card", _stored_twice("Card Number")),
    Case("username_taken_twin", "stored under two numbers, then one address", _stored_twice("Email")),
    Case("barcode_taken_at_target_twin", "stored at two schools with one card, then at one school", _twin_transferred),
)

STAFF_CASES: tuple[Case, ...] = (
    _set("patron_type_defaulted", "no patron type", Type=""),
    _set("patron_type_created", "a patron type that is new to the district", Type="Volunteer"),
    Case(
        "transfer_between_kinds",
        "a teacher moves to the district office, a media site",
        lambda place: {place.index: _put(Location=MAPLE if place.night == 1 else OFFICE)},
    ),
    _set("status_rejected", "a status nobody has mapped", Status="9"),
    _set("flag_invalid", "a role nobody has mapped", Role="X"),
    _set("gender_invalid", "no gender", Gender=""),
    _set("expectation_warning", "a private address", Email="coach.whitlocke@mail.example"),
    _set("row_skipped_by_rule", "a test account", Last_Name="DUMMY", First_Name="Account", Email=""),
    _set("expectation_rejected", "a number that the front office made up", Staff_ID="TEMP-4"),
    _set("site_unknown", "a location that the district does not have", Location="0777"),
    Case("duplicate_row", "the same row twice", _here(lambda row: _values(row) * 2)),
    Case(None, "two colleagues swap cards", _barcodes_in_turn(2), (2,)),
    # Cards
    _set("barcode_taken_other_range", "the card of a student", Location=MAPLE, Card_Number=MAPLE_CARDS[0]),
    _set("barcode_assigned", "no card, and the last label of the school", Location=RIVER, Card_Number=""),
    _set("barcode_range_exhausted", "no card, and no label left", Location=RIVER, Card_Number=""),
    _set("barcode_range_missing", "no card, and a school without labels of its own", Location=SUMMIT, Card_Number=""),
    # Several schools, a row for each
    Case(None, "a teacher of two schools", _here(_teacher_of(MAPLE, RIVER))),
    Case(None, "a teacher gets a second school on the second night", _here(_teacher_of(SUMMIT, RIVER)), (2,)),
    Case(
        "association_waits",
        "a teacher of two schools, the main row with the card of a student",
        _here(_teacher_of(MAPLE, SUMMIT, Card_Number=MAPLE_CARDS[1])),
    ),
    Case(
        "association_between_kinds",
        "a teacher who works in the district office, too",
        _here(_teacher_of(RIVER, OFFICE)),
    ),
    Case(
        "primary_site_chosen",
        "a teacher of two schools, neither the main one",
        _here(_teacher_of(RIVER, MAPLE, main="N")),
    ),
    Case(
        "patron_named_twice",
        "a teacher with two rows for one school, another card in each",
        _here(_teacher_of(SUMMIT, SUMMIT, second_card="31751")),
    ),
    Case("association_ended", "a teacher of two schools leaves the main one", _main_school_left),
)

_OF_THE_FILE = {
    "row_footer": ("the file of staff ends with the number of its rows",),
    "expectation_file_warning": ("the suite wants every student to have an address of their own",),
    "absence_not_counted": ("some students' rows have no readable key, so that nobody is known to be missing",),
}
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    code: tuple(case.how for case in (*STUDENT_CASES, *STAFF_CASES) if case.code == code)
    for code in sorted({case.code for case in (*STUDENT_CASES, *STAFF_CASES) if case.code})
} | _OF_THE_FILE
"""Every message that the sample district makes, and by which rows."""

_BY_BARCODE = "only jobs that match by barcode and site write it; both sample jobs match by District ID"
_BY_ABSENCE = "it takes two Full updates in a row, and the second night is Incremental"
_BY_HAND = "staff edit patrons between two nights; two files cannot"
_BY_LOANS = "nobody in the sample district has loans or fines; two files cannot lend"
_BY_DECISION = "a person decides it between two nights; two files cannot"
IMPOSSIBLE: dict[str, str] = {
    "match_criteria_missing": _BY_BARCODE,
    "barcode_criteria_missing": _BY_BARCODE,
    "site_criteria_missing": _BY_BARCODE,
    "barcode_too_long": _BY_BARCODE,
    "barcode_autoassign_refused": _BY_BARCODE,
    "district_id_taken": _BY_BARCODE,
    "district_id_taken_twin": _BY_BARCODE,
    "district_id_wanted_twice": _BY_BARCODE,
    "district_id_missing": _BY_BARCODE,
    "password_without_username": "the sample files carry no passwords",
    "resource_group_defaulted": "the schools of the sample district have no resource groups",
    "deletion_refused": _BY_LOANS,
    "deleted_with_outstanding": _BY_LOANS,
    "identity_decided": _BY_DECISION,
    "identity_refused": _BY_DECISION,
    "conflict_left": _BY_DECISION,
    "staff_edit_overwritten": _BY_HAND,
    "staff_edit_kept": _BY_HAND,
    "changed_by_both": _BY_HAND,
    "missing_inactivated": _BY_ABSENCE,
    "missing_waiting": _BY_ABSENCE,
    "status_defaulted": "a job has one option unknown_status: that of students is keep, that of staff reject",
}
"""The messages that it cannot make, and why."""
