"""The rules of an update, row by row: matching, adding, changing, transferring, defaults."""

from __future__ import annotations

import itertools

import pytest
from roster_words import BY_BARCODE, BY_ID, after, codes, outcomes, patron, places, roster, row

from patron_update.domain.messages import CATALOGUE
from patron_update.domain.roster import Options, Roster
from patron_update.domain.update import plan_update


def test_a_record_that_matches_nobody_adds_a_patron_with_the_sites_defaults():
    change_set = plan_update(roster(), [row(2, district_id="1", last_name="Ng", barcode="7")], BY_ID)

    assert outcomes(change_set) == {2: "added"}
    assert places(after(change_set)) == [("ELM", "7")]
    assert after(change_set).values == {
        "district_id": "1",
        "last_name": "Ng",
        "status": "A",
        "gender": "U",
        "access_level": "Patron",
        "patron_type": "Student",
    }
    assert codes(change_set) == ["access_level_defaulted", "patron_type_defaulted"]


def test_defaults_are_told_only_for_fields_that_the_properties_file_maps():
    options = Options(match_using_district_id=True)

    assert codes(plan_update(roster(), [row(2, district_id="1", last_name="Ng", barcode="7")], options)) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"last_name": "", "barcode": "7"}, "last_name_required"),
        ({"barcode": "7"}, "last_name_required"),
        ({"last_name": "Ng", "barcode": ""}, "barcode_required"),
        ({"last_name": "Ng"}, "barcode_required"),
        ({"last_name": "Ng", "barcode": "7", "site_short_name": "NOWHERE"}, "site_unknown"),
    ],
)
def test_a_new_patron_needs_a_last_name_a_barcode_and_a_known_site(values, code):
    change_set = plan_update(roster(), [row(2, district_id="1", **values)], BY_ID)

    assert outcomes(change_set) == {2: "rejected"}
    assert codes(change_set) == [code]


def test_a_missing_column_leaves_the_stored_value_and_an_empty_one_clears_it():
    stored = roster(patron(1, ("ELM", "7"), nickname="Al", homeroom="7B"))

    change_set = plan_update(stored, [row(2, district_id="1", homeroom="")], BY_ID)

    assert outcomes(change_set) == {2: "updated"}
    assert after(change_set).values["nickname"] == "Al"
    assert "homeroom" not in after(change_set).values


@pytest.mark.parametrize(
    ("column", "sent", "kept", "told"),
    [
        ("last_name", "", "Name", ["last_name_blank"]),
        ("status", "", "I", []),
        ("gender", "", "U", []),
        ("access_level", "", "Patron", ["access_level_defaulted"]),
        ("access_level", "None such", "Patron", ["access_level_unknown"]),
        ("patron_type", "", "Student", ["patron_type_defaulted"]),
        ("patron_type", "Visitor", "Visitor", ["patron_type_created"]),
        ("district_id", "1", "1", []),
    ],
)
def test_what_an_update_makes_of_a_value(column, sent, kept, told):
    stored = roster(patron(1, ("ELM", "7"), access_level="Young Reader", status="I", gender="F", patron_type="Staff"))
    stored = Roster(sites=stored.sites, patron_types=frozenset({"Student", "Staff"}), patrons=stored.patrons)

    change_set = plan_update(stored, [row(2, **{"district_id": "1", column: sent})], BY_ID)

    assert after(change_set).values[column] == kept
    assert codes(change_set) == told


def test_a_blank_barcode_keeps_the_stored_one_with_a_message():
    change_set = plan_update(roster(patron(1, ("ELM", "7"))), [row(2, district_id="1", barcode="")], BY_ID)

    assert outcomes(change_set) == {2: "unchanged"}
    assert codes(change_set) == ["barcode_blank"]


def test_a_new_patron_type_is_told_once_on_its_first_line():
    rows = [row(n, district_id=str(n), last_name="Ng", barcode=str(n), patron_type="Visitor") for n in (4, 3)]

    change_set = plan_update(roster(), rows, Options(match_using_district_id=True))

    assert [(message.line, message.value) for message in change_set.messages] == [(3, "Visitor")]
    assert change_set.patron_types == {"Visitor"}


def test_another_site_transfers_the_patron_and_gives_up_the_former_one():
    change_set = plan_update(
        roster(patron(1, ("ELM", "7"))), [row(2, district_id="1", site_short_name="OAK", barcode="8")], BY_ID
    )

    assert outcomes(change_set) == {2: "transferred"}
    assert places(after(change_set)) == [("OAK", "8")]


def test_a_transfer_to_a_secondary_site_makes_it_primary():
    stored = roster(patron(1, ("ELM", "7"), ("OAK", "70")))

    change_set = plan_update(stored, [row(2, district_id="1", site_short_name="OAK")], BY_ID)

    assert places(after(change_set)) == [("OAK", "70")]


def test_a_transferred_patron_whose_access_level_the_new_site_does_not_have_gets_the_default():
    stored = roster(patron(1, ("ELM", "7"), access_level="Young Reader"))

    change_set = plan_update(stored, [row(2, district_id="1", site_short_name="OAK")], BY_ID)

    assert after(change_set).values["access_level"] == "Patron"
    assert codes(change_set) == ["access_level_unknown"]


def test_nobody_is_transferred_between_media_and_library_sites():
    change_set = plan_update(roster(patron(1, ("ELM", "7"))), [row(2, district_id="1", site_short_name="FILM")], BY_ID)

    assert outcomes(change_set) == {2: "rejected"}
    assert change_set.messages[0].detail == "ELM (library) and FILM (media)"


def test_a_new_card_is_valid_at_every_site_where_the_old_one_was():
    stored = roster(patron(1, ("ELM", "7"), ("OAK", "7")))

    assert places(after(plan_update(stored, [row(2, district_id="1", barcode="8")], BY_ID))) == [
        ("ELM", "8"),
        ("OAK", "8"),
    ]


def test_a_barcode_of_its_own_at_a_secondary_site_stays():
    stored = roster(patron(1, ("ELM", "7"), ("OAK", "99")))

    assert places(after(plan_update(stored, [row(2, district_id="1", barcode="8")], BY_ID))) == [
        ("ELM", "8"),
        ("OAK", "99"),
    ]


def test_matching_by_barcode_finds_the_patron_at_its_primary_site_and_may_set_the_district_id():
    stored = roster(patron(1, ("ELM", "7"), district_id=""))

    change_set = plan_update(stored, [row(2, barcode="7", district_id="1001")], BY_BARCODE)

    assert outcomes(change_set) == {2: "updated"}
    assert after(change_set).values["district_id"] == "1001"


def test_matching_by_barcode_at_a_secondary_site_makes_it_the_primary_one():
    stored = roster(patron(1, ("OAK", "7"), ("ELM", "7")))

    change_set = plan_update(stored, [row(2, barcode="7")], BY_BARCODE)

    assert outcomes(change_set) == {2: "transferred"}
    assert places(after(change_set)) == [("ELM", "7")]


def test_of_two_rows_for_one_patron_the_one_at_the_primary_site_counts():
    stored = roster(patron(1, ("OAK", "7"), ("ELM", "7")))
    rows = [row(2, barcode="7", nickname="Al"), row(3, barcode="7", site_short_name="OAK", nickname="Bo")]

    change_set = plan_update(stored, rows, BY_BARCODE)

    assert outcomes(change_set) == {2: "held", 3: "updated"}
    assert [(m.code, m.detail) for m in change_set.messages] == [("patron_named_twice", "line 3 of the file")]


def test_an_unchanged_row_of_the_same_file_speaks_for_its_patron():
    stored = roster(patron(1, ("OAK", "7"), ("ELM", "7")))

    change_set = plan_update(stored, [row(2, barcode="7")], BY_BARCODE, spoken_for=frozenset({1}))

    assert outcomes(change_set) == {2: "held"}
    assert codes(change_set) == ["patron_named_twice"]


def test_the_order_of_the_rows_does_not_matter():
    stored = roster(patron(1, ("ELM", "1")), patron(2, ("ELM", "2")), patron(3, ("ELM", "3")))
    rows = [
        row(2, district_id="1", barcode="2"),
        row(3, district_id="2", barcode="1"),
        row(4, district_id="3", barcode="9"),
        row(5, district_id="4", barcode="9", last_name="Ng"),
    ]

    first = plan_update(stored, rows, BY_ID)

    assert all(plan_update(stored, order, BY_ID) == first for order in itertools.permutations(rows))


def test_the_same_file_twice_changes_nothing():
    stored = roster(patron(1, ("ELM", "1")), patron(2, ("OAK", "2")))
    rows = [row(2, district_id="1", barcode="2"), row(3, district_id="2", barcode="1")]

    once = plan_update(stored, rows, BY_ID).applied_to(stored)

    assert outcomes(plan_update(once, rows, BY_ID)) == {2: "unchanged", 3: "unchanged"}


def test_every_message_of_the_update_is_in_the_catalogue_and_names_no_patron():
    stored = roster(patron(1, ("ELM", "7"), last_name="Verysecret"), patron(2, ("OAK", "8")))

    change_set = plan_update(stored, [row(2, district_id="2", barcode="7")], BY_ID)

    assert set(codes(change_set)) <= set(CATALOGUE)
    assert "Verysecret" not in repr(change_set.messages)
    assert "Verysecret" not in repr(stored)
