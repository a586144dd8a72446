"""Rows for which a delete rule fires: who goes, what ends, who is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from roster_words import BY_BARCODE, BY_ID, after, codes, outcomes, patron, places, plan, row

from patron_update.domain.ownership import Owner
from patron_update.domain.roster import Action

UPDATING = replace(BY_ID, update_before_delete=True)


def deleting(line: int, **values: str):
    return replace(row(line, **values), action=Action.DELETE)


def since(one, **days: int):
    """Return the patron with associations that began on these days, by site."""
    return replace(one, associations=tuple(replace(p, since=days[p.site]) for p in one.associations))


def test_a_delete_row_deletes_the_patron_with_its_only_association():
    stored = patron(1, ("ELM", "7"))

    change_set = plan([stored], [deleting(2, district_id="1")], BY_ID)

    assert outcomes(change_set) == {2: "deleted"}
    assert codes(change_set) == []
    assert change_set.rows[0].after is None


def test_a_delete_row_that_matches_nobody_is_skipped_whatever_site_it_names():
    change_set = plan([], [deleting(2, district_id="1", site_short_name="NOWHERE")], BY_ID)

    assert outcomes(change_set) == {2: "skipped"}
    assert codes(change_set) == ["deletion_no_match"]


def test_a_delete_row_for_another_site_leaves_the_patron_alone():
    change_set = plan([patron(1, ("ELM", "7"))], [deleting(2, district_id="1", site_short_name="OAK")], BY_ID)

    assert outcomes(change_set) == {2: "skipped"}
    assert [(m.code, m.detail) for m in change_set.messages] == [("deletion_elsewhere", "ELM")]


def test_deleted_from_the_primary_site_the_oldest_secondary_association_becomes_primary():
    stored = since(patron(1, ("ELM", "7"), ("FILM", "7"), ("OAK", "8")), ELM=1, FILM=3, OAK=2)

    change_set = plan([stored], [deleting(2, district_id="1")], BY_ID)

    assert outcomes(change_set) == {2: "transferred"}
    assert places(after(change_set)) == [("OAK", "8"), ("FILM", "7")]
    assert [(m.code, m.detail) for m in change_set.messages] == [("association_ended", "OAK")]


def test_of_associations_of_one_age_the_first_site_by_name_becomes_primary():
    stored = patron(1, ("ELM", "7"), ("OAK", "8"), ("FILM", "7"))

    assert places(after(plan([stored], [deleting(2, district_id="1")], BY_ID)))[0] == ("FILM", "7")


def test_deleted_from_a_secondary_site_the_patron_stays_at_the_others():
    stored = patron(1, ("OAK", "8"), ("ELM", "7"))

    change_set = plan([stored], [deleting(2, district_id="1", nickname="Al")], UPDATING)

    assert outcomes(change_set) == {2: "updated"}
    assert places(after(change_set)) == [("OAK", "8")]
    assert "nickname" not in after(change_set).values


@pytest.mark.parametrize(
    ("outstanding", "outcome", "told"),
    [
        ({"loan": 2, "hold": 1}, "held", [("deletion_refused", "loans: 2, holds: 1")]),
        ({"fine": 1}, "held", [("deletion_refused", "fines: 1")]),
        ({"reserve": 1, "hold": 1}, "deleted", [("deleted_with_outstanding", "holds: 1, reserves: 1")]),
        ({}, "deleted", []),
    ],
)
def test_loans_and_fines_keep_a_patron_holds_and_reserves_go_with_it(outstanding, outcome, told):
    stored = replace(patron(1, ("ELM", "7")), outstanding=outstanding)

    change_set = plan([stored], [deleting(2, district_id="1")], BY_ID)

    assert outcomes(change_set) == {2: outcome}
    assert [(m.code, m.detail) for m in change_set.messages] == told


def test_where_the_job_says_so_outstanding_items_do_not_keep_a_patron():
    stored = replace(patron(1, ("ELM", "7")), outstanding={"loan": 2})

    change_set = plan([stored], [deleting(2, district_id="1")], replace(BY_ID, delete_with_outstanding=True))

    assert outcomes(change_set) == {2: "deleted"}
    assert codes(change_set) == ["deleted_with_outstanding"]


def test_fields_are_updated_first_where_the_properties_file_says_so_even_when_the_deletion_is_refused():
    stored = replace(patron(1, ("ELM", "7")), outstanding={"loan": 1})
    rows = [deleting(2, district_id="1", homeroom="GONE", barcode="9")]

    refused, untouched = plan([stored], rows, UPDATING), plan([stored], rows, BY_ID)

    assert (outcomes(refused), codes(refused)) == ({2: "updated"}, ["deletion_refused"])
    assert after(refused).values["homeroom"] == "GONE"
    assert places(after(refused)) == [("ELM", "7")]
    assert (outcomes(untouched), after(untouched)) == ({2: "held"}, stored)


def test_a_patron_whose_deletion_is_refused_once_more_is_held_and_may_become_inactive():
    stored = replace(patron(1, ("ELM", "7"), homeroom="GONE"), outstanding={"loan": 1})

    again = plan([stored], [deleting(2, district_id="1", homeroom="GONE")], UPDATING)
    leaver = plan([stored], [deleting(2, district_id="1", status="I")], UPDATING)

    assert outcomes(again) == {2: "held"}
    assert outcomes(leaver) == {2: "inactivated"}


def test_the_new_primary_site_gives_its_default_for_an_access_level_that_it_lacks():
    stored = patron(1, ("ELM", "7"), ("OAK", "8"), access_level="Young Reader")

    change_set = plan([stored], [deleting(2, district_id="1")], BY_ID)

    assert after(change_set).values["access_level"] == "Patron"
    assert [(m.code, m.site, m.value, m.detail) for m in change_set.messages] == [
        ("access_level_unknown", "OAK", "Young Reader", "Patron"),
        ("association_ended", "ELM", None, "OAK"),
    ]


def test_at_a_site_where_a_patron_has_nothing_else_the_row_tells_its_own_barcode():
    options = replace(BY_ID, ownership={"barcode": Owner.FILL_BLANK})

    change_set = plan([patron(1, ("ELM", "7"))], [row(2, district_id="1", site_short_name="NO", barcode="9")], options)

    assert [(m.code, m.barcode) for m in change_set.messages] == [("site_unknown", "9")]


def test_what_a_deleted_patron_had_is_free_for_other_rows_of_the_file():
    stored = patron(1, ("ELM", "7"), username="ann")
    rows = [
        row(2, district_id="2", barcode="7", username="ann", last_name="Ng"),
        deleting(3, district_id="1"),
    ]

    assert outcomes(plan([stored], rows, BY_ID)) == {2: "added", 3: "deleted"}


def test_what_a_kept_patron_has_is_not_free():
    stored = replace(patron(1, ("ELM", "7")), outstanding={"loan": 1})
    rows = [row(2, district_id="2", barcode="7", last_name="Ng"), deleting(3, district_id="1")]

    change_set = plan([stored], rows, BY_ID)

    assert outcomes(change_set) == {2: "held", 3: "held"}
    assert codes(change_set) == ["barcode_taken", "deletion_refused"]


def test_matching_by_barcode_an_association_ends_beside_the_row_of_the_primary_site():
    stored = patron(1, ("ELM", "7"), ("OAK", "7"))
    rows = [row(2, barcode="7", nickname="Al"), deleting(3, site_short_name="OAK", barcode="7")]

    change_set = plan([stored], rows, BY_BARCODE)

    assert outcomes(change_set) == {2: "updated", 3: "updated"}
    assert places(after(change_set, 2)) == places(after(change_set, 3)) == [("ELM", "7")]
    assert after(change_set, 3).values["nickname"] == "Al"


def test_an_inactive_patron_is_told_apart_from_an_updated_one_and_so_is_its_return():
    active, inactive = patron(1, ("ELM", "7")), patron(2, ("ELM", "8"), status="I")
    rows = [
        row(2, district_id="1", status="I", site_short_name="OAK"),
        row(3, district_id="2", status="A"),
        row(4, district_id="3", status="I", barcode="9", last_name="Ng"),
    ]

    change_set = plan([active, inactive], rows, replace(BY_ID, mapped_fields=frozenset()))

    assert outcomes(change_set) == {2: "inactivated", 3: "updated", 4: "added"}
    assert [(m.line, m.code) for m in change_set.messages] == [(3, "reactivated")]
