"""Barcodes that the update chooses: for a row that says ``autoassign``, the next free one of its site's range."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.deletions import GUARDS
from patron_update.domain.fields import AUTOASSIGN
from patron_update.domain.roster import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from patron_update.domain.roster import Association, Options, Patron, Record, Roster

NUMBERED = re.compile(r"(.*?)(\d+)")
"""A barcode of a range: some text, then the number that counts up."""


def assigned(roster: Roster, records: Iterable[Record], known: Mapping[int, Patron], options: Options) -> list[Record]:
    """Return the records with a barcode in the place of every ``autoassign`` that one can be found for.

    A patron who has a barcode (``known``: by the lines that match) keeps it, so that the next run changes nothing; an
    association row takes the patron's. New patrons get the free numbers of their site's range in the order of their
    District IDs, whatever the order of the rows. Free is what no patron of the site has and no row names, or what a
    delete row frees.
    """
    every = list(records)
    freed = dict(_freed(roster, every, known, options))
    asking: dict[str, list[Record]] = defaultdict(list)
    for record in every:
        if _asks(record) and record.line not in known and record.action is None:
            asking[record.values["site_short_name"]].append(record)
    chosen: dict[int, str] = {}
    for short_name, rows in asking.items():
        site = roster.site(short_name)
        places = {p for patron in roster.patrons for p in patron.associations} - set(freed.values())
        used = {place.barcode for place in places if place.site == short_name}
        naming = [r for r in every if r.given("site_short_name") == short_name and r.line not in freed]
        used |= {r.values["barcode"] for r in naming if r.given("barcode")}
        free = (number for number in _numbers(site.barcodes if site else None) if number not in used)
        in_order = sorted(rows, key=lambda record: (record.values.get("district_id", ""), record.line))
        chosen |= {record.line: number for record, number in zip(in_order, free, strict=False)}
    return [_with(record, chosen, known) for record in every]


def _freed(
    roster: Roster, records: Iterable[Record], known: Mapping[int, Patron], options: Options
) -> Iterator[tuple[int, Association]]:
    """Yield the lines of delete rows that nothing can hold up, with the associations that they end."""
    again = {taken.patron for taken in roster.taken_back}
    for record in records:
        patron = known.get(record.line)
        here = patron.at(record.given("site_short_name") or "") if patron else None
        if record.action is not Action.DELETE or patron is None or here is None:
            continue
        alone = sum(other.id == patron.id for other in known.values()) == 1
        if not alone or options.frozen or options.held_sites & patron.sites or patron.id in again:
            continue
        if len(patron.associations) > 1:
            sure = not (here.primary and options.update_before_delete)
        else:
            sure = options.delete_with_outstanding or not GUARDS & patron.outstanding.keys()
        if sure:
            yield record.line, here


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
