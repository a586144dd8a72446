"""Templates to DuckDB SQL: one expression per field, equal to the interpreter for every row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from patron_update.properties.conditions import OPERATORS
from patron_update.properties.dates import MONTHS, WINDOW, DatePattern
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.model import DEFAULT, Properties
from patron_update.properties.regexes import JavaRegex, patron_regex
from patron_update.properties.rules import ASSOCIATION, DELETE, all_named
from patron_update.properties.sql import NUL, filled, joined, literal, quoted, stripped
from patron_update.properties.template import (
    BLANKS,
    LIST_SEPARATOR,
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
from patron_update.properties.walking import regexes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


MANY = 8
"""Entries of a table from which constant replacements are looked up in a MAP: a CASE of thousands is slow."""
_USED_ONCE = {"equals", "in", "matches"}
"""Operators whose SQL holds subject and values once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sql:
    """An expression; ``marks`` tells that its value may be a marked date, ``long`` that it should stand but once."""

    text: str
    marks: bool = False
    long: bool = True


def compile_field(properties: Properties, field: str) -> str:
    """Return one DuckDB expression over the columns c1…cn (VARCHAR, never NULL) that gives the value of ``field``.

    The columns come without the `BLANKS` around them. Its value is NULL for an element that is left out and chr(0) with
    the original for a date that does not parse. It calls the functions of `python_functions` and no other function that
    DuckDB does not have itself. ``properties`` must be `for_file` when it names columns or today.
    """
    return compile_template(properties, properties.template_of(field))


def makes_date(properties: Properties, field: str) -> bool:
    """Tell whether a value of ``field`` is what a DATE pattern made: MM/DD/YYYY, marked, blank or left out."""
    parts = properties.template_of(field).parts
    steps = parts[0].steps if len(parts) == 1 and isinstance(parts[0], Reference) else ()
    return bool(steps) and isinstance(steps[-1], DateStep)


def comes_trimmed(properties: Properties, field: str) -> bool:
    """Tell at a glance whether no value of ``field`` can have blanks around it; False where that is not so plain."""
    template = properties.template_of(field)
    match template.parts:
        case (Reference(source=int(), steps=() | (DateStep(),)),):
            return True
        case (Reference(source=int(), steps=(MapStep(table=table),)),):
            return all(_is_column(entry) or _is_trimmed(entry) for entry in properties.maps[table].values())
        case _:
            return _is_trimmed(template)


def compile_template(properties: Properties, template: Template) -> str:
    """Return the expression for ``template``, whose maps are those of ``properties``, as `compile_field` does."""
    return _Compiler(properties).template(template).text


def compile_parts(properties: Properties, reference: Reference, split: ListStep) -> str:
    """Return an expression for the list of the parts into which ``split`` parts the value of ``reference``."""
    compiler = _Compiler(properties)
    return compiler.bound(compiler.reference(reference), lambda value: compiler.parts_of(split, value).text)


def compile_condition(properties: Properties, condition: Condition) -> str:
    """Return a boolean expression: NULL or false unless ``condition`` is true."""
    return f"({_Compiler(properties).condition(condition)})"


def compile_rules(properties: Properties, kind: str) -> str:
    """Return an expression for the keys of the rules of ``kind`` that fire, NULL where none does (`fired`)."""
    rules = [(rule, compile_condition(properties, rule.condition)) for rule in properties.rules_of(kind)]
    if not rules:
        return "NULL"
    if properties.all_must_hold(kind):
        every = " AND ".join(condition for _, condition in rules)
        return f"CASE WHEN {every} THEN {quoted(all_named(rule for rule, _ in rules))} END"
    return f"CASE {' '.join(f'WHEN {condition} THEN {quoted(rule.key)}' for rule, condition in rules)} END"


def compile_action(properties: Properties) -> str:
    """Return an expression for what a row asks for: ``delete``, ``associate``, or NULL for an ordinary one."""
    asked = {"delete": compile_rules(properties, DELETE), "associate": compile_rules(properties, ASSOCIATION)}
    whens = [f"WHEN ({fired}) IS NOT NULL THEN '{action}'" for action, fired in asked.items() if fired != "NULL"]
    return f"CASE {' '.join(whens)} END" if whens else "NULL"


def compile_other_sites(properties: Properties) -> str:
    """Return an expression for the further sites of a row, joined by U+001F; NULL when it names none."""
    if not properties.other_sites:
        return "NULL"
    return f"replace({compile_template(properties, properties.other_sites)}, {quoted(LIST_SEPARATOR)}, chr(31))"


def python_functions(properties: Properties) -> dict[str, Callable[[str | None, str, str], str]]:
    """Return the functions that the expressions call, by name: all parameters and the result are VARCHAR.

    Empty for most files. They are needed for a regex that DuckDB's RE2 cannot run.
    """
    needed = any(regex.re2 is None for template in properties.templates for regex in regexes_in(template))
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
            return _Sql(text=joined([part.text for part in parts]), marks=marks)
        return _Sql(text=self.first_mark_or_all(parts, ()), marks=True)

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
        name = self.name()
        return f"list_transform([{value.text}], lambda {name}: {body(name)})[1]"

    def name(self) -> str:
        return f"v{next(self.names)}"

    def part(self, part: Part) -> _Sql:
        match part:
            case Literal(text=text):
                return _Sql(text=quoted(text), long=False)
            case If():
                return self.source(part)
            case Reference():
                return self.reference(part)

    def source(self, source: Source) -> _Sql:
        match source:
            case int():
                return _Sql(text=f"c{source}", long=False)
            case If(condition=condition):
                then, otherwise = self.template(source.then), self.template(source.otherwise)
                text = f"CASE WHEN {self.condition(condition)} THEN {then.text} ELSE {otherwise.text} END"
                return _Sql(text=text, marks=then.marks or otherwise.marks)
            case Coalesce(alternatives=alternatives):
                *first, last = (self.template(each) for each in alternatives)
                texts = [*(self.without_blank(each).text for each in first), last.text]
                return _Sql(text=f"coalesce({', '.join(texts)})", marks=any(each.marks for each in (*first, last)))
            case Today(days=days, on=dt.date() as on):
                return _Sql(text=quoted(f"{on + dt.timedelta(days):%m/%d/%Y}"), long=False)
            case _:
                raise TypeError(f"{source!r} is not known before there is a file: call for_file first")

    def without_blank(self, value: _Sql) -> _Sql:
        text = self.bound(value, lambda name: f"CASE WHEN {filled(name)} THEN {name} END")
        return _Sql(text=text, marks=value.marks)

    def condition(self, condition: Condition) -> str:
        """Return a boolean expression: NULL or false unless ``condition`` is true."""
        subject, *values = (self.template(each) for each in (condition.subject, *condition.values))
        operator = condition.operator
        if operator == "empty":
            column = _is_column(condition.subject)
            some = f"{subject.text} <> ''" if column else filled(subject.text)
            answer = f"NOT coalesce({some}, false)"
            return f"NOT ({answer})" if condition.negated else answer
        operands = [_filled(subject), *map(_filled, values)]
        return self.compared(condition, operands, ())

    def compared(self, condition: Condition, operands: Sequence[_Sql], known: tuple[str, ...]) -> str:
        if len(known) < len(operands):
            operand = operands[len(known)]
            if condition.operator in _USED_ONCE and not operand.marks:
                return self.compared(condition, operands, (*known, operand.text))
            return self.bound(operand, lambda name: self.compared(condition, operands, (*known, name)))
        answer = _matches(condition.regex, *known) if condition.regex else OPERATORS[condition.operator].sql(*known)
        if condition.negated:
            answer = f"NOT ({answer})"
        marked = [f"starts_with({name}, {NUL})" for name, each in zip(known, operands, strict=True) if each.marks]
        return f"CASE WHEN {' OR '.join(marked)} THEN NULL ELSE {answer} END" if marked else answer

    def reference(self, reference: Reference) -> _Sql:
        value = self.source(reference.source)
        column = isinstance(reference.source, int)
        if reference.omit and not (reference.steps and isinstance(reference.steps[0], MapStep)):
            value = _Sql(text=f"nullif({value.text}, '')", long=False) if column else self.without_blank(value)
        return self.through(value, reference.steps, missing=literal(None if reference.omit else ""), first=column)

    def through(self, value: _Sql, steps: Sequence[Step], *, missing: str, first: bool) -> _Sql:
        """Pass ``value`` through the steps; ``first`` tells that it is neither marked nor NULL against ``missing``."""
        for number, step in enumerate(steps):
            value = self.step(value, step, missing=missing, first=first and not number)
        return value

    def step(self, before: _Sql, step: Step, *, missing: str, first: bool) -> _Sql:
        if isinstance(step, TextStep) and not before.marks:
            return self.text_step(before, step, missing)
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
        return _Sql(text=text, marks=marks)

    def step_of(self, step: Step, value: str, missing: str) -> _Sql:
        match step:
            case MapStep(table=table):
                return self.map(table, value, missing)
            case RegexStep():
                return _Sql(text=_regex(step, value, missing))
            case TextStep():
                return self.text_step(_Sql(text=value, long=False), step, missing)
            case ListStep():
                return self.parts(step, value, missing)
            case DateStep(patterns=patterns):
                dates = [_date(pattern, value) for pattern in patterns]
                date = dates[0] if len(dates) == 1 else f"coalesce({', '.join(dates)})"
                text = f"coalesce(strftime({date}, '%m/%d/%Y'), {NUL} || {value})"
                return _Sql(text=f"CASE WHEN {value} = '' THEN {missing} ELSE {text} END", marks=True)

    def text_step(self, before: _Sql, step: TextStep, missing: str) -> _Sql:
        """Apply a function, whose SQL keeps NULL."""
        function = FUNCTIONS[step.function]

        def body(value: str) -> str:
            return function.sql(value, *step.arguments)

        text = self.bound(before, body) if function.long else body(before.text)
        return _Sql(text=f"nullif({text}, '')" if missing == "NULL" else text)

    def parts_of(self, step: ListStep, value: str) -> _Sql:
        """Return the list of the parts, passed through the steps, without those that are blank or left out."""
        part, name = self.name(), self.name()
        split = f"list_transform(string_split({value}, {quoted(step.separator)}), lambda {part}: {stripped(part)})"
        parts = f"list_filter({split}, lambda {part}: {part} <> '')"
        each = self.through(_Sql(text=name, long=False), step.steps, missing="NULL", first=True)
        if step.steps:
            kept = f"lambda {part}: {filled(part)}"
            parts = f"list_filter(list_transform({parts}, lambda {name}: {each.text}), {kept})"
        return _Sql(text=parts, marks=each.marks)

    def parts(self, step: ListStep, value: str, missing: str) -> _Sql:
        parts, part = self.parts_of(step, value), self.name()
        if not parts.marks:
            return _Sql(text=_listed(parts.text, missing))
        marked = f"lambda {part}: starts_with({part}, {NUL})"
        text = self.bound(
            parts, lambda found: f"coalesce(list_filter({found}, {marked})[1], {_listed(found, missing)})"
        )
        return _Sql(text=text, marks=True)

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
        return _Sql(text=text, marks=any(sql.marks for sql in entries.values()))


def _is_column(template: Template) -> bool:
    """Tell whether ``template`` is a column as it stands, which is trimmed already."""
    return (
        len(template.parts) == 1
        and isinstance(template.parts[0], Reference)
        and (isinstance(template.parts[0].source, int) and not template.parts[0].steps)
    )


def _is_trimmed(template: Template) -> bool:
    """Tell whether ``template`` is one text without blanks around."""
    match template.parts:
        case ():
            return True
        case (Literal(text=text),):
            return text == text.strip(BLANKS)
        case _:
            return False


def _filled(value: _Sql) -> _Sql:
    """Return ``value`` with an empty text for NULL."""
    return replace(value, text=f"coalesce({value.text}, '')")


def _listed(parts: str, missing: str) -> str:
    return f"coalesce(nullif(array_to_string({parts}, {quoted(LIST_SEPARATOR)}), ''), {missing})"


def _matches(regex: JavaRegex, value: str) -> str:
    if regex.re2 is None:
        return f"patron_regex({value}, {quoted(regex.python)}, '') <> ''"
    return f"regexp_matches({value}, {quoted(regex.re2)})"


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
    anywhere = f"CASE WHEN regexp_matches({value}, {pattern}) THEN {joined(pieces)} ELSE {missing} END"
    match step.replacement:
        case (int(group),):
            # What is found at the very beginning is found first, and RE2 takes a third of the time to look there alone.
            beginning = quoted(rf"\A(?:{step.regex.re2})")
            return f"coalesce(nullif(regexp_extract({value}, {beginning}, {group}), ''), {anywhere})"
        case _:
            return anywhere


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
