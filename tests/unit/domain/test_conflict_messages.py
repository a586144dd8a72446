"""Each conflict is told by the scenario that it is, and names both patrons by their keys."""

from __future__ import annotations

import pytest
from roster_words import BY_BARCODE, BY_ID, codes, patron, plan, row

ANN = {"last_name": "Nuñez", "first_name": "Ann", "birthdate": "02/03/2012"}
HAND_MADE = patron(1, ("ELM", "a"), **{**ANN, "district_id": ""})
STORED = patron(2, ("OAK", "b"), **{**ANN, "username": "ann"})

NG = {"last_name": "Ng", "first_name": "Bo"}

SCENARIOS = {
    "a patron made by hand with the barcode": (
        [HAND_MADE],
        {"district_id": "9", "barcode": "a", **ANN, "last_name": "NUNEZ"},
        "barcode_taken_same_person",
    ),
    "somebody else with the barcode": ([HAND_MADE], {"district_id": "9", "barcode": "a", **NG}, "barcode_taken"),
    "a patron of another type with the barcode": (
        [HAND_MADE],
        {"district_id": "9", "barcode": "a", **NG, "patron_type": "Faculty"},
        "barcode_taken_other_range",
    ),
    "a twin at the target site": (
        [patron(1, ("ELM", "b"), **{**ANN, "district_id": ""}), STORED],
        {"district_id": "2"},
        "barcode_taken_at_target_twin",
    ),
    "somebody else at the target site": (
        [patron(1, ("ELM", "b"), **NG), STORED],
        {"district_id": "2"},
        "barcode_taken_at_target",
    ),
    "a twin at the same site": (
        [HAND_MADE, patron(2, ("ELM", "b"), **ANN)],
        {"district_id": "2", "barcode": "a"},
        "barcode_taken_twin",
    ),
    "a user name of somebody else": (
        [STORED],
        {"district_id": "9", "barcode": "c", **NG, "username": "ann"},
        "username_taken",
    ),
    "a user name of the same person": (
        [STORED],
        {"district_id": "9", "barcode": "c", **ANN, "username": "ann"},
        "username_taken_same_person",
    ),
    "a user name of a twin": (
        [STORED, patron(1, ("ELM", "a"), **ANN)],
        {"district_id": "1", "username": "ann"},
        "username_taken_twin",
    ),
}


@pytest.mark.parametrize(("stored", "sent", "code"), SCENARIOS.values(), ids=SCENARIOS)
def test_scenarios(stored, sent, code):
    change_set = plan(stored, [row(2, **sent)], BY_ID)

    assert codes(change_set) == [code]
    (message,) = change_set.messages
    (other,) = [one for one in stored if one.values.get("district_id") != sent["district_id"]]
    assert message.district_id == sent["district_id"]
    assert message.detail == other.called


def test_two_rows_that_want_one_thing_name_each_other():
    rows = [row(line, district_id=str(line), barcode="z", last_name="Ng", username="u") for line in (2, 3)]

    told = [(m.line, m.code, m.detail) for m in plan([], rows, BY_ID).messages]

    assert told == [
        (2, "barcode_wanted_twice", "line 3 of the file (with District ID 3, barcode z at ELM)"),
        (2, "username_wanted_twice", "line 3 of the file (with District ID 3, barcode z at ELM)"),
        (3, "barcode_wanted_twice", "line 2 of the file (with District ID 2, barcode z at ELM)"),
        (3, "username_wanted_twice", "line 2 of the file (with District ID 2, barcode z at ELM)"),
    ]


def test_of_a_chain_only_its_end_is_told_as_a_conflict_and_the_others_wait():
    chain = [patron(number, ("ELM", code)) for number, code in ((1, "a"), (2, "b"), (3, "c"))]
    rows = [row(2, district_id="1", barcode="b"), row(3, district_id="2", barcode="c")]

    told = [(m.line, m.code, m.detail) for m in plan(chain, rows, BY_ID).messages]

    assert told == [
        (2, "claim_waits", "the patron with District ID 2, barcode b at ELM (line 3 of the file)"),
        (3, "barcode_taken", "the patron with District ID 3, barcode c at ELM"),
    ]


def test_matching_by_barcode_a_district_id_of_a_twin_asks_for_a_merge():
    twins = [patron(1, ("ELM", "a"), **{**ANN, "district_id": ""}), STORED]

    assert codes(plan(twins, [row(2, barcode="a", district_id="2")], BY_BARCODE)) == ["district_id_taken_twin"]


def test_no_message_about_a_conflict_holds_a_name_or_a_birth_date():
    for stored, sent, _ in SCENARIOS.values():
        for message in plan(stored, [row(2, **sent)], BY_ID).messages:
            told = f"{message.label} {message.cause} {message.remedy} {message!r}".casefold()
            assert not [word for word in ("nu\u00f1ez", "nunez", "02/03/2012") if word in told]
