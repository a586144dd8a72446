"""The freeze calendar of a job: days on which it updates nobody, or only adds."""

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
    ADDS = "adds"
    """New patrons are added; those whom the store knows stay as they are, and nobody counts as missing."""


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
        what = "no update" if self.allow is Allow.NOTHING else "only new patrons"
        return f"{what} from {self.first} to {self.last}"


def in_force(calendar: Iterable[Freeze], day: date) -> Freeze | None:
    """Return the freeze of ``day``, the strictest where several meet, or None."""
    met = [one for one in calendar if one.first <= day <= one.last]
    return min(met, key=lambda one: one.allow is not Allow.NOTHING, default=None)
