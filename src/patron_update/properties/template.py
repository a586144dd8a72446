"""The parts of a value template, as values: `grammar` tells how they are written, `interpreter` what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain import fields

if TYPE_CHECKING:
    import datetime as dt

    from patron_update.properties.dates import DatePattern
    from patron_update.properties.regexes import JavaRegex

BLANKS = fields.BLANKS
"""What surrounds a value without belonging to it."""

MARK = "\0"
"""Stands before the original text of a date that does not parse."""

LIST_SEPARATOR = ","
"""Between the parts of a list, once they were split and worked on."""


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
    """Read the value as a date, by the first pattern that fits, and write it as MM/DD/YYYY. Always the last step."""

    patterns: tuple[DatePattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStep:
    """Apply one of `functions.FUNCTIONS` to the value."""

    function: str
    arguments: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStep:
    """Split the value and apply ``steps`` to each part; blank and omitted parts vanish. Always the last step."""

    separator: str
    steps: tuple[Step, ...] = ()


Step = MapStep | RegexStep | DateStep | TextStep | ListStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Whether ``subject`` stands to ``values`` as ``operator`` (one of `conditions.OPERATORS`) says."""

    subject: Template
    operator: str
    values: tuple[Template, ...] = ()
    regex: JavaRegex | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """``then`` when the condition is true, ``otherwise`` when it is false or cannot be told."""

    condition: Condition
    then: Template
    otherwise: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalesce:
    """The first alternative that is neither blank nor left out; else the last one as it is."""

    alternatives: tuple[Template, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """A date, ``days`` from the day ``on`` which the file is converted (None until that is known)."""

    days: int
    on: dt.date | None = None


Source = int | str | If | Coalesce | Today
"""Where a reference gets its value: a column by its number (1-based) or its name in the header, or our functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The value of ``source``, passed through the steps in order."""

    source: Source
    steps: tuple[Step, ...] = ()
    omit: bool = False


Part = Literal | Reference | If


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A value template: its parts are joined. ``text`` is as written in the file at ``line``."""

    parts: tuple[Part, ...]
    text: str = ""
    line: int | None = None
