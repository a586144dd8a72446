"""Templates to DuckDB SQL: one expression per field, equal to the interpreter for every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.dates import MONTHS, WINDOW, DatePattern
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.regexes import patron_regex
from patron_update.properties.sql import NUL, joined, literal, quoted, stripped, trimmed
from patron_update.properties.template import (
    Column,
    DateStep,
    IsEmpty,
    Literal,
    MapStep,
    Part,
    RegexStep,
    Step,
    Template,
    columns_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class _Sql:
    """An expression; ``marks`` tells that its value may be a marked date."""

    text: str
    marks: bool = False


def compile_field(properties: Properties, field: str) -> str:
    """Return one DuckDB expression over the columns c1…cn (VARCHAR, never NULL) that gives the value of ``field``.

    Its value is NULL for an element that is left out and chr(0) with the original for a date that does not parse. It
    calls the functions of `python_functions` and no other function that DuckDB does not have itself.
    """
    return _template(properties, properties.fields[field]).text


def python_functions(properties: Properties) -> dict[str, Callable[[str, str, str], str]]:
    """Return the functions that the expressions call, by name: all parameters and the result are VARCHAR.

    Empty for most files. They are needed for a regex that DuckDB's RE2 cannot run.
    """
    templates = [
        *properties.fields.values(),
        *(entry for table in properties.tables_used for entry in properties.maps[table].values()),
    ]
    steps = [step for template in templates for column in columns_in(template) for step in column.steps]
    needed = any(isinstance(step, RegexStep) and step.regex.re2 is None for step in steps)
    return {"patron_regex": patron_regex} if needed else {}


def _template(properties: Properties, template: Template) -> _Sql:
    parts = [_part(properties, part) for part in template.parts]
    whole = joined([part.text for part in parts])
    marks = [part.text for part in parts if part.marks]
    if len(parts) == 1 or not marks:
        return _Sql(whole, bool(marks))
    first = " ".join(f"WHEN starts_with({part}, {NUL}) THEN {part}" for part in marks)
    return _Sql(f"CASE WHEN ({whole}) IS NULL THEN NULL {first} ELSE {whole} END", marks=True)


def _part(properties: Properties, part: Part) -> _Sql:
    match part:
        case Literal(text=text):
            return _Sql(quoted(text))
        case IsEmpty():
            then, otherwise = _template(properties, part.then), _template(properties, part.otherwise)
            text = f"CASE WHEN {_is_blank(properties, part.tested)} THEN {then.text} ELSE {otherwise.text} END"
            return _Sql(text, then.marks or otherwise.marks)
        case Column():
            return _column(properties, part)


def _is_blank(properties: Properties, tested: Template) -> str:
    sql = _template(properties, tested).text
    plain = len(tested.parts) == 1 and isinstance(tested.parts[0], Column) and not tested.parts[0].steps
    return f"coalesce({sql if plain else stripped(sql)}, '') = ''"


def _column(properties: Properties, column: Column) -> _Sql:
    sql = _Sql(trimmed(f"c{column.number}"))
    if column.omit and not (column.steps and isinstance(column.steps[0], MapStep)):
        sql = _Sql(f"nullif({sql.text}, '')")
    for number, step in enumerate(column.steps):
        before = sql
        sql = _step(properties, step, before.text, missing=literal(None if column.omit else ""))
        if before.marks:
            text = f"CASE WHEN starts_with({before.text}, {NUL}) THEN {before.text} ELSE {sql.text} END"
            sql = _Sql(text, marks=True)
        if number:
            sql = _Sql(f"CASE WHEN {before.text} IS NOT NULL THEN {sql.text} END", sql.marks)
    return sql


def _step(properties: Properties, step: Step, value: str, *, missing: str) -> _Sql:
    match step:
        case MapStep(table=table):
            return _map(properties, table, value, missing)
        case RegexStep():
            return _Sql(_regex(step, value, missing))
        case DateStep(pattern=pattern):
            date = _date(pattern, value)
            text = f"coalesce(strftime({date}, '%m/%d/%Y'), {NUL} || {value})"
            return _Sql(f"CASE WHEN {value} = '' THEN {missing} ELSE {text} END", marks=True)


def _map(properties: Properties, table: str, value: str, missing: str) -> _Sql:
    entries = properties.maps[table]
    compiled = {key: _template(properties, template) for key, template in entries.items()}
    whens = [f"WHEN {quoted(key)} THEN {sql.text}" for key, sql in compiled.items()]
    if "" not in entries and missing == "NULL":
        whens.append("WHEN '' THEN NULL")
    other = compiled[DEFAULT].text if DEFAULT in compiled else missing
    marks = any(sql.marks for sql in compiled.values())
    return _Sql(f"CASE {value} {' '.join(whens)} ELSE {other} END" if whens else other, marks)


def _regex(step: RegexStep, value: str, missing: str) -> str:
    if step.regex.re2 is None:
        written = "".join(part if isinstance(part, str) else f"{{${part}}}" for part in step.replacement)
        call = f"patron_regex({value}, {quoted(step.regex.python)}, {quoted(written)})"
        # The function marks what it found by one character, so that nothing found and an empty text differ.
        return f"coalesce(substr(nullif({call}, ''), 2), {missing})"
    pattern = quoted(step.regex.re2)
    pieces = [
        quoted(part) if isinstance(part, str) else f"regexp_extract({value}, {pattern}, {part})"
        for part in step.replacement
    ]
    return f"CASE WHEN regexp_matches({value}, {pattern}) THEN {joined(pieces)} ELSE {missing} END"


def _date(pattern: DatePattern, value: str) -> str:
    """Return an expression that is NULL for a value that is no date in ``pattern``."""
    regex = quoted(pattern.regex)
    if pattern.strptime:
        return f"CASE WHEN regexp_matches({value}, {regex}) THEN try_strptime({value}, {quoted(pattern.strptime)}) END"
    year, month, day = (
        f"regexp_extract({value}, {regex}, {pattern.groups[letter]})" if letter in pattern.groups else "'01'"
        for letter in "yMd"
    )
    if pattern.named_month:
        whens = " ".join(f"WHEN '{name[:3]}' THEN '{number:02}'" for number, name in enumerate(MONTHS, start=1))
        month = f"CASE lower(left({month}, 3)) {whens} ELSE '' END"
    if pattern.short_year:
        century = f"CASE WHEN {year} >= '{WINDOW}' THEN '19' ELSE '20' END"
        year = f"CASE WHEN length({year}) = 2 THEN {century} || {year} ELSE {year} END"
    return f"try_cast({joined([year, quoted('-'), month, quoted('-'), day])} AS DATE)"
