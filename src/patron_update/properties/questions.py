"""What a properties file asks of the CSV's values: where each map and each date looks, as SQL over the columns.

Fields ask, and so do rules and the list of further sites.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.properties.compiler import compile_condition, compile_parts, compile_template
from patron_update.properties.model import DEFAULT
from patron_update.properties.rules import SKIP
from patron_update.properties.sql import filled, quoted
from patron_update.properties.template import Coalesce, DateStep, If, ListStep, MapStep, Reference, Template
from patron_update.properties.walking import references_in, templates_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from patron_update.properties.dates import DatePattern
    from patron_update.properties.model import Properties
    from patron_update.properties.template import Part, Source, Step

EVERYWHERE = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapUse:
    """A map table that is asked about the ``value`` (SQL) of every row where ``where`` (SQL) holds.

    ``key`` is the key of the line that asks. The map of a list has a value for each part: its SQL makes several rows.
    """

    key: str
    line: int | None
    table: str
    value: str
    where: str
    listed: bool = False
    skips: bool = False
    """A rule asks that skips rows: it sees those that it skips too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateUse:
    """Date patterns that read the ``value`` (SQL) of every row where ``where`` (SQL) holds."""

    key: str
    line: int | None
    patterns: tuple[DatePattern, ...]
    value: str
    where: str


def uses(properties: Properties) -> Iterator[MapUse | DateUse]:
    """Yield every use of a map or a date pattern, through maps and conditions, except of what the password is made of.

    ``properties`` must have its columns numbered (`for_file`).
    """
    shown = properties.columns_shown
    for key, template in properties.roots.items():
        if key != "field_password" and properties.columns_in(template) <= shown:
            yield from _Uses(properties, key).of(template, EVERYWHERE)


def compile_unmapped_site(properties: Properties) -> str:
    """Return an expression for why a row names no site: the ``value`` that the map ``table`` does not cover, or NULL.

    It is a struct of both. The maps inside lists are not asked.
    """
    if "siteShortName" not in properties.fields:
        return "NULL"
    whens = [
        f"WHEN {use.where} AND {use.value} <> '' AND {use.value} NOT IN ({', '.join(map(quoted, entries))})"
        f" THEN {{'value': {use.value}, 'table': {quoted(use.table)}}}"
        for use in _Uses(properties, "field_siteShortName").of(properties.fields["siteShortName"], EVERYWHERE)
        if isinstance(use, MapUse) and not use.listed and DEFAULT not in (entries := properties.maps[use.table])
    ]
    return f"CASE {' '.join(whens)} END" if whens else "NULL"


class _Uses:
    """The uses below one key."""

    def __init__(self, properties: Properties, key: str) -> None:
        self.properties = properties
        self.key = key
        self.line = properties.roots[key].line
        self.skips = key.startswith(SKIP)

    def of(self, template: Template, where: str) -> Iterator[MapUse | DateUse]:
        for part in template.parts:
            if isinstance(part, Reference):
                yield from self.inside(part.source, where)
                yield from self.below(part, template.line, where)
            else:
                yield from self.inside(part, where)

    def inside(self, source: Part | Source, where: str) -> Iterator[MapUse | DateUse]:
        if isinstance(source, If):
            fires = f"coalesce({compile_condition(self.properties, source.condition)}, false)"
            for asked in templates_of(source.condition):
                yield from self.of(asked, where)
            yield from self.of(source.then, f"{where} AND {fires}")
            yield from self.of(source.otherwise, f"{where} AND NOT {fires}")
        elif isinstance(source, Coalesce):
            for alternative in source.alternatives:
                yield from self.of(alternative, where)
                value = compile_template(self.properties, alternative)
                where = f"{where} AND NOT coalesce({filled(value)}, false)"

    def below(self, reference: Reference, line: int | None, where: str) -> Iterator[MapUse | DateUse]:
        """Yield the uses of the reference's steps."""
        line = line or self.line
        for index, step in enumerate(reference.steps):
            if isinstance(step, ListStep):
                yield from self.in_list(replace(reference, steps=reference.steps[:index]), step, line, where)
            if not isinstance(step, MapStep | DateStep):
                continue
            value = self.value(reference, reference.steps[:index])
            if isinstance(step, DateStep):
                yield DateUse(key=self.key, line=line, patterns=step.patterns, value=value, where=where)
                continue
            yield self.map_use(step, line, value, where)
            entries = self.properties.maps[step.table]
            for key, entry in entries.items():
                if any(reference.steps for reference in references_in(entry)):
                    yield from self.of(entry, f"{where} AND {_reached(value, key, entries)}")

    def in_list(self, before: Reference, split: ListStep, line: int | None, where: str) -> Iterator[MapUse]:
        """Yield the maps that the parts of a list go through, not those inside their entries."""
        for index, step in enumerate(split.steps):
            if isinstance(step, MapStep):
                parts = compile_parts(self.properties, before, replace(split, steps=split.steps[:index]))
                yield replace(self.map_use(step, line, f"unnest({parts})", where), listed=True)

    def map_use(self, step: MapStep, line: int | None, value: str, where: str) -> MapUse:
        return MapUse(key=self.key, line=line, table=step.table, value=value, where=where, skips=self.skips)

    def value(self, reference: Reference, steps: tuple[Step, ...]) -> str:
        before = Reference(source=reference.source, steps=steps)
        return compile_template(self.properties, Template(parts=(before,)))


def _reached(value: str, key: str, entries: Collection[str]) -> str:
    if key != DEFAULT:
        return f"{value} = {quoted(key)}"
    others = ", ".join(quoted(other) for other in entries if other != DEFAULT)
    return f"NOT coalesce({value} IN ({others or 'NULL'}), false)"


def plain_columns(properties: Properties, field: str) -> frozenset[int]:
    """Return the columns that stand in the template of ``field`` as they are, literals beside them or not."""
    template = properties.fields.get(field, Template(parts=()))
    references = (part for part in template.parts if isinstance(part, Reference) and not part.steps)
    return frozenset(reference.source for reference in references if isinstance(reference.source, int))


def declared_dates(properties: Properties) -> list[tuple[int, tuple[DatePattern, ...]]]:
    """Return the columns that some field reads as a date as they stand, with their patterns, by column."""
    found = {
        reference.source: step.patterns
        for field, template in properties.fields.items()
        if field != "password"
        for reference in references_in(template)
        for step in reference.steps[:1]
        if isinstance(reference.source, int) and isinstance(step, DateStep)
    }
    return sorted(found.items())
