"""What a properties file asks of the CSV's values: where each map and each date looks, as SQL over the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.compiler import compile_condition, compile_template
from patron_update.properties.model import DEFAULT
from patron_update.properties.sql import filled, quoted
from patron_update.properties.template import Coalesce, DateStep, If, MapStep, Reference, Template
from patron_update.properties.walking import references_in, templates_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from patron_update.properties.dates import DatePattern
    from patron_update.properties.model import Properties
    from patron_update.properties.template import Part, Source, Step

EVERYWHERE = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapUse:
    """A map table that is asked about the ``value`` (SQL) of every row where ``where`` (SQL) holds."""

    field: str
    line: int | None
    table: str
    value: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateUse:
    """Date patterns that read the ``value`` (SQL) of every row where ``where`` (SQL) holds."""

    field: str
    line: int | None
    patterns: tuple[DatePattern, ...]
    value: str
    where: str


def uses(properties: Properties) -> Iterator[MapUse | DateUse]:
    """Yield every use of a map or a date pattern, through maps and conditions, except by the password.

    ``properties`` must have its columns numbered (`for_file`).
    """
    for field, template in properties.fields.items():
        if field == "password":
            continue
        yield from _Uses(properties, field).of(template, EVERYWHERE)


class _Uses:
    """The uses below one field."""

    def __init__(self, properties: Properties, field: str) -> None:
        self.properties = properties
        self.field = field

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
        """Yield the uses of the reference's steps, except those for the parts of a list: they are no values of rows."""
        for index, step in enumerate(reference.steps):
            if not isinstance(step, MapStep | DateStep):
                continue
            value = self.value(reference, reference.steps[:index])
            line = line or self.properties.fields[self.field].line
            if isinstance(step, DateStep):
                yield DateUse(field=self.field, line=line, patterns=step.patterns, value=value, where=where)
                continue
            yield MapUse(field=self.field, line=line, table=step.table, value=value, where=where)
            entries = self.properties.maps[step.table]
            for key, entry in entries.items():
                if any(reference.steps for reference in references_in(entry)):
                    yield from self.of(entry, f"{where} AND {_reached(value, key, entries)}")

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
