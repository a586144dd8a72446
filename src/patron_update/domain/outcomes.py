"""What became of each row, and the counts of a run, which cannot exist unless they add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one row of the file. Every row read has exactly one."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    TRANSFERRED = "transferred"
    """The primary site changed, other fields perhaps too."""
    ASSOCIATED = "associated"
    INACTIVATED = "inactivated"
    DELETED = "deleted"
    REJECTED = "rejected"
    """The row itself cannot be used: unreadable, no key, an expectation, an unknown site."""
    SKIPPED = "skipped"
    """Left out on purpose: blank, a repeated copy, a skip rule."""
    HELD = "held"
    """Sound in itself but in conflict with another row or patron; tried again by every run."""


class RunOutcome(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    HELD = "held"
    """A limit was passed and nobody approved."""
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows of one run by outcome, and patrons who are no rows.

    ``missing`` are those of this job whom the file no longer names, ``missing_inactivated`` those of them who become
    inactive.

    Raises ValueError when ``read`` is not the sum of the outcomes.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    transferred: int = 0
    associated: int = 0
    inactivated: int = 0
    deleted: int = 0
    rejected: int = 0
    skipped: int = 0
    held: int = 0
    missing: int = 0
    missing_inactivated: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that do not add up."""
        total = sum(getattr(self, outcome) for outcome in Outcome)
        if total != self.read:
            raise ValueError(f"{self.read} rows were read, but the outcomes add up to {total}: {asdict(self)}")

    @classmethod
    def of(cls, outcomes: Mapping[Outcome, int], **patrons: int) -> Counts:
        """Build the counts from the number of rows of each outcome, and of ``patrons`` who are no rows."""
        return cls(read=sum(outcomes.values()), **patrons, **{o.value: n for o, n in outcomes.items()})

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name, rows read first."""
        return asdict(self)


def disagreements(counts: Counts, recount: Mapping[str, int]) -> tuple[str, ...]:
    """Return what the counts of an applied run say otherwise than ``recount``, one phrase for each; none is right.

    ``recount`` is counted from the history (by action, `missing_inactivated`) and the messages (`failed`: rows with an
    error) alone. Several rows can change one patron, and the history tells of patrons: of these only the most is known.
    """
    told = {name: recount.get(name, 0) for name in (*Outcome, "missing_inactivated", "failed")}
    exact = {
        "rows added": (counts.added, told[Outcome.ADDED]),
        "rows deleted": (counts.deleted, told[Outcome.DELETED]),
        "missing patrons inactivated": (counts.missing_inactivated, told["missing_inactivated"]),
        "rows not applied": (counts.rejected + counts.held, told["failed"]),
    }
    return tuple(
        f"{what}: {counted:,} by the counts, {found:,} by the database"
        for what, (counted, found) in exact.items()
        if counted != found
    )


OutcomesBySite = Mapping[tuple[str, Outcome], int]
"""Rows by site (short name; empty: the row names none) and outcome."""


def added_up(*parts: OutcomesBySite, **patrons: int) -> tuple[Counts, dict[str, Counts]]:
    """Return the counts of a run whose rows are told in ``parts``, and those of each site.

    ``patrons``: those who are no rows, `missing` and `missing_inactivated`; of the whole run only.
    """
    by_site: dict[str, Counter[Outcome]] = {}
    for part in parts:
        for (site, outcome), rows in part.items():
            by_site.setdefault(site, Counter())[outcome] += rows
    total = sum(by_site.values(), Counter[Outcome]())
    sites = {site: Counts.of(outcomes) for site, outcomes in sorted(by_site.items())}
    return Counts.of(total, **patrons), sites
