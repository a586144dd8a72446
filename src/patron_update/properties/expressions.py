"""Templates and conditions as DuckDB expressions; `compiler` says what other rooms may ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from patron_update.properties import steps_sql
from patron_update.properties.conditions import OPERATORS
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.sql import NUL, filled, joined, literal, quoted, stripped
from patron_update.properties.template import (
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
    from collections.abc import Callable, Sequence

MANY = 8
"""Entries of a table from which constant replacements are looked up in a MAP: a CASE of thousands is slow."""
_USED_ONCE = {"equals", "in", "matches"}
"""Operators whose SQL holds subject and values once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """An expression; ``marks`` tells that its value may be a marked date, ``long`` that it should stand but once."""

    text: str
    marks: bool = False
    long: bool = True


class Expressions:
    """Makes the expressions of one file's templates."""

    def __init__(self, properties: Properties) -> None:
        self.maps = properties.maps
        self.names = count(1)

    def template(self, template: Template) -> Sql:
        """Return the value of ``template``: NULL for an element that is left out."""
        parts = [self._part(part) for part in template.parts]
        marks = any(part.marks for part in parts)
        if len(parts) == 1 or not marks:
            return Sql(text=joined([part.text for part in parts]), marks=marks)
        return Sql(text=self._first_mark_or_all(parts, ()), marks=True)

    def _first_mark_or_all(self, parts: Sequence[Sql], known: tuple[str, ...]) -> str:
        """Return an expression for parts of which some may be marked: NULL comes before a mark, a mark before all."""
        if len(known) < len(parts):
            part = parts[len(known)]
            if not part.marks:
                return self._first_mark_or_all(parts, (*known, part.text))
            return self.bound(part, lambda name: self._first_mark_or_all(parts, (*known, name)))
        whole = joined(known)
        marked = [name for name, part in zip(known, parts, strict=True) if part.marks]
        first = " ".join(f"WHEN starts_with({name}, {NUL}) THEN {name}" for name in marked)
        return f"CASE WHEN ({whole}) IS NULL THEN NULL {first} ELSE {whole} END"

    def bound(self, value: Sql, body: Callable[[str], str]) -> str:
        """Return ``body`` of ``value``, which it may use many times: a long one is computed once and named."""
        if not value.long:
            return body(value.text)
        name = self._name()
        return f"list_transform([{value.text}], lambda {name}: {body(name)})[1]"

    def _name(self) -> str:
        return f"v{next(self.names)}"

    def _part(self, part: Part) -> Sql:
        match part:
            case Literal(text=text):
                return Sql(text=quoted(text), long=False)
            case If():
                return self._source(part)
            case Reference():
                return self.reference(part)

    def _source(self, source: Source) -> Sql:
        match source:
            case int():
                return Sql(text=f"c{source}", long=False)
            case If(condition=condition):
                then, otherwise = self.template(source.then), self.template(source.otherwise)
                text = f"CASE WHEN {self.condition(condition)} THEN {then.text} ELSE {otherwise.text} END"
                return Sql(text=text, marks=then.marks or otherwise.marks)
            case Coalesce(alternatives=alternatives):
                *first, last = (self.template(each) for each in alternatives)
                texts = [*(self._without_blank(each).text for each in first), last.text]
                return Sql(text=f"coalesce({', '.join(texts)})", marks=any(each.marks for each in (*first, last)))
            case Today(days=days, on=dt.date() as on):
                return Sql(text=quoted(f"{on + dt.timedelta(days):%m/%d/%Y}"), long=False)
            case _:
                raise TypeError(f"{source!r} is not known before there is a file: call for_file first")

    def _without_blank(self, value: Sql) -> Sql:
        text = self.bound(value, lambda name: f"CASE WHEN {filled(name)} THEN {name} END")
        return Sql(text=text, marks=value.marks)

    def condition(self, condition: Condition) -> str:
        """Return a boolean expression: NULL or false unless ``condition`` is true."""
        subject, *values = (self.template(each) for each in (condition.subject, *condition.values))
        operator = condition.operator
        if operator == "empty":
            column = is_column(condition.subject)
            some = f"{subject.text} <> ''" if column else filled(subject.text)
            answer = f"NOT coalesce({some}, false)"
            return f"NOT ({answer})" if condition.negated else answer
        operands = [_filled(subject), *map(_filled, values)]
        return self._compared(condition, operands, ())

    def _compared(self, condition: Condition, operands: Sequence[Sql], known: tuple[str, ...]) -> str:
        if len(known) < len(operands):
            operand = operands[len(known)]
            if condition.operator in _USED_ONCE and not operand.marks:
                return self._compared(condition, operands, (*known, operand.text))
            return self.bound(operand, lambda name: self._compared(condition, operands, (*known, name)))
        answer = (
            steps_sql.matches(condition.regex, *known) if condition.regex else OPERATORS[condition.operator].sql(*known)
        )
        if condition.negated:
            answer = f"NOT ({answer})"
        marked = [f"starts_with({name}, {NUL})" for name, each in zip(known, operands, strict=True) if each.marks]
        return f"CASE WHEN {' OR '.join(marked)} THEN NULL ELSE {answer} END" if marked else answer

    def reference(self, reference: Reference) -> Sql:
        """Return the value of ``reference`` behind its steps."""
        value = self._source(reference.source)
        column = isinstance(reference.source, int)
        if reference.omit and not (reference.steps and isinstance(reference.steps[0], MapStep | DateStep)):
            value = Sql(text=f"nullif({value.text}, '')", long=False) if column else self._without_blank(value)
        return self._through(value, reference.steps, missing=literal(None if reference.omit else ""), first=column)

    def _through(self, value: Sql, steps: Sequence[Step], *, missing: str, first: bool) -> Sql:
        """Pass ``value`` through the steps; ``first`` tells that it is neither marked nor NULL against ``missing``."""
        for number, step in enumerate(steps):
            value = self._step(value, step, missing=missing, first=first and not number)
        return value

    def _step(self, before: Sql, step: Step, *, missing: str, first: bool) -> Sql:
        if isinstance(step, TextStep) and not before.marks:
            return self._text_step(before, step, missing)
        marks = before.marks

        def body(value: str) -> str:
            nonlocal marks
            sql = self._step_of(step, value, missing, trimmed=first)
            marks = marks or sql.marks
            if first:
                return sql.text
            kept = f"{value} IS NULL OR starts_with({value}, {NUL})" if before.marks else f"{value} IS NULL"
            return f"CASE WHEN {kept} THEN {value} ELSE {sql.text} END"

        text = self.bound(before, body)
        return Sql(text=text, marks=marks)

    def _step_of(self, step: Step, value: str, missing: str, *, trimmed: bool) -> Sql:
        match step:
            case MapStep(table=table):
                return self._map(table, value, missing)
            case RegexStep():
                return Sql(text=steps_sql.regex(step, value, missing))
            case TextStep():
                return self._text_step(Sql(text=value, long=False), step, missing)
            case ListStep():
                return self._parts(step, value, missing)
            case DateStep(patterns=patterns):
                dates = [steps_sql.date(pattern, value, trimmed=trimmed) for pattern in patterns]
                date = dates[0] if len(dates) == 1 else f"coalesce({', '.join(dates)})"
                text = f"coalesce(strftime({date}, '%m/%d/%Y'), {NUL} || {value})"
                return Sql(text=f"CASE WHEN {value} = '' THEN {missing} ELSE {text} END", marks=True)

    def _text_step(self, before: Sql, step: TextStep, missing: str) -> Sql:
        """Apply a function, whose SQL keeps NULL."""
        function = FUNCTIONS[step.function]

        def body(value: str) -> str:
            return function.sql(value, *step.arguments)

        text = self.bound(before, body) if function.long else body(before.text)
        return Sql(text=f"nullif({text}, '')" if missing == "NULL" else text)

    def parts_of(self, step: ListStep, value: str) -> Sql:
        """Return the list of the parts, passed through the steps, without those that are blank or left out."""
        part, name = self._name(), self._name()
        split = f"list_transform(string_split({value}, {quoted(step.separator)}), lambda {part}: {stripped(part)})"
        parts = f"list_filter({split}, lambda {part}: {part} <> '')"
        each = self._through(Sql(text=name, long=False), step.steps, missing="NULL", first=True)
        if step.steps:
            kept = f"lambda {part}: {filled(part)}"
            parts = f"list_filter(list_transform({parts}, lambda {name}: {each.text}), {kept})"
        return Sql(text=parts, marks=each.marks)

    def _parts(self, step: ListStep, value: str, missing: str) -> Sql:
        parts, part = self.parts_of(step, value), self._name()
        if not parts.marks:
            return Sql(text=steps_sql.listed(parts.text, missing))
        marked = f"lambda {part}: starts_with({part}, {NUL})"
        text = self.bound(
            parts, lambda found: f"coalesce(list_filter({found}, {marked})[1], {steps_sql.listed(found, missing)})"
        )
        return Sql(text=text, marks=True)

    def _map(self, table: str, value: str, missing: str) -> Sql:
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
        return Sql(text=text, marks=any(sql.marks for sql in entries.values()))


def is_column(template: Template) -> bool:
    """Tell whether ``template`` is a column as it stands, which is trimmed already."""
    return (
        len(template.parts) == 1
        and isinstance(template.parts[0], Reference)
        and (isinstance(template.parts[0].source, int) and not template.parts[0].steps)
    )


def _filled(value: Sql) -> Sql:
    """Return ``value`` with an empty text for NULL."""
    return replace(value, text=f"coalesce({value.text}, '')")


def _is_constant(template: Template) -> bool:
    return all(isinstance(part, Literal) for part in template.parts)
