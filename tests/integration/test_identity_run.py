"""Conflicts and doubts as a librarian meets them: the summary says what it is, one command settles it."""

from __future__ import annotations

import json

import pytest

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
"""
HEADER = "id,school,card,last,first,born\n"
ANN, BO = "Nuñez,Ann,2012-02-03", "Ng,Bo,2011-05-06"


@pytest.fixture
def school(district):
    (district.folder / "include" / "properties" / "students.properties").write_text(PROPERTIES)
    return district


def history(school, who: str) -> list[dict]:
    return [json.loads(line) for line in school.call("history", who, "--format", "json")[1].splitlines()]


def night(school, *rows: str) -> dict:
    school.send(*rows, header=HEADER)
    return school.run("--update", "full")


def test_a_patron_with_a_new_district_id_is_held_then_decided_and_keeps_everything(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")

    held = night(school, "9,01,C9,NUNEZ,ann,2012-02-03", f"2,01,C2,{BO}")
    assert school.codes(held) == ["identity_change_proposed"]
    code, printed, _ = school.call("resolve", str(held["run_id"]), "2", "same", "--by", "Pat", "--reason", "letter")
    done = night(school, "9,01,C9,NUNEZ,ann,2012-02-03", f"2,01,C2,{BO}")

    assert (code, printed.startswith("Decision 1 is in force: same")) == (0, True)
    assert school.codes(done) == ["identity_decided"]
    assert set(school.patrons()) == {"9", "2"}
    _, listed, _ = school.call("decisions", "students")
    assert "applied by run" in listed
    assert "Pat" in listed


def test_two_persons_stay_two_when_that_is_decided(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    held = night(school, f"9,01,C9,{ANN}", f"2,01,C2,{BO}")

    school.call("resolve", str(held["run_id"]), "2", "different")

    assert night(school, f"9,01,C9,{ANN}", f"2,01,C2,{BO}")["counts"]["added"] == 1
    assert set(school.patrons()) == {"1", "2", "9"}


def test_a_decision_can_be_taken_back(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    held = night(school, f"9,01,C9,{ANN}", f"2,01,C2,{BO}")
    school.call("resolve", str(held["run_id"]), "2", "same")

    assert school.call("withdraw", "1")[0] == 0
    assert school.call("withdraw", "1")[0] == 1
    assert school.codes(night(school, f"9,01,C9,{ANN}", f"2,01,C2,{BO}")) == ["identity_change_proposed"]


def test_a_district_id_that_was_handed_on_goes_to_the_new_person(school):
    night(school, f"1,01,C1,{ANN}")
    held = night(school, f"1,01,C8,{BO}")
    assert school.codes(held) == ["district_id_recycled"]

    school.call("resolve", str(held["run_id"]), "2", "different", "--by", "Pat", "--reason", "left in May")

    assert night(school, f"1,01,C8,{BO}")["counts"]["added"] == 1
    assert school.patrons()["1"]["lastName"] == "Ng"
    assert school.patrons()[None]["lastName"] == "Nuñez"

    told = history(school, "C1@OAK")[-1]
    assert (told["action"], told["before"], told["made_by"], told["reason"]) == (
        "edited", {"districtID": "1"}, "Pat", "left in May",
    )  # fmt: skip
    assert "different" in school.call("decisions", "students")[1]
    assert "done at once; Pat" in school.call("decisions", "students")[1]


def test_a_patron_made_by_hand_adopts_the_district_id(school):
    night(school, f"7,01,C1,{ANN}")
    school.call("resolve", "1", "2", "same")
    held = night(school, f"7,01,C1,{ANN}", f"9,01,C1,{ANN}")
    assert school.codes(held) == ["barcode_taken_same_person"]
    code, _, errors = school.call("resolve", str(held["run_id"]), "3", "adopt")
    assert (code, errors) == (0, "")

    refused = night(school, f"7,01,C1,{ANN}", f"9,01,C1,{ANN}")
    assert school.codes(refused) == ["identity_refused"]
    assert school.codes(night(school, f"9,01,C1,{ANN}")) == ["identity_decided"]


def test_two_persons_with_one_barcode_are_settled_by_another_barcode_or_left(school):
    night(school, f"1,01,C1,{ANN}")
    held = night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")
    assert school.codes(held) == ["barcode_taken"]

    school.call("resolve", str(held["run_id"]), "2", "leave")
    assert school.codes(night(school, f"2,01,C1,{BO}")) == ["conflict_left"]
    code, printed, _ = school.call("resolve", str(held["run_id"]), "2", "rebarcode", "--barcode", "C5")
    assert (code, "has barcode C5 at OAK now" in printed) == (0, True)

    assert night(school, f"2,01,C1,{BO}")["counts"]["added"] == 1
    assert school.patrons()["1"]["barcode"] == "C5"


def test_another_barcode_is_a_decision_and_stands_in_the_history_with_who_and_why(school):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")["run_id"])
    school.call("resolve", held, "2", "leave")

    school.call("resolve", held, "2", "rebarcode", "--barcode", "C5", "--by", "Pat", "--reason", "card lost")

    told = history(school, "1")[-1]
    assert (told["before"]["barcode"], told["after"]["barcode"]) == ("C1", "C5")
    assert (told["made_by"], told["reason"]) == ("Pat", "card lost")
    left, other = school.call("decisions", "students")[1].splitlines()
    assert ("leave" in left, "taken back by Pat" in left) == (True, True)
    assert ("rebarcode" in other, "done at once; Pat" in other, "card lost" in other) == (True, True, True)


@pytest.mark.parametrize("remedy", [["leave"], ["rebarcode", "--barcode", "C6"], ["adopt"]])
def test_a_conflict_that_is_settled_already_is_not_settled_twice(school, remedy):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")["run_id"])
    school.call("resolve", held, "2", "rebarcode", "--barcode", "C5")

    code, _, errors = school.call("resolve", held, "2", *remedy)
    assert (code, "line 2 is settled already" in errors) == (1, True)

    assert school.patrons()["1"]["barcode"] == "C5"
    assert len(school.call("decisions", "students")[1].splitlines()) == 1


def test_a_row_that_a_later_run_took_in_cannot_be_settled_by_the_earlier_ones_number(school):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")["run_id"])
    night(school, f"2,01,C2,{BO}", f"1,01,C1,{ANN}")

    assert "settled already" in school.call("resolve", held, "2", "leave")[2]


@pytest.mark.parametrize(
    ("barcode", "told"),
    [("C1", "is in use"), ("C" * 15, "at most 14"), ("NEW", "Say which barcode"), (" ", "Say which barcode")],
)
def test_a_barcode_that_cannot_be_given_is_refused(school, barcode, told):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")["run_id"])

    code, _, errors = school.call("resolve", held, "2", "rebarcode", "--barcode", barcode)

    assert (code, told in errors) == (1, True)
    assert school.patrons()["1"]["barcode"] == "C1"


def test_what_was_decided_about_a_row_is_taken_back_by_the_row(school):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")["run_id"])
    assert "Nothing is decided" in school.call("resolve", held, "2", "ask")[2]
    school.call("resolve", held, "2", "leave")
    left = night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")

    assert school.call("resolve", str(left["run_id"]), "2", "ask")[0] == 0
    assert school.codes(night(school, f"2,01,C1,{BO}", f"1,01,C1,{ANN}")) == ["barcode_taken"]


def test_who_decided_on_an_identity_stands_beside_the_change_of_the_run_that_applied_it(school):
    night(school, f"1,01,C1,{ANN}")
    held = str(night(school, f"9,01,C1,{ANN}")["run_id"])
    school.call("resolve", held, "2", "same", "--by", "Pat", "--reason", "letter")
    night(school, f"9,01,C1,{ANN}")

    added, told = history(school, "9")
    assert (told["after"]["districtID"], told["made_by"], told["reason"]) == ("9", "Pat", "letter")
    assert (added["made_by"], added["reason"]) == (None, None)


def test_a_refused_identity_is_settled_by_different(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    held = str(night(school, f"9,01,C9,{ANN}", f"2,01,C2,{BO}")["run_id"])
    school.call("resolve", held, "2", "same")
    rows = (f"9,01,C9,{ANN}", f"2,01,C2,{BO}", f"1,01,C1,{ANN}")
    refused = night(school, *rows)
    assert school.codes(refused) == ["identity_refused"]

    assert school.call("resolve", str(refused["run_id"]), "2", "different")[0] == 0
    assert night(school, *rows)["counts"]["added"] == 1


def test_district_ids_that_the_sis_changed_are_swapped_by_a_file(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    changes = school.folder / "changes.csv"
    changes.write_text("old_district_id,new_district_id\n1,2\n2,1\n")

    assert school.call("change-ids", "students", str(changes))[0] == 0
    done = night(school, f"2,01,C1,{ANN}", f"1,01,C2,{BO}")

    assert school.codes(done) == ["identity_decided", "identity_decided"]
    assert {key: one["firstName"] for key, one in school.patrons().items()} == {"1": "Bo", "2": "Ann"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("old,new\n", "line 1: the header must be"),
        ("old_district_id,new_district_id\n1,1\n", "line 2: the two District IDs are the same"),
        ("old_district_id,new_district_id\n1,3\n1,4\n", "line 3: a District ID stands twice"),
        ("old_district_id,new_district_id\n8,9\n", "line 2: no patron has District ID 8"),
        ("old_district_id,new_district_id\n1,2\n", "line 2: District ID 2 belongs to another patron"),
    ],
)
def test_a_faulty_file_of_changes_is_refused_whole(school, text, told):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    (school.folder / "changes.csv").write_text(text)

    code, _, errors = school.call("change-ids", "students", str(school.folder / "changes.csv"))

    assert (code, told in errors) == (1, True)
    assert school.call("decisions", "students")[1] == "Nothing was decided yet.\n"


def test_no_name_and_no_birth_date_stands_in_what_is_told_about_people(school):
    night(school, f"1,01,C1,{ANN}", f"2,01,C2,{BO}")
    held = night(school, f"9,01,C9,{ANN}", "2,01,C2,Zu,Al,2001-01-01")
    told = str(held["messages"]) + school.call("resolve", str(held["run_id"]), "2", "same")[1]
    told += school.call("decisions", "students")[1]

    assert school.codes(held) == ["identity_change_proposed", "district_id_recycled"]
    assert not [word for word in ("Nu\u00f1ez", "Ann", "2012", "02/03", "Zu", "2001") if word in told]


def test_a_twin_is_merged_from_the_held_row_and_a_row_without_a_patron_has_nobody_to_merge(school):
    night(school, f"1,01,C1,{ANN}", f"2,02,C2,{ANN}")
    held = night(school, f"1,01,C1,{ANN}", f"2,01,C1,{ANN}", f"5,01,C1,{ANN}")
    assert "barcode_taken_at_target_twin" in school.codes(held)

    code, _, errors = school.call("resolve", str(held["run_id"]), "4", "merge")
    assert (code, "No patron is stored yet for line 4" in errors) == (1, True)
    code, printed, _ = school.call("resolve", str(held["run_id"]), "3", "merge", "--by", "Pat")

    assert (code, "was merged into the patron with District ID 2" in printed) == (0, True)
    assert "District ID 1 is nobody's now" in printed
    assert school.codes(night(school, f"2,01,C1,{ANN}")) == []
    assert school.patrons()["2"]["barcode"] == "C1"
