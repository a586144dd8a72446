"""What a template means: the slow, obvious specification. The compiler must give the same for every row.

Certain: columns are counted from 1; ``omit`` leaves the element out when the column is empty; a map with ``omit``
leaves it out when no entry fits. Inferred: omitting goes for the whole element, not for its piece; the map entry
``default`` takes what has no entry. Ours: a column's value counts without the blanks around it; an entry for the blank
value comes before ``omit``, ``default`` after it; without ``omit`` an unmapped value and a regex that is not found give
an empty text; a regex may match anywhere in the value, and its first match counts; ISEMPTY takes an omitted element for
an empty one; a date that does not parse marks the whole element, so that nothing half converted is stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patron_update.properties.dates import to_date
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.regexes import expand
from patron_update.properties.template import (
    BLANKS,
    MARK,
    IsEmpty,
    Literal,
    MapStep,
    Part,
    Reference,
    RegexStep,
    Step,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def interpret(properties: Properties, field: str, row: Sequence[str]) -> str | None:
    """Return the value of ``field`` for one row: None for an element left out, `MARK` and the original for a bad date.

    ``row`` holds the columns' texts as they stand in the file; they hold no NUL.
    """
    return _template(properties, properties.fields[field], row)


def _template(properties: Properties, template: Template, row: Sequence[str]) -> str | None:
    parts = [_part(properties, part, row) for part in template.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    marked = [part for part in known if part.startswith(MARK)]
    return marked[0] if marked else "".join(known)


def _part(properties: Properties, part: Part, row: Sequence[str]) -> str | None:
    match part:
        case Literal(text=text):
            return text
        case IsEmpty():
            tested = _template(properties, part.tested, row)
            blank = tested is None or not tested.strip(BLANKS)
            return _template(properties, part.then if blank else part.otherwise, row)
        case Reference():
            return _reference(properties, part, row)


def _reference(properties: Properties, reference: Reference, row: Sequence[str]) -> str | None:
    if isinstance(reference.column, str):
        raise TypeError("columns by name need the header first: with_header")
    value: str | None = row[reference.column - 1].strip(BLANKS)
    mapped_first = bool(reference.steps) and isinstance(reference.steps[0], MapStep)
    if not value and reference.omit and not mapped_first:
        return None
    for step in reference.steps:
        if value is None or value.startswith(MARK):
            break
        value = _step(properties, step, value, row, missing=None if reference.omit else "")
    return value


def _step(properties: Properties, step: Step, value: str, row: Sequence[str], *, missing: str | None) -> str | None:
    """Return the value behind ``step``; ``missing`` when there is none."""
    match step:
        case MapStep(table=table):
            entries = properties.maps[table]
            if value in entries:
                return _template(properties, entries[value], row)
            if DEFAULT in entries and (value or missing == ""):
                return _template(properties, entries[DEFAULT], row)
            return missing
        case RegexStep(regex=regex, replacement=replacement):
            found = re.search(regex.python, value)
            return expand(found, replacement) if found else missing
        case _:
            if not value:
                return missing
            date = to_date(step.pattern, value)
            return f"{date:%m/%d}/{date.year:04}" if date else MARK + value
