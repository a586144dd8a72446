"""Each command that a Job Summary prints is typed exactly as it stands; the next Incremental settles the row by it.

The rows do not change in between: what is held is looked at again every night.
"""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import dataclass

import psycopg
import pytest

from patron_update.summary.commands import OFFERED

PROPERTIES = """
CsvTextEncoding=UTF-8
MatchUsingDistrictID=true
InputRowsToSkip=1
field_districtID={1,omit}
field_siteShortName={2,omit}
field_barcode={3,omit}
field_lastName={4,omit}
field_firstName={5,omit}
field_birthdate={6,date,yyyy-MM-dd,omit}
field_username={7,omit}
field_patronType={8,omit}
"""
HEADER = "id,school,card,last,first,born,user,type\n"
ANN, BO, CY = "Nuñez,Ann,2012-02-03", "Ng,Bo,2011-05-06", "Cray,Cy,2010-08-09"


@dataclass(frozen=True)
class Case:
    """Who is stored (District IDs with an h: entered by hand, without one) and a file whose line 2 is held."""

    code: str
    stored: tuple[str, ...]
    file: tuple[str, ...]
    by_barcode: bool = False
    decided: str = ""
    """What was decided about line 2 the night before, if anything, or `undo`; and the row that the file has from then
    on."""
    added: str = ""


CASES = [
    Case("barcode_taken", (f"h,01,C1,{BO},,",), (f"9,01,C1,{ANN},,",)),
    Case("barcode_taken_same_person", (f"h,01,C1,{ANN},,",), (f"9,01,C1,{ANN},,",)),
    Case("barcode_taken_twin", (f"1,01,C1,{ANN},,", f"h,01,C2,{ANN},,"), (f"1,01,C2,{ANN},,",)),
    Case("barcode_taken_other_range", (f"h,01,C1,{BO},,Faculty",), (f"9,01,C1,{ANN},,Student",)),
    Case("barcode_taken_at_target", (f"1,01,C1,{ANN},,", f"h,02,C1,{BO},,"), (f"1,02,C1,{ANN},,",)),
    Case("barcode_taken_at_target_twin", (f"1,01,C1,{ANN},,", f"h,02,C1,{ANN},,"), (f"1,02,C1,{ANN},,",)),
    Case("username_taken", (f"h,01,C1,{BO},o'ng smith,",), (f"9,01,C9,{ANN},o'ng smith,",)),
    Case("username_taken_same_person", (f"h,01,C1,{ANN},ann,",), (f"9,01,C9,{ANN},ann,",)),
    Case("username_taken_twin", (f"1,01,C1,{ANN},,", f"h,01,C2,{ANN},ann,"), (f"1,01,C1,{ANN},ann,",)),
    Case("district_id_taken", (f"1,01,C1,{ANN},,", f"2,01,C2,{BO},,"), (f"2,01,C1,{ANN},,",), by_barcode=True),
    Case("district_id_taken_twin", (f"1,01,C1,{ANN},,", f"2,01,C2,{ANN},,"), (f"2,01,C1,{ANN},,",), by_barcode=True),
    Case("identity_change_proposed", (f"1,01,C1,{ANN},,",), (f"9,01,C9,{ANN},,",)),
    Case("district_id_recycled", (f"1,01,C1,{ANN},,",), (f"1,01,C9,{BO},,",)),
    Case("identity_refused", (f"1,01,C1,{ANN},,",), (f"9,01,C9,{ANN},,",), decided="same", added=f"1,01,C1,{ANN},,"),
    Case("taken_back", (f"1,01,C1,{ANN},,",), (f"1,01,C1,{ANN},ann,",), decided="undo"),
    Case("conflict_left", (f"h,01,C1,{BO},,",), (f"9,01,C1,{ANN},,",), decided="leave"),
]
TYPED = [
    pytest.param(case, remedy, id=f"{case.code}-{remedy}") for case in CASES for remedy in OFFERED.get(case.code, [""])
]


@pytest.fixture
def school(district, database_url):
    """Return the district with what a case needs: `prepare` stores its patrons and returns the summary that holds."""

    class School:
        def night(self, *rows: str, update: str = "incremental") -> dict:
            district.send(*rows, header=HEADER)
            return district.run("--update", update)

        def prepare(self, case: Case) -> dict:
            matching = str(not case.by_barcode).lower()
            text = PROPERTIES.replace("DistrictID=true", f"DistrictID={matching}")
            (district.folder / "include" / "properties" / "students.properties").write_text(text)
            self.night(*case.stored, update="full")
            with psycopg.connect(database_url, options="-c search_path=patron_update") as connection:
                connection.execute("UPDATE patron SET district_id = NULL WHERE district_id LIKE 'h%'")
                connection.execute("DELETE FROM baseline WHERE key LIKE 'h%'")
            held = self.night(*case.file, update="full")
            if case.decided == "undo":
                assert district.call("undo", str(held["run_id"]))[0] == 0
                held = self.night(*self.rows(case))
            elif case.decided:
                assert district.call("resolve", str(held["run_id"]), "2", case.decided)[0] == 0
                held = self.night(*self.rows(case))
            return held

        def rows(self, case: Case) -> list[str]:
            return [*case.file, *([case.added] if case.added else [])]

        def printed(self, held: dict) -> list[str]:
            """Return the commands of the text; the page and the JSON must have the same."""
            _, text, _ = district.call("summary", str(held["run_id"]))
            _, page, _ = district.call("summary", str(held["run_id"]), "--format", "html")
            told = [line.strip() for line in text.splitlines() if line.strip().startswith("patron-update ")]
            assert told == [html.unescape(one) for one in re.findall(r"<code>(patron-update .*?)</code>", page)]
            assert told == [one for message in held["messages"] for one in message["commands"]]
            return told

        def type(self, command: str, barcode: str = "C77") -> tuple[int, str, str]:
            program, *words = shlex.split(command)
            assert program == "patron-update"
            return district.call(*[barcode if word == "NEW" else word for word in words])

        def errors(self, summary: dict) -> list[str]:
            return [one["code"] for one in summary["messages"] if (one["line"], one["severity"]) == (2, "error")]

    return School()


def test_every_message_that_offers_a_command_has_a_case_here():
    assert {case.code for case in CASES} == set(OFFERED)


@pytest.mark.parametrize(("case", "remedy"), TYPED)
def test_a_printed_command_is_typed_and_the_next_night_settles_the_unchanged_row(school, case, remedy):
    held = school.prepare(case)
    assert school.errors(held) == [case.code]
    assert all("RUN" not in f"{one['remedy']} {one['commands']}" for one in held["messages"])
    (command,) = [one for one in school.printed(held) if f" {remedy}" in one]

    code, _, errors = school.type(command)
    assert (code, errors) == (0, "")

    after = school.night(*school.rows(case))
    assert after["update"] == "incremental"
    assert school.errors(after) == {"leave": ["conflict_left"], "ask": ["barcode_taken"]}.get(remedy, [])


def test_a_district_id_handed_on_with_barcode_and_user_name_is_settled_by_what_is_printed(school):
    held = school.prepare(Case("", (f"1,01,1,{ANN},s1,",), (f"1,01,1,{BO},s1,",)))
    assert "same barcode; same user name" in held["messages"][0]["cause"]
    (command,) = [one for one in school.printed(held) if " different" in one]

    _, answer, _ = school.type(command)

    assert "barcode 1 at OAK is the patron's, too" in answer
    assert school.type(answer[answer.index("patron-update ") :])[0] == 0
    assert school.errors(school.night(f"1,01,1,{BO},s1,")) == []


def test_a_row_in_two_conflicts_says_which_one_each_command_is_about(school):
    stored = (f"h1,01,C1,{BO},,", f"h2,01,C2,{CY},o'cy,")
    held = school.prepare(Case("", stored, (f"9,01,C1,{ANN},o'cy,",)))
    assert school.errors(held) == ["barcode_taken", "username_taken"]
    number = held["run_id"]
    assert school.printed(held) == [
        f"patron-update resolve {number} 2 rebarcode --other=C1@OAK --barcode NEW",
        f"patron-update resolve {number} 2 leave --other=C1@OAK",
        f"patron-update resolve {number} 2 leave '--other=o'\"'\"'cy'",
    ]

    assert "in several conflicts: C1@OAK of the patron" in school.type(f"patron-update resolve {number} 2 leave")[2]
    assert [school.type(one)[0] for one in (held["messages"][0]["commands"][0], *held["messages"][1]["commands"])] == [
        0,
        0,
    ]

    assert school.errors(school.night(f"9,01,C1,{ANN},o'cy,")) == ["conflict_left"]


def test_a_row_in_two_conflicts_with_one_person_is_settled_by_one_command(school):
    held = school.prepare(Case("", (f"h,01,C1,{ANN},ann,",), (f"9,01,C1,{ANN},ann,",)))
    assert school.errors(held) == ["barcode_taken_same_person", "username_taken_same_person"]

    assert school.type(school.printed(held)[0])[0] == 0

    assert school.errors(school.night(f"9,01,C1,{ANN},ann,")) == []


def test_the_barcode_is_taken_from_the_other_one_though_the_user_name_is_theirs_too(school):
    held = school.prepare(Case("", (f"h,01,C1,{BO},ann,",), (f"9,01,C1,{ANN},ann,",)))

    assert school.type(f"patron-update resolve {held['run_id']} 2 rebarcode --barcode NEW")[0] == 0

    assert school.errors(school.night(f"9,01,C1,{ANN},ann,")) == ["username_taken"]


def test_a_preview_offers_no_command_since_it_held_nothing(school, district):
    school.prepare(CASES[0])

    shown = district.run("--preview")

    assert [one["commands"] for one in shown["messages"] if one["code"] == "barcode_taken"] == [[]]
