"""What a person has ruled about a row and a patron, as the update goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What was ruled."""

    SAME = "same"
    """They are one person: the next run takes the row for that patron, whose District ID becomes the row's."""
    DIFFERENT = "different"
    """They are two persons: the row goes its way."""
    LEAVE = "leave"
    """Their conflict is known and stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One ruling that is in force: about the row with ``key`` and the patron with the id ``patron``."""

    key: str
    patron: int
    verdict: Verdict
