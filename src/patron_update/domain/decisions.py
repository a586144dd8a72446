"""What a person has ruled about a row and a patron, as the update goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLACEHOLDER = "NEW"
"""What stands in a printed command in place of the new barcode."""


class Remedy(StrEnum):
    """What a person can do about a held row: SAME and DIFFERENT answer a doubt about whom it means."""

    SAME = "same"
    """The row is the patron that its message names."""
    DIFFERENT = "different"
    """It is another person."""
    ADOPT = "adopt"
    """The other patron is the row's person, and gets its District ID."""
    MERGE = "merge"
    """The other patron and the row's own are one person: the row's own is kept."""
    REBARCODE = "rebarcode"
    """The other patron gets another barcode."""
    LEAVE = "leave"
    """The conflict is known and stays."""
    AGAIN = "again"
    """The row may do again what was taken back."""
    ASK = "ask"
    """What was decided is taken back: the next run asks again."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebarcoded:
    """Another barcode that a person gave a patron at a site, and those that the patron had there before."""

    patron: int
    site: str
    barcode: str
    former: frozenset[str]
