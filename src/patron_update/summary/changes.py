"""What a run would change, field by field: the whole list as CSV, the beginning of each site's as a page.

Both are made in one pass over the store's history, however long it is; a password is told, never shown.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from patron_update.domain.fields import FIELDS
from patron_update.summary.page import template
from patron_update.summary.render import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TextIO

COLUMNS = ("site", "action", "line", "district_id", "barcode", "field", "before", "after")
PATRONS_SHOWN = 10
"""Patrons on the page for each site and action; the CSV has all."""

LABELS = {**{one.name: one.label for one in FIELDS}, "associations": "Sites"}
_ORDER = {name: place for place, name in enumerate(LABELS)}


class FieldChange(NamedTuple):
    """One field of one patron, before and after; '' is blank."""

    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """Return what people call the field."""
        return LABELS.get(self.name, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronChange:
    """What the run would do to one patron, who is told by keys."""

    site: str
    action: str
    line: int | None
    district_id: str
    barcode: str
    fields: tuple[FieldChange, ...] = field(repr=False)


@dataclass(kw_only=True)
class Changing:
    """All patrons of one site with one action: how many, and the first of them."""

    site: str
    action: str
    count: int = 0
    first: list[PatronChange] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Return how many are not among the first."""
        return self.count - len(self.first)


def read_history(history: TextIO) -> Iterator[PatronChange]:
    """Yield what `PatronStore.preview` wrote, patron by patron."""
    csv.field_size_limit(sys.maxsize)
    for row in csv.DictReader(history):
        yield PatronChange(
            site=row["site"],
            action=row["action"],
            line=int(row["line"]) if row["line"] else None,
            district_id=row["district_id"],
            barcode=row["barcode"],
            fields=tuple(_fields(json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}"))),
        )


def write_csv(changes: Iterable[PatronChange], file: TextIO) -> list[Changing]:
    """Write one line for each field of each patron; return the groups of the page.

    ``changes`` come in the order of site and action. A text that a spreadsheet would run as a formula gets an
    apostrophe in front.
    """
    writer, groups = csv.writer(file), []
    writer.writerow(COLUMNS)
    for (site, action), patrons in groupby(changes, lambda one: (one.site, one.action)):
        group = Changing(site=site, action=action)
        for one in patrons:
            group.count += 1
            if len(group.first) < PATRONS_SHOWN:
                group.first.append(one)
            keys = [*map(cell, (site, action, one.line, one.district_id, one.barcode))]
            writer.writerows([*keys, *map(cell, change)] for change in one.fields)
        groups.append(group)
    return groups


def page(
    groups: list[Changing],
    *,
    job_name: str,
    verdict: str,
    links: Mapping[str, str],
    causes: Sequence[Mapping[str, str]] = (),
) -> str:
    """Return the page; ``links`` are text → address, ``causes`` those of the Job Summary."""
    actions = sorted({group.action for group in groups})
    counts = {(group.site, group.action): group.count for group in groups}
    sites = sorted({group.site for group in groups})
    table = [(site, [counts.get((site, action), 0) for action in actions]) for site in sites]
    total = [sum(column) for column in zip(*(row for _, row in table), strict=True)]
    return template("changes.html").render(
        job_name=job_name,
        verdict=verdict,
        links=links,
        actions=actions,
        table=table,
        total=total,
        groups=groups,
        causes=causes,
    )


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name in sorted({*before, *after}, key=lambda one: (_ORDER.get(one, len(_ORDER)), one)):
        change = FieldChange(name, _shown(before.get(name)), _shown(after.get(name)))
        if change.before != change.after:
            yield change


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(
            f"{place['siteShortName']} {place['barcode']}{' (primary)' if place['primary'] else ''}" for place in value
        )
    return "" if value is None else str(value)
