"""The parts of a value template, as values: `grammar` tells how they are written, `interpreter` what they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patron_update.properties.dates import DatePattern
    from patron_update.properties.regexes import JavaRegex

BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200C))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What surrounds a value without belonging to it (ours): white space of every script, zero-width space, BOM."""

MARK = "\0"
"""Stands before the original text of a date that does not parse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """Text that is the same for every row."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStep:
    """Translate the value by the ``map_<table>_…`` lines."""

    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexStep:
    """Find the regex in the value and give ``replacement``: texts, and the numbers of groups."""

    regex: JavaRegex
    replacement: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStep:
    """Read the value as a date and write it as MM/DD/YYYY. Always the last step."""

    pattern: DatePattern


Step = MapStep | RegexStep | DateStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The value of one column, by its number (1-based) or its name in the header, passed through the steps in order."""

    column: int | str
    steps: tuple[Step, ...] = ()
    omit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IsEmpty:
    """``then`` when ``tested`` is blank or omitted, ``otherwise`` when it is not."""

    tested: Template
    then: Template
    otherwise: Template


Part = Literal | Reference | IsEmpty


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A value template: its parts are joined. ``text`` is as written in the file at ``line``."""

    parts: tuple[Part, ...]
    text: str = ""
    line: int | None = None


def references_in(template: Template) -> Iterator[Reference]:
    """Yield every reference in ``template``, tested and alternative ones included; maps are not followed."""
    for part in template.parts:
        if isinstance(part, Reference):
            yield part
        elif isinstance(part, IsEmpty):
            for inner in (part.tested, part.then, part.otherwise):
                yield from references_in(inner)


def tables_in(template: Template) -> Iterator[str]:
    """Yield the map table of every reference in ``template``; once per reference."""
    for reference in references_in(template):
        for step in reference.steps:
            if isinstance(step, MapStep):
                yield step.table


def numbered(template: Template, number: Callable[[str], int]) -> Template:
    """Return ``template`` with ``number`` of its name for every column that it refers to by name."""
    return replace(template, parts=tuple(_numbered(part, number) for part in template.parts))


def _numbered(part: Part, number: Callable[[str], int]) -> Part:
    match part:
        case Reference(column=str(name)):
            return replace(part, column=number(name))
        case IsEmpty():
            tested, then, otherwise = (numbered(inner, number) for inner in (part.tested, part.then, part.otherwise))
            return IsEmpty(tested=tested, then=then, otherwise=otherwise)
        case _:
            return part
