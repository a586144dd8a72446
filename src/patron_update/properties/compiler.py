"""Templates to DuckDB SQL: one expression per field, equal to the interpreter for every row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from patron_update.properties.dates import MONTHS, WINDOW, DatePattern
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.regexes import patron_regex
from patron_update.properties.sql import NUL, joined, literal, quoted, stripped, trimmed
from patron_update.properties.template import (
    DateStep,
    IsEmpty,
    Literal,
    MapStep,
    Part,
    Reference,
    RegexStep,
    Step,
    Template,
    references_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


MANY = 8
"""Entries of a table from which constant replacements are looked up in a MAP: a CASE of thousands is slow."""


@dataclass(frozen=True, slots=True)
class _Sql:
    """An expression; ``marks`` tells that its value may be a marked date, ``long`` that it should stand but once."""

    text: str
    marks: bool = False
    long: bool = True


def compile_field(properties: Properties, field: str) -> str:
    """Return one DuckDB expression over the columns c1…cn (VARCHAR, never NULL) that gives the value of ``field``.

    Its value is NULL for an element that is left out and chr(0) with the original for a date that does not parse. It
    calls the functions of `python_functions` and no other function that DuckDB does not have itself. Columns that
    ``properties`` refers to by name must have got their numbers (`with_header`).
    """
    return compile_template(properties, properties.fields[field])


def compile_template(properties: Properties, template: Template) -> str:
    """Return the expression for ``template``, whose maps are those of ``properties``, as `compile_field` does."""
    return _Compiler(properties).template(template).text


def python_functions(properties: Properties) -> dict[str, Callable[[str | None, str, str], str]]:
    """Return the functions that the expressions call, by name: all parameters and the result are VARCHAR.

    Empty for most files. They are needed for a regex that DuckDB's RE2 cannot run.
    """
    templates = [
        *properties.fields.values(),
        *(entry for table in properties.tables_used for entry in properties.maps[table].values()),
    ]
    steps = [step for template in templates for reference in references_in(template) for step in reference.steps]
    needed = any(isinstance(step, RegexStep) and step.regex.re2 is None for step in steps)
    return {"patron_regex": patron_regex} if needed else {}


class _Compiler:
    """Compiles the templates of one file."""

    def __init__(self, properties: Properties) -> None:
        self.maps = properties.maps
        self.names = count(1)

    def template(self, template: Template) -> _Sql:
        parts = [self.part(part) for part in template.parts]
        marks = any(part.marks for part in parts)
        if len(parts) == 1 or not marks:
            return _Sql(joined([part.text for part in parts]), marks)
        return _Sql(self.first_mark_or_all(parts, ()), marks=True)

    def first_mark_or_all(self, parts: Sequence[_Sql], known: tuple[str, ...]) -> str:
        """Return an expression for parts of which some may be marked: NULL comes before a mark, a mark before all."""
        if len(known) < len(parts):
            part = parts[len(known)]
            if not part.marks:
                return self.first_mark_or_all(parts, (*known, part.text))
            return self.bound(part, lambda name: self.first_mark_or_all(parts, (*known, name)))
        whole = joined(known)
        marked = [name for name, part in zip(known, parts, strict=True) if part.marks]
        first = " ".join(f"WHEN starts_with({name}, {NUL}) THEN {name}" for name in marked)
        return f"CASE WHEN ({whole}) IS NULL THEN NULL {first} ELSE {whole} END"

    def bound(self, value: _Sql, body: Callable[[str], str]) -> str:
        """Return ``body`` of ``value``, which it may use many times: a long one is computed once and named."""
        if not value.long:
            return body(value.text)
        name = f"v{next(self.names)}"
        return f"list_transform([{value.text}], lambda {name}: {body(name)})[1]"

    def part(self, part: Part) -> _Sql:
        match part:
            case Literal(text=text):
                return _Sql(quoted(text), long=False)
            case IsEmpty():
                then, otherwise = self.template(part.then), self.template(part.otherwise)
                text = f"CASE WHEN {self.is_blank(part.tested)} THEN {then.text} ELSE {otherwise.text} END"
                return _Sql(text, then.marks or otherwise.marks)
            case Reference():
                return self.reference(part)

    def is_blank(self, tested: Template) -> str:
        sql = self.template(tested).text
        plain = len(tested.parts) == 1 and isinstance(tested.parts[0], Reference) and not tested.parts[0].steps
        return f"coalesce({sql if plain else stripped(sql)}, '') = ''"

    def reference(self, reference: Reference) -> _Sql:
        sql = _Sql(trimmed(f"c{reference.column}"), long=False)
        if reference.omit and not (reference.steps and isinstance(reference.steps[0], MapStep)):
            sql = _Sql(f"nullif({sql.text}, '')", long=False)
        for number, step in enumerate(reference.steps):
            sql = self.step(sql, step, missing=literal(None if reference.omit else ""), first=not number)
        return sql

    def step(self, before: _Sql, step: Step, *, missing: str, first: bool) -> _Sql:
        marks = before.marks

        def body(value: str) -> str:
            nonlocal marks
            sql = self.step_of(step, value, missing)
            marks = marks or sql.marks
            if first:
                return sql.text
            kept = f"{value} IS NULL OR starts_with({value}, {NUL})" if before.marks else f"{value} IS NULL"
            return f"CASE WHEN {kept} THEN {value} ELSE {sql.text} END"

        text = self.bound(before, body)
        return _Sql(text, marks)

    def step_of(self, step: Step, value: str, missing: str) -> _Sql:
        match step:
            case MapStep(table=table):
                return self.map(table, value, missing)
            case RegexStep():
                return _Sql(_regex(step, value, missing))
            case DateStep(pattern=pattern):
                text = f"coalesce(strftime({_date(pattern, value)}, '%m/%d/%Y'), {NUL} || {value})"
                return _Sql(f"CASE WHEN {value} = '' THEN {missing} ELSE {text} END", marks=True)

    def map(self, table: str, value: str, missing: str) -> _Sql:
        entries = {key: self.template(entry) for key, entry in self.maps[table].items()}
        constant = {key: sql.text for key, sql in entries.items() if _is_constant(self.maps[table][key])}
        listed = constant if len(constant) >= MANY else {}
        whens = [f"WHEN {quoted(key)} THEN {sql.text}" for key, sql in entries.items() if key not in listed]
        if "" not in entries and missing == "NULL":
            whens.append("WHEN '' THEN NULL")
        other = entries[DEFAULT].text if DEFAULT in entries else missing
        text = f"CASE {value} {' '.join(whens)} ELSE {other} END" if whens else other
        if listed:
            pairs = ", ".join(f"{quoted(key)}: {text}" for key, text in listed.items())
            text = f"coalesce(MAP {{{pairs}}}[{value}], {text})"
        return _Sql(text, any(sql.marks for sql in entries.values()))


def _is_constant(template: Template) -> bool:
    return all(isinstance(part, Literal) for part in template.parts)


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
