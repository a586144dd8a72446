"""Templates to DuckDB SQL: one expression per field, equal to the interpreter for every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.properties.expressions import Expressions, is_column
from patron_update.properties.regexes import patron_regex
from patron_update.properties.rules import ASSOCIATION, DELETE, all_named
from patron_update.properties.sql import quoted
from patron_update.properties.template import (
    BLANKS,
    LIST_SEPARATOR,
    Condition,
    DateStep,
    ListStep,
    Literal,
    MapStep,
    Reference,
    Template,
)
from patron_update.properties.walking import regexes_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.properties.model import Properties


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
            return all(is_column(entry) or _is_trimmed(entry) for entry in properties.maps[table].values())
        case _:
            return _is_trimmed(template)


def compile_template(properties: Properties, template: Template) -> str:
    """Return the expression for ``template``, whose maps are those of ``properties``, as `compile_field` does."""
    return Expressions(properties).template(template).text


def compile_parts(properties: Properties, reference: Reference, split: ListStep) -> str:
    """Return an expression for the list of the parts into which ``split`` parts the value of ``reference``."""
    compiler = Expressions(properties)
    return compiler.bound(compiler.reference(reference), lambda value: compiler.parts_of(split, value).text)


def compile_condition(properties: Properties, condition: Condition) -> str:
    """Return a boolean expression: NULL or false unless ``condition`` is true."""
    return f"({Expressions(properties).condition(condition)})"


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


def _is_trimmed(template: Template) -> bool:
    """Tell whether ``template`` is one text without blanks around."""
    match template.parts:
        case ():
            return True
        case (Literal(text=text),):
            return text == text.strip(BLANKS)
        case _:
            return False
