"""Going through templates: what they refer to, and the same templates with other sources in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.properties.template import (
    Coalesce,
    Condition,
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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patron_update.properties.regexes import JavaRegex


def references_in(template: Template) -> Iterator[Reference]:
    """Yield every reference in ``template``, those inside functions and conditions too; maps are not followed."""
    for part in template.parts:
        if isinstance(part, Reference):
            yield part
        for inner in _inside(part.source if isinstance(part, Reference) else part):
            yield from references_in(inner)


def literals_in(template: Template) -> Iterator[str]:
    """Yield every text of ``template`` that is the same for every row, those inside functions too."""
    for part in template.parts:
        if isinstance(part, Literal):
            yield part.text
        for inner in _inside(part.source if isinstance(part, Reference) else part):
            yield from literals_in(inner)


def tables_in(template: Template) -> Iterator[str]:
    """Yield the map table of every reference in ``template``; once per reference."""
    for reference in references_in(template):
        for step in flat(reference.steps):
            if isinstance(step, MapStep):
                yield step.table


def regexes_in(template: Template) -> Iterator[JavaRegex]:
    """Yield every regex in ``template``, of steps and of conditions; maps are not followed."""
    for reference in references_in(template):
        yield from (step.regex for step in flat(reference.steps) if isinstance(step, RegexStep))
    yield from (condition.regex for condition in conditions_in(template) if condition.regex)


def flat(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield the steps, and those inside a list."""
    for step in steps:
        yield step
        if isinstance(step, ListStep):
            yield from flat(step.steps)


def templates_of(condition: Condition) -> tuple[Template, ...]:
    """Return the templates that ``condition`` looks at."""
    return (condition.subject, *condition.values)


def with_sources(template: Template, change: Callable[[Source], Source]) -> Template:
    """Return ``template`` with ``change`` applied to every source in it; maps are not followed."""
    return replace(template, parts=tuple(_part(part, change) for part in template.parts))


def condition_with_sources(condition: Condition, change: Callable[[Source], Source]) -> Condition:
    """Return ``condition`` with ``change`` applied to every source in it."""
    return replace(
        condition,
        subject=with_sources(condition.subject, change),
        values=tuple(with_sources(value, change) for value in condition.values),
    )


def _part(part: Part, change: Callable[[Source], Source]) -> Part:
    match part:
        case Reference():
            return replace(part, source=_source(change(part.source), change))
        case If():
            return _if(part, change)
        case _:
            return part


def _source(source: Source, change: Callable[[Source], Source]) -> Source:
    match source:
        case If():
            return _if(source, change)
        case Coalesce(alternatives=alternatives):
            return Coalesce(alternatives=tuple(with_sources(each, change) for each in alternatives))
        case _:
            return source


def _if(choice: If, change: Callable[[Source], Source]) -> If:
    return If(
        condition=condition_with_sources(choice.condition, change),
        then=with_sources(choice.then, change),
        otherwise=with_sources(choice.otherwise, change),
    )


def _inside(part: Part | Source) -> tuple[Template, ...]:
    match part:
        case If(condition=condition, then=then, otherwise=otherwise):
            return (*templates_of(condition), then, otherwise)
        case Coalesce(alternatives=alternatives):
            return alternatives
        case _:
            return ()


def conditions_in(template: Template) -> Iterator[Condition]:
    """Yield every condition in ``template``, those inside others too; maps are not followed."""
    for part in template.parts:
        outer = part.source if isinstance(part, Reference) else part
        if isinstance(outer, If):
            yield outer.condition
        for inner in _inside(outer):
            yield from conditions_in(inner)
