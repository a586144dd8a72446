"""What became of each row, and the counts of a run, which cannot exist unless they add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple


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
    FROZEN = "frozen"
    """The job's freeze calendar allows no update on this day."""


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


HELD_BY = frozenset(
    {
        *(f"barcode_{kind}" for kind in ("taken", "taken_same_person", "taken_twin", "taken_other_range")),
        *(f"barcode_{kind}" for kind in ("taken_at_target", "taken_at_target_twin", "wanted_twice")),
        *(f"username_{kind}" for kind in ("taken", "taken_same_person", "taken_twin", "wanted_twice")),
        *(f"district_id_{kind}" for kind in ("taken", "taken_twin", "wanted_twice", "recycled")),
        *("claim_waits", "association_waits", "conflict_left", "patron_named_twice", "duplicate_key"),
        *("identity_change_proposed", "identity_refused", "deletion_refused", "site_waits", "taken_back"),
        *("patron_frozen", "deletion_of_another", "deletion_waits"),
    }
)
"""Codes of messages that tell why a row is held. Every other error rejects its row."""
SKIPPED_BY = frozenset(
    {
        "row_blank",
        "row_header",
        "row_footer",
        "row_skipped_by_rule",
        "duplicate_row",
        "deletion_no_match",
        "deletion_elsewhere",
    }
)
"""Codes of messages that tell why a row is skipped."""
_INEXACT = {Outcome.UNCHANGED, Outcome.UPDATED, Outcome.ASSOCIATED}
_EXACT = tuple(outcome for outcome in Outcome if outcome not in _INEXACT)
_SEVERAL = (Outcome.UPDATED, Outcome.ASSOCIATED)
"""Several rows can do this to one patron, and the history tells of patrons."""


def disagreements(counts: Counts, recount: Mapping[str, int]) -> tuple[str, ...]:
    """Return what the counts of an applied run say otherwise than ``recount``, one phrase for each; none is right.

    ``recount`` is counted from the history and the messages alone: outcomes, `missing_inactivated`, and `places`, the
    associations that changed; each may be the work of a row of its own. What is left of the rows read is unchanged.
    """
    told = Counter({name: recount.get(name, 0) for name in (*Outcome, "missing_inactivated", "places")})
    exact = {f"rows {outcome}": (getattr(counts, outcome), told[outcome]) for outcome in _EXACT}
    exact["missing patrons inactivated"] = (counts.missing_inactivated, told["missing_inactivated"])
    wrong = [
        f"{what}: {counted:,} by the counts, {found:,} by the database"
        for what, (counted, found) in exact.items()
        if counted != found
    ]
    surplus = {outcome: getattr(counts, outcome) - told[outcome] for outcome in _SEVERAL}
    wrong += [
        f"rows {outcome}: {getattr(counts, outcome):,} by the counts, {told[outcome]:,} by the database, "
        f"and {told['places']:,} associations that other rows may have changed"
        for outcome, more in surplus.items()
        if more < 0 or sum(surplus.values()) > told["places"]
    ]
    return tuple(wrong)


OutcomesBySite = Mapping[tuple[str, Outcome], int]
"""Rows by site (short name; empty: the row names none) and outcome."""


class AtSite(NamedTuple):
    """Patrons whose primary site this is: those that the job owns, that leave it, and that are inactivated unseen."""

    owned: int = 0
    leaving: int = 0
    missing_inactivated: int = 0


def added_up(
    *parts: OutcomesBySite, missing: int = 0, at_sites: Mapping[str, AtSite] | None = None
) -> tuple[Counts, dict[str, Counts]]:
    """Return the counts of a run whose rows are told in ``parts``, and those of each site.

    ``missing`` and those who are inactivated for it are patrons, no rows.
    """
    inactivated = {site: at.missing_inactivated for site, at in (at_sites or {}).items() if at.missing_inactivated}
    by_site: dict[str, Counter[Outcome]] = {}
    for part in parts:
        for (site, outcome), rows in part.items():
            by_site.setdefault(site, Counter())[outcome] += rows
    for site in inactivated:
        by_site.setdefault(site, Counter())
    total = sum(by_site.values(), Counter[Outcome]())
    sites = {
        site: Counts.of(outcomes, missing_inactivated=inactivated.get(site, 0))
        for site, outcomes in sorted(by_site.items())
    }
    return Counts.of(total, missing=missing, missing_inactivated=sum(inactivated.values())), sites
