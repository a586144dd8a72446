"""Messages of one kind together: told once what they have in common, row by row what they have not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import CATALOGUE, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.summary.model import SummaryMessage

COLUMNS = (
    ("line", "Line"),
    ("site", "Site"),
    ("district_id", "District ID"),
    ("barcode", "Barcode"),
    ("field", "Field"),
    ("value", "Value"),
)
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


class _Common:
    """One text of many messages: the same in all, the same but for the offending value, or different."""

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._open: set[str] = set()

    def add(self, text: str, value: str | None) -> None:
        left_open = text
        for before, after in ("''", '""', "()") if value else ():
            left_open = left_open.replace(f"{before}{value}{after}", "…")
        for texts, found in ((self._exact, text), (self._open, left_open)):
            if len(texts) < 2:  # noqa: PLR2004 - two different ones prove that they differ
                texts.add(found)

    @property
    def text(self) -> str | None:
        """Return the common text, the value left open where it must be, or None."""
        return next((next(iter(texts)) for texts in (self._exact, self._open) if len(texts) == 1), None)


@dataclass(kw_only=True)
class Group:
    """All messages of one code about one field: how many, what is the same in all, and the first ``limit`` of them."""

    code: str
    field_name: str | None
    severity: Severity
    limit: int
    count: int = 0
    rows: list[SummaryMessage] = field(default_factory=list)
    _label: _Common = field(default_factory=_Common)
    _cause: _Common = field(default_factory=_Common)
    _remedy: _Common = field(default_factory=_Common)

    def add(self, message: SummaryMessage) -> None:
        """Count the message, and keep it while there is room."""
        self.count += 1
        self._label.add(message.label, message.value)
        self._cause.add(message.cause, message.value)
        self._remedy.add(message.remedy, message.value)
        if len(self.rows) < self.limit:
            self.rows.append(message)

    @property
    def anchor(self) -> str:
        """Return the group's name inside the page."""
        return f"{self.code}-{self.field_name}" if self.field_name in BY_NAME else self.code

    @property
    def label(self) -> str:
        """Return the headline of all messages; what differs among them is left open."""
        return self._label.text or _general(self.code)

    @property
    def cause(self) -> str | None:
        """Return the cause when it is the same for all, but for the value."""
        return self._cause.text

    @property
    def remedy(self) -> str | None:
        """Return the remedy when it is the same for all, but for the value."""
        return self._remedy.text

    @property
    def more(self) -> int:
        """Return how many messages are not among ``rows``."""
        return self.count - len(self.rows)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return attribute and heading of the columns that have a value in any row, then of what differs by row."""
        filled = [
            (name, text) for name, text in COLUMNS if any(getattr(row, name) not in {None, ""} for row in self.rows)
        ]
        if not self.cause:
            filled.append(("cause", "Cause"))
        if not self.remedy:
            filled.append(("remedy", "What to do"))
        if any(row.commands for row in self.rows):
            filled.append(("commands", "What to type"))
        return filled

    def cell(self, message: SummaryMessage, name: str) -> str:
        """Return one cell's text; fields are called by their labels."""
        value = getattr(message, name)
        if name == "field" and value in BY_NAME:
            return BY_NAME[value].label
        return "" if value is None else str(value)


def grouped(messages: Iterable[SummaryMessage], limit: int) -> list[Group]:
    """Return the groups: errors, then warnings, then infos; in each the largest first; at most ``limit`` rows kept."""
    groups: dict[tuple[str, str | None], Group] = {}
    for message in messages:
        key = (message.code, message.field)
        if key not in groups:
            groups[key] = Group(code=key[0], field_name=key[1], severity=message.severity, limit=limit)
        groups[key].add(message)
    return sorted(groups.values(), key=lambda group: (_GRAVITY[group.severity], -group.count, group.anchor))


def _general(code: str) -> str:
    if code not in CATALOGUE:
        return code.replace("_", " ").capitalize()
    text = CATALOGUE[code].label.replace("{field}", "Value")
    text = re.sub(r"\s*['\"(]*\{\w+\}['\")]*", " …", text)
    return re.sub(r"\s+", " ", text).strip()
