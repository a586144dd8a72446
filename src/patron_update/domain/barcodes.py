"""Barcodes that the update chooses: for a row that says ``autoassign``, the next free one of its site's range."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.fields import AUTOASSIGN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from patron_update.domain.roster import Record, Roster

NUMBERED = re.compile(r"(.*?)(\d+)")
"""A barcode of a range: some text, then the number that counts up."""


def assigned(roster: Roster, records: Iterable[Record], known: Collection[int]) -> list[Record]:
    """Return the records with a barcode in the place of every ``autoassign`` that one can be found for.

    A patron who has a barcode (``known``: lines of rows that match one) keeps it, so that the next run changes nothing;
    an association row takes the patron's. New patrons get the free numbers of their site's range in the order of
    their District IDs, whatever the order of the rows. Free is what no patron of the site has and no row names.
    """
    every = list(records)
    asking: dict[str, list[Record]] = defaultdict(list)
    for record in every:
        if _asks(record) and record.line not in known and record.action is None:
            asking[record.values["site_short_name"]].append(record)
    chosen: dict[int, str] = {}
    for short_name, rows in asking.items():
        site = roster.site(short_name)
        used = {p.barcode for patron in roster.patrons for p in patron.associations if p.site == short_name}
        used |= {r.values["barcode"] for r in every if r.given("site_short_name") == short_name and r.given("barcode")}
        free = (number for number in _numbers(site.barcodes if site else None) if number not in used)
        in_order = sorted(rows, key=lambda record: (record.values.get("district_id", ""), record.line))
        chosen |= {record.line: number for record, number in zip(in_order, free, strict=False)}
    return [_with(record, chosen, known) for record in every]


def _asks(record: Record) -> bool:
    return record.values.get("barcode") == AUTOASSIGN


def _with(record: Record, chosen: dict[int, str], known: Collection[int]) -> Record:
    if not _asks(record):
        return record
    values = dict(record.values)
    if record.line in chosen:
        values["barcode"] = chosen[record.line]
    elif record.line in known or record.action is not None:
        del values["barcode"]
    return replace(record, values=values, assigned=record.line in chosen)


def _numbers(barcodes: tuple[str, str] | None) -> Iterator[str]:
    if barcodes is None:
        return
    first, last = (NUMBERED.fullmatch(text) for text in barcodes)
    if first and last:
        width = len(first[2])
        yield from (f"{first[1]}{number:0{width}}" for number in range(int(first[2]), int(last[2]) + 1))
