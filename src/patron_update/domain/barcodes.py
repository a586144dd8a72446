"""Barcodes that the update chooses: for a row that says ``autoassign``, the next free one of its site's range."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.fields import AUTOASSIGN
from patron_update.domain.roster import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from patron_update.domain.roster import Record, Roster

NUMBERED = re.compile(r"(.*?)(\d+)")
"""A barcode of a range: some text, then the number that counts up."""


def kept(records: Iterable[Record], known: Collection[int]) -> list[Record]:
    """Return the records without the ``autoassign`` of those who have a barcode, and of rows that associate or delete.

    A patron who has a barcode (``known``: the lines that match one) keeps it, so that the next run changes nothing; an
    association row takes the patron's. The rows that still ask for a barcode are of new patrons.
    """
    return [
        replace(one, values={column: value for column, value in one.values.items() if column != "barcode"})
        if _asks(one) and (one.line in known or one.action is not None)
        else one
        for one in records
    ]


def assigned(roster: Roster, records: Iterable[Record], taken: Iterable[tuple[str, str]]) -> list[Record]:
    """Return the records with a barcode in the place of every ``autoassign`` that one can be found for.

    New patrons get the free numbers of their site's range in the order of their District IDs, whatever the order of the
    rows; those who go to further sites choose first, since a number must be free there, too. ``taken`` are the barcodes
    by site that somebody has at the end, or wants, if nothing is assigned. What a row names is not free either.
    """
    every = list(records)
    named = {(r.values.get("site_short_name", ""), r.given("barcode")) for r in every if r.action is not Action.DELETE}
    used = named.union(taken)
    asking: dict[tuple[str, tuple[str, ...]], list[Record]] = defaultdict(list)
    for record in filter(_asks, every):
        asking[record.values.get("site_short_name", ""), _sites(record, every)].append(record)
    chosen: dict[int, str] = {}
    for (short_name, sites), rows in sorted(asking.items(), key=lambda item: (-len(item[0][1]), item[0])):
        site = roster.site(short_name)
        free = [n for n in _numbers(site.barcodes if site else None) if not used & {(at, n) for at in sites}]
        in_order = sorted(rows, key=lambda record: (record.values.get("district_id", ""), record.line))
        given = dict(zip((record.line for record in in_order), free, strict=False))
        used |= {(at, number) for number in given.values() for at in sites}
        chosen |= given
    return [_with(record, chosen) for record in every]


def _sites(asking: Record, records: Iterable[Record]) -> tuple[str, ...]:
    """Return all sites where a new patron is to have the barcode that its row asks for."""
    besides = (r for r in records if r.action is Action.ASSOCIATE and r.given("district_id"))
    own = (r for r in besides if r.given("district_id") == asking.given("district_id"))
    return tuple(sorted({*asking.other_sites, *(r.values.get("site_short_name", "") for r in (asking, *own))}))


def _asks(record: Record) -> bool:
    return record.values.get("barcode") == AUTOASSIGN


def _with(record: Record, chosen: Mapping[int, str]) -> Record:
    if record.line not in chosen:
        return record
    return replace(record, values={**record.values, "barcode": chosen[record.line]}, assigned=True)


def _numbers(barcodes: tuple[str, str] | None) -> Iterator[str]:
    if barcodes is None:
        return
    first, last = (NUMBERED.fullmatch(text) for text in barcodes)
    if first and last:
        width = len(first[2])
        yield from (f"{first[1]}{number:0{width}}" for number in range(int(first[2]), int(last[2]) + 1))
