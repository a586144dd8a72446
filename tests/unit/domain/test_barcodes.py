"""Barcodes that the update chooses for rows that say autoassign."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from roster_words import BY_ID, after, codes, outcomes, patron, places, roster, row

from patron_update.domain.update import plan_update

if TYPE_CHECKING:
    from patron_update.domain.roster import Roster

QUIET = replace(BY_ID, mapped_fields=frozenset())


def ranged(*patrons, last: str = "P010") -> Roster:
    stored = roster(*patrons)
    sites = tuple(replace(site, barcodes=("P008", last)) if site.short_name == "ELM" else site for site in stored.sites)
    return replace(stored, sites=sites)


def asking(line: int, key: str, **values: str):
    return row(line, **{"district_id": key, "barcode": "autoassign", "last_name": "Ng", **values})


def test_new_patrons_get_the_free_barcodes_in_the_order_of_their_district_ids_whatever_the_order_of_the_rows():
    rows = [asking(2, "b"), asking(3, "a"), row(4, district_id="c", barcode="P009", last_name="Ng")]

    for order in itertools.permutations(rows):
        change_set = plan_update(ranged(), order, QUIET)
        assert places(after(change_set, 3)) == [("ELM", "P008")]
        assert places(after(change_set, 2)) == [("ELM", "P010")]
        assert codes(change_set) == ["barcode_assigned", "barcode_assigned"]


def test_a_patron_who_has_a_barcode_keeps_it():
    stored = ranged(patron(1, ("ELM", "7"), last_name="Ng"))

    change_set = plan_update(stored, [asking(2, "1")], QUIET)

    assert outcomes(change_set) == {2: "unchanged"}
    assert codes(change_set) == []


def test_what_another_patron_of_the_site_has_is_not_free():
    stored = ranged(patron(1, ("OAK", "1"), ("ELM", "P008")))

    assert places(after(plan_update(stored, [asking(2, "2")], QUIET))) == [("ELM", "P009")]


@pytest.mark.parametrize(
    ("site", "last", "code"), [("OAK", "P010", "barcode_range_missing"), ("ELM", "P008", "barcode_range_exhausted")]
)
def test_without_a_free_barcode_the_row_is_rejected(site, last, code):
    stored = ranged(patron(1, ("ELM", "P008")), last=last)

    change_set = plan_update(stored, [asking(2, "2", site_short_name=site)], QUIET)

    assert outcomes(change_set) == {2: "rejected"}
    assert [(m.code, m.detail) for m in change_set.messages] == [(code, site)]
