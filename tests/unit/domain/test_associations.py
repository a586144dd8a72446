"""Rows for which an association rule fires, and rows with further sites: one patron with several schools."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from roster_words import BY_BARCODE, BY_ID, after, codes, outcomes, patron, places, plan, row

from patron_update.domain.roster import Action

QUIET = replace(BY_ID, mapped_fields=frozenset())


def associating(line: int, **values: str):
    return replace(row(line, **values), action=Action.ASSOCIATE)


def test_an_association_row_adds_a_secondary_site_under_the_primary_barcode_and_changes_nothing_else():
    stored = patron(1, ("ELM", "7"), nickname="Al")

    change_set = plan([stored], [associating(2, district_id="1", site_short_name="OAK", nickname="Bo")], QUIET)

    assert outcomes(change_set) == {2: "associated"}
    assert places(after(change_set)) == [("ELM", "7"), ("OAK", "7")]
    assert after(change_set).values == stored.values


def test_the_row_may_say_the_barcode_that_is_valid_at_its_site():
    stored = patron(1, ("ELM", "7"), ("OAK", "7"))
    rows = [associating(2, district_id="1", site_short_name="OAK", barcode="70")]

    change_set = plan([stored], rows, QUIET)

    assert outcomes(change_set) == {2: "updated"}
    assert places(after(change_set)) == [("ELM", "7"), ("OAK", "70")]


@pytest.mark.parametrize("barcode", ["70", ""])
def test_an_association_that_is_there_is_left_alone(barcode):
    stored = patron(1, ("ELM", "7"), ("OAK", "70"))
    rows = [associating(2, district_id="1", site_short_name="OAK", barcode=barcode)]

    assert outcomes(plan([stored], rows, QUIET)) == {2: "unchanged"}


def test_at_the_primary_site_without_another_row_of_the_patron_it_is_an_ordinary_update():
    change_set = plan([patron(1, ("ELM", "7"))], [associating(2, district_id="1", nickname="Bo")], QUIET)

    assert outcomes(change_set) == {2: "updated"}
    assert after(change_set).values["nickname"] == "Bo"


def test_beside_the_patrons_own_row_it_says_nothing_about_the_fields():
    rows = [row(2, district_id="1", nickname="Al"), associating(3, district_id="1", nickname="Bo")]

    change_set = plan([patron(1, ("ELM", "7"))], rows, QUIET)

    assert outcomes(change_set) == {2: "updated", 3: "unchanged"}
    assert after(change_set).values["nickname"] == "Al"


def test_one_row_for_each_school_makes_one_new_patron_in_any_order():
    rows = [
        associating(2, district_id="1", site_short_name="OAK"),
        row(3, district_id="1", barcode="7", last_name="Ng"),
    ]

    for order in itertools.permutations(rows):
        change_set = plan([], order, QUIET)
        assert outcomes(change_set) == {2: "associated", 3: "added"}
        assert places(after(change_set)) == [("ELM", "7"), ("OAK", "7")]


def test_without_a_row_of_its_own_a_new_patron_is_at_home_at_the_first_site_by_name():
    rows = [
        associating(2, district_id="1", site_short_name="OAK", barcode="7", last_name="Ng"),
        associating(3, district_id="1", site_short_name="ELM", barcode="7", last_name="Ng"),
    ]

    change_set = plan([], rows, QUIET)

    assert outcomes(change_set) == {2: "associated", 3: "added"}
    assert places(after(change_set)) == [("ELM", "7"), ("OAK", "7")]
    assert [(m.line, m.code, m.detail) for m in change_set.messages] == [(3, "primary_site_chosen", "ELM")]


def test_a_teacher_whose_main_school_changes_keeps_the_former_one_as_the_file_says():
    stored = patron(1, ("ELM", "7"), ("OAK", "7"))
    rows = [row(2, district_id="1", site_short_name="OAK"), associating(3, district_id="1", site_short_name="ELM")]

    change_set = plan([stored], rows, QUIET)

    assert outcomes(change_set) == {2: "transferred", 3: "unchanged"}
    assert places(after(change_set)) == [("OAK", "7"), ("ELM", "7")]


def test_a_new_card_is_valid_at_the_associated_sites_too():
    stored = patron(1, ("ELM", "7"), ("OAK", "7"))
    rows = [row(2, district_id="1", barcode="8"), associating(3, district_id="1", site_short_name="OAK")]

    assert places(after(plan([stored], rows, QUIET))) == [("ELM", "8"), ("OAK", "8")]


def test_nobody_is_associated_with_a_site_of_another_kind():
    change_set = plan(
        [patron(1, ("ELM", "7"))], [associating(2, district_id="1", site_short_name="FILM", barcode="7")], QUIET
    )

    assert outcomes(change_set) == {2: "rejected"}
    assert [(m.code, m.detail) for m in change_set.messages] == [
        ("association_between_kinds", "ELM (library) and FILM (media)")
    ]


def test_an_association_is_held_when_the_barcode_is_taken_at_the_target_site():
    stored = [patron(1, ("ELM", "7")), patron(2, ("OAK", "7"))]
    rows = [row(2, district_id="1", nickname="Al"), associating(3, district_id="1", site_short_name="OAK")]

    change_set = plan(stored, rows, QUIET)

    assert outcomes(change_set) == {2: "updated", 3: "held"}
    assert codes(change_set) == ["barcode_taken_at_target"]


def test_an_association_tells_a_twin_at_the_target_site_by_the_stored_patron():
    ann = {"last_name": "Nuñez", "first_name": "Ann", "birthdate": "02/03/2012"}
    stored = [patron(1, ("ELM", "7"), **ann), patron(2, ("OAK", "7"), **{**ann, "district_id": ""})]

    change_set = plan(stored, [associating(2, district_id="1", site_short_name="OAK", last_name="Other")], QUIET)

    assert codes(change_set) == ["barcode_taken_at_target_twin"]


def test_an_association_waits_for_the_row_that_adds_its_patron():
    stored = patron(2, ("ELM", "7"))
    rows = [
        row(2, district_id="1", barcode="7", last_name="Ng"),
        associating(3, district_id="1", site_short_name="OAK"),
    ]

    change_set = plan([stored], rows, QUIET)

    assert outcomes(change_set) == {2: "held", 3: "held"}
    assert [(m.line, m.code, m.detail) for m in change_set.messages][1] == (
        3,
        "association_waits",
        "line 2 of the file",
    )


def test_a_file_that_deletes_a_patron_and_associates_it_with_the_same_site_contradicts_itself():
    rows = [replace(row(2, district_id="1"), action=Action.DELETE), associating(3, district_id="1")]

    change_set = plan([patron(1, ("ELM", "7"))], rows, QUIET)

    assert outcomes(change_set) == {2: "held", 3: "held"}
    assert {m.code for m in change_set.messages} == {"patron_named_twice", "deletion_waits"}


@pytest.mark.parametrize("before", [[("ELM", "7")], [("ELM", "7"), ("OAK", "7")]])
def test_a_patron_deleted_from_the_primary_site_moves_by_the_association_row_of_another(before):
    rows = [
        replace(row(2, district_id="1"), action=Action.DELETE),
        associating(3, district_id="1", site_short_name="OAK", last_name="New"),
    ]

    change_set = plan([patron(1, *before)], rows, QUIET)

    assert outcomes(change_set) == {2: "updated", 3: "transferred"}
    assert [(m.line, m.code, m.detail) for m in change_set.messages] == [(2, "association_ended", "OAK")]
    moved = after(change_set, 3)
    assert (places(moved), moved.values["last_name"]) == ([("OAK", "7")], "New")


def test_matching_by_barcode_an_association_row_finds_its_patron_by_the_district_id():
    stored = patron(1, ("ELM", "7"), district_id="1001")
    rows = [associating(2, site_short_name="OAK", barcode="9", district_id="1001")]

    change_set = plan([stored], rows, BY_BARCODE)

    assert outcomes(change_set) == {2: "associated"}
    assert places(after(change_set)) == [("ELM", "7"), ("OAK", "9")]


def test_further_sites_of_a_row_are_added_and_never_taken_away():
    stored = patron(1, ("ELM", "7"))
    named = replace(row(2, district_id="1"), other_sites=("OAK", "ELM"))

    change_set = plan([stored], [named], QUIET)
    once = after(change_set)

    assert outcomes(change_set) == {2: "associated"}
    assert places(once) == [("ELM", "7"), ("OAK", "7")]
    assert outcomes(plan([once], [named], QUIET)) == {2: "unchanged"}
    assert outcomes(plan([once], [row(2, district_id="1")], QUIET)) == {2: "unchanged"}


def test_further_sites_that_cannot_be_are_left_out_with_a_message():
    named = replace(row(2, district_id="1"), other_sites=("FILM", "NOWHERE"))

    change_set = plan([patron(1, ("ELM", "7"))], [named], QUIET)

    assert outcomes(change_set) == {2: "unchanged"}
    assert codes(change_set) == ["other_site_between_kinds", "other_site_unknown"]


def test_a_transferred_patron_whose_row_names_the_former_site_stays_there_too():
    named = replace(row(2, district_id="1", site_short_name="OAK", barcode="8"), other_sites=("ELM",))

    change_set = plan([patron(1, ("ELM", "7"))], [named], QUIET)

    assert outcomes(change_set) == {2: "transferred"}
    assert places(after(change_set)) == [("OAK", "8"), ("ELM", "8")]
