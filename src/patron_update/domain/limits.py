"""How much one run may change before a person must look: the limits of a job, and what they say of a change set."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from patron_update.domain.outcomes import AtSite, Counts, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITED = (
    Outcome.ADDED,
    Outcome.UPDATED,
    Outcome.TRANSFERRED,
    Outcome.INACTIVATED,
    Outcome.DELETED,
    Outcome.REJECTED,
)
"""The outcomes a job may limit, in the order in which reasons are told."""

A_FEW = 10
"""As many changes as any share but 0 allows, however small the total."""
_TO_A_NEW_STORE = frozenset({Outcome.ADDED})
_TO_A_NEW_SITE = frozenset({Outcome.ADDED, Outcome.TRANSFERRED})
"""What there is no share of where the job has brought in nobody before: whoever comes is new there."""
_OF_STORED = frozenset(Outcome) - {Outcome.ADDED, Outcome.REJECTED, Outcome.SKIPPED, Outcome.HELD}
"""What becomes of rows that name a stored patron."""

_VERBS = {
    Outcome.UPDATED: "update",
    Outcome.TRANSFERRED: "transfer",
    Outcome.INACTIVATED: "inactivate",
    Outcome.DELETED: "delete",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most a run may do: a ``share`` (0.25 is 25%) of a total, or a ``count``.

    Raises ValueError unless exactly one of the two is given, and is possible.
    """

    share: float | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that is none, or two."""
        if (self.share is None) == (self.count is None):
            raise ValueError("a limit is either a share or a count")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not at {self.share}")
        if self.count is not None and self.count < 0:
            raise ValueError(f"a count is not negative: {self.count}")

    def allowed(self, total: int) -> int:
        """Return the largest number that this limit allows of ``total``.

        A share is rounded down, but allows `A_FEW`: of ten patrons, three are no mass change. A count and 0% are exact.
        """
        if not self.share:
            return self.count or 0
        return max(math.floor(round(self.share * total, 6)), A_FEW)

    def __str__(self) -> str:
        return f"{self.count:,}" if self.share is None else f"{self.share * 100:g}%"


class Limits(Protocol):
    """The limits of one job, one per limited outcome; None: no limit."""

    @property
    def added(self) -> Limit | None:
        """Return the limit of new patrons."""

    @property
    def updated(self) -> Limit | None:
        """Return the limit of patrons with changed fields."""

    @property
    def transferred(self) -> Limit | None:
        """Return the limit of patrons who move to another site."""

    @property
    def inactivated(self) -> Limit | None:
        """Return the limit of patrons who become inactive."""

    @property
    def deleted(self) -> Limit | None:
        """Return the limit of patrons who are deleted."""

    @property
    def rejected(self) -> Limit | None:
        """Return the limit of rows that cannot be used."""


class OnLimit(StrEnum):
    """What becomes of a run that passes a limit."""

    HOLD = "hold"
    """Nothing is applied."""
    HOLD_SITE = "hold_site"
    """The sites that pass a limit wait, the others are updated: unless what is left still passes one."""


def judge(limits: Limits, counts: Counts, owned: int, *, job: str | None = None) -> tuple[str, ...]:
    """Return one reason per limit that the change set passes; none means it may be applied.

    ``owned`` is the number of patrons in the job's baseline before this run. Rejected rows are judged against the rows
    read, everything else against ``owned``. A first run owns nobody: its shares are of the stored patrons whom the file
    names, and there is none of those it adds.
    """
    more = {Outcome.INACTIVATED: counts.missing_inactivated}
    return _passed(limits, _Measured(counts, owned, more, _TO_A_NEW_STORE), job)


def judge_sites(
    limits: Limits, sites: Mapping[str, Counts], at_sites: Mapping[str, AtSite], *, job: str | None = None
) -> dict[str, tuple[str, ...]]:
    """Return the reasons against each site that passes a limit by itself, each of them beginning with the site.

    A site is measured as a job is: by its rows, and by the patrons of the job whose primary site it is. Who moves is a
    transfer of both sites. A site that had no patron of the job is judged as a first run is, without a share of who
    moves there.
    """
    found = {}
    for site in sorted({*sites, *at_sites}):
        counts, at = sites.get(site, Counts()), at_sites.get(site, AtSite())
        more = {Outcome.INACTIVATED: at.missing_inactivated, Outcome.TRANSFERRED: at.leaving}
        if reasons := _passed(limits, _Measured(counts, at.owned, more, _TO_A_NEW_SITE), job):
            found[site] = tuple(f"At {site} it {reason}" for reason in reasons)
    return found


@dataclass(frozen=True, slots=True)
class _Measured:
    """What limits are held against: rows, and ``more`` patrons who are no rows; ``new``: see `_TO_A_NEW_STORE`."""

    counts: Counts
    owned: int
    more: Mapping[Outcome, int]
    new: frozenset[Outcome]

    def number(self, outcome: Outcome) -> int:
        return int(getattr(self.counts, outcome)) + self.more.get(outcome, 0)

    def total(self, outcome: Outcome) -> int:
        if outcome is Outcome.REJECTED:
            return self.counts.read
        return self.owned or sum(getattr(self.counts, one) for one in _OF_STORED)

    def passes(self, outcome: Outcome, limit: Limit) -> bool:
        judged = self.owned or not limit.share or outcome not in self.new
        return bool(judged and self.number(outcome) > limit.allowed(self.total(outcome)))


def _passed(limits: Limits, measured: _Measured, job: str | None) -> tuple[str, ...]:
    known = ((outcome, getattr(limits, outcome)) for outcome in LIMITED)
    name = f"job {job!r}" if job else "this job"
    return tuple(
        _reason(outcome, limit, measured, name)
        for outcome, limit in known
        if limit is not None and measured.passes(outcome, limit)
    )


def _reason(outcome: Outcome, limit: Limit, measured: _Measured, job: str) -> str:
    number, total = measured.number(outcome), measured.total(outcome)
    whose = f"patrons of {job}" if measured.owned else f"stored patrons whom the file of {job} names"
    if outcome is Outcome.REJECTED:
        what = f"rejects {number:,} of {total:,} rows of the file of {job}"
    elif outcome is Outcome.ADDED:
        what = f"would add {number:,} patrons to the {total:,} {whose}"
    else:
        what = f"would {_VERBS[outcome]} {number:,} of {total:,} {whose}"
    most = f"{limit} ({limit.allowed(total):,})" if limit.share is not None else str(limit)
    return f"{what}; the job allows {most}."
