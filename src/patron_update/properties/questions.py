"""What a properties file asks of the CSV's values: where each map and each date looks, as SQL over the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.compiler import compile_template
from patron_update.properties.model import DEFAULT
from patron_update.properties.sql import quoted, stripped
from patron_update.properties.template import DateStep, IsEmpty, MapStep, Reference, Template, references_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from patron_update.properties.dates import DatePattern
    from patron_update.properties.model import Properties
    from patron_update.properties.template import Step

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
    """A date pattern that reads the ``value`` (SQL) of every row where ``where`` (SQL) holds."""

    field: str
    line: int | None
    pattern: DatePattern
    value: str
    where: str


def uses(properties: Properties) -> Iterator[MapUse | DateUse]:
    """Yield every use of a map or a date pattern, through maps and conditions, except by the password.

    ``properties`` must have its columns numbered (`with_header`).
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
                yield from self.below(part, template.line, where)
            elif isinstance(part, IsEmpty):
                blank = f"coalesce({stripped(compile_template(self.properties, part.tested))}, '') = ''"
                yield from self.of(part.tested, where)
                yield from self.of(part.then, f"{where} AND {blank}")
                yield from self.of(part.otherwise, f"{where} AND NOT ({blank})")

    def below(self, reference: Reference, line: int | None, where: str) -> Iterator[MapUse | DateUse]:
        for index, step in enumerate(reference.steps):
            if not isinstance(step, MapStep | DateStep):
                continue
            value = self.value(reference, reference.steps[:index])
            line = line or self.properties.fields[self.field].line
            if isinstance(step, DateStep):
                yield DateUse(field=self.field, line=line, pattern=step.pattern, value=value, where=where)
                continue
            yield MapUse(field=self.field, line=line, table=step.table, value=value, where=where)
            entries = self.properties.maps[step.table]
            for key, entry in entries.items():
                if any(reference.steps for reference in references_in(entry)):
                    yield from self.of(entry, f"{where} AND {_reached(value, key, entries)}")

    def value(self, reference: Reference, steps: tuple[Step, ...]) -> str:
        before = Reference(column=reference.column, steps=steps)
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
    return frozenset(reference.column for reference in references if isinstance(reference.column, int))
