"""The freeze calendar of a job: days on which it updates nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Allow(StrEnum):
    """What a freeze still lets through."""

    NOTHING = "nothing"
    """There is no update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Days in a row, both ends among them. Raises ValueError when there is none."""

    first: date
    last: date
    allow: Allow

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.last < self.first:
            raise ValueError(f"the freeze ends on {self.last}, before it begins on {self.first}")

    def __str__(self) -> str:
        """Return the freeze in a few words."""
        return f"no update from {self.first} to {self.last}"


def in_force(calendar: Iterable[Freeze], day: date) -> Freeze | None:
    """Return the freeze of ``day``, or None."""
    return next((one for one in calendar if one.first <= day <= one.last), None)
