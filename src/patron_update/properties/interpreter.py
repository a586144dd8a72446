"""What a template means: the slow, obvious specification. The compiler must give the same for every row.

Certain: columns are counted from 1; ``omit`` leaves the element out when the column is empty; a map with ``omit``
leaves it out when no entry fits. Inferred: omitting goes for the whole element, not for its piece; the map entry
``default`` takes what has no entry. Ours: a column's value counts without the blanks around it; an entry for the blank
value comes before ``omit``, ``default`` after it; without ``omit`` an unmapped value and a regex that is not found give
an empty text; a regex may match anywhere in the value, and its first match counts; ISEMPTY takes an omitted element for
an empty one; a date that does not parse marks the whole element, so that nothing half converted is stored; a condition
about such a date, or about what is neither two numbers nor two dates, can not be told and counts as not true, with
``not`` in it too.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from patron_update.properties.conditions import OPERATORS
from patron_update.properties.dates import to_date
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.regexes import compiled, expand
from patron_update.properties.rules import all_named
from patron_update.properties.template import (
    BLANKS,
    LIST_SEPARATOR,
    MARK,
    Coalesce,
    Condition,
    DateStep,
    If,
    ListStep,
    Literal,
    MapStep,
    Part,
    Reference,
    RegexStep,
    Source,
    Step,
    Template,
    TextStep,
    Today,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron_update.properties.dates import DatePattern


def interpret(properties: Properties, field: str, row: Sequence[str]) -> str | None:
    """Return the value of ``field`` for one row: None for an element left out, `MARK` and the original for a bad date.

    ``row`` holds the columns' texts as they stand in the file; they hold no NUL. ``properties`` must be `for_file`.
    """
    return _template(properties, properties.template_of(field), row)


def fired(properties: Properties, kind: str, row: Sequence[str]) -> str | None:
    """Return the keys of the rules of ``kind`` for which the row is skipped, deleted or associated, None if it is not.

    Ours: in the mode ``and`` all rules of the kind must be true, in the mode ``or`` the first that is true is named.
    """
    rules = properties.rules_of(kind)
    true = [rule for rule in rules if is_true(properties, rule.condition, row)]
    if properties.all_must_hold(kind):
        return all_named(rules) if rules and len(true) == len(rules) else None
    return true[0].key if true else None


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
        case If():
            return _source(properties, part, row)
        case Reference():
            return _reference(properties, part, row)


def _source(properties: Properties, source: Source, row: Sequence[str]) -> str | None:
    match source:
        case int():
            return row[source - 1].strip(BLANKS)
        case If(condition=condition, then=then, otherwise=otherwise):
            return _template(properties, then if is_true(properties, condition, row) else otherwise, row)
        case Coalesce(alternatives=alternatives):
            values = [_template(properties, each, row) for each in alternatives]
            return next((value for value in values if not _blank(value)), values[-1])
        case Today(days=days, on=dt.date() as on):
            return _written(on + dt.timedelta(days))
        case _:
            raise TypeError(f"{source!r} is not known before there is a file: call for_file first")


def _reference(properties: Properties, reference: Reference, row: Sequence[str]) -> str | None:
    value = _source(properties, reference.source, row)
    mapped_first = bool(reference.steps) and isinstance(reference.steps[0], MapStep)
    if _blank(value) and reference.omit and not mapped_first:
        return None
    return _through(properties, reference.steps, value, row, missing=None if reference.omit else "")


def _through(
    properties: Properties, steps: Sequence[Step], value: str | None, row: Sequence[str], *, missing: str | None
) -> str | None:
    for step in steps:
        if value is None or value.startswith(MARK):
            break
        value = _step(properties, step, value, row, missing=missing)
    return value


def _step(properties: Properties, step: Step, value: str, row: Sequence[str], *, missing: str | None) -> str | None:
    """Return the value behind ``step``; ``missing`` when there is none."""
    match step:
        case MapStep(table=table):
            entries = properties.maps[table]
            default = DEFAULT if DEFAULT in entries and (value or missing == "") else None
            entry = entries.get(value, entries[default] if default else None)
            return missing if entry is None else _template(properties, entry, row)
        case RegexStep(regex=regex, replacement=replacement):
            found = compiled(regex.python).search(value)
            return expand(found, replacement) if found else missing
        case TextStep(function=function, arguments=arguments):
            return FUNCTIONS[function].meaning(value, *arguments) or missing
        case ListStep():
            return _list(properties, step, value, row) or missing
        case DateStep(patterns=patterns):
            return _date(patterns, value) if value else missing


def _list(properties: Properties, step: ListStep, value: str, row: Sequence[str]) -> str:
    parts = [part.strip(BLANKS) for part in value.split(step.separator)]
    values = [_through(properties, step.steps, part, row, missing=None) for part in parts if part]
    known = [each for each in values if each is not None and not _blank(each)]
    marked = [each for each in known if each.startswith(MARK)]
    return marked[0] if marked else LIST_SEPARATOR.join(known)


def _date(patterns: Sequence[DatePattern], value: str) -> str:
    dates = [date for pattern in patterns if (date := to_date(pattern, value))]
    return _written(dates[0]) if dates else MARK + value


def is_true(properties: Properties, condition: Condition, row: Sequence[str]) -> bool:
    """Tell whether ``condition`` is true for ``row``; not when it cannot be told."""
    subject, *values = (_template(properties, each, row) or "" for each in (condition.subject, *condition.values))
    if condition.operator != "empty" and any(each.startswith(MARK) for each in (subject, *values)):
        return False
    compared = [condition.regex.python] if condition.regex else values
    answer = OPERATORS[condition.operator].meaning(subject, *compared)
    return answer is not None and answer != condition.negated


def _blank(value: str | None) -> bool:
    return value is None or not value.strip(BLANKS)


def _written(date: dt.date) -> str:
    return f"{date:%m/%d}/{date.year:04}"
