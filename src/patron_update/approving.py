"""A run that waits for a person: what an approval is bound to, and what was answered."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from patron_update.errors import ApprovalVoidError, PatronUpdateError, RejectedError
from patron_update.reporting import waiting
from patron_update.results import Answered, Applied, Changes, Fetched, Reviewed
from patron_update.reviewing import judge_again

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from patron_update.run import Run
    from patron_update.store import ApplyFacts
    from patron_update.store.decisions import Ruler


def waits(run: Run) -> bool:
    """Return whether the run waits for a person's answer."""
    return Reviewed.load(run).ask and not Answered.find(run) and not Applied.find(run)


def may_apply(run: Run) -> bool:
    """Return whether the change set is applied: nothing is against it, or a person has approved it."""
    answered = Answered.find(run)
    return Reviewed.load(run).apply or bool(answered and answered.approved)


def answer(run: Run, ruler: Ruler, *, approved: bool) -> Answered:
    """Keep what a person answered. The first answer counts; a later one that says the same is harmless.

    Raises PatronUpdateError when the run has not asked, or was answered otherwise.
    """
    if not Reviewed.load(run).ask:
        raise PatronUpdateError(f"Run {run.key!r} of job {run.job.id!r} waits for nobody's approval.")
    first = Answered.find(run)
    if first is None:
        at = ruler.at.isoformat(timespec="seconds")
        return Answered(approved=approved, by=ruler.by, at=at, reason=ruler.reason).save(run)
    if first.approved is not approved:
        raise PatronUpdateError(f"{first.sentence} The first answer counts. Start a new run of the job instead.")
    return first


def expire(run: Run, at: datetime) -> Answered:
    """Return the answer that a person has given after all. Raises RejectedError when there is none: the time is up."""
    if answered := Answered.find(run):
        return answered
    Answered(
        approved=False, by="nobody", at=at.isoformat(timespec="seconds"), reason="no answer came in time. That is a no."
    ).save(run)
    raise RejectedError(waiting(run, Reviewed.load(run)))


def void(run: Run, error: ApprovalVoidError) -> ApprovalVoidError:
    """Return why an approval is void whose change set had to be made again: what has changed beside the patrons."""
    before, district, options = Changes.load(run), run.district.fingerprint, run.job.options.fingerprint
    changed = [
        *(["the job's options"] if before.options_fingerprint != options else []),
        *(["the district file"] if before.district_fingerprint != district else []),
    ]
    return ApprovalVoidError(f"{' and '.join(changed)} changed since") if changed else error


def bound(run: Run, facts: ApplyFacts, landed: Path) -> ApplyFacts:
    """Return the facts with what must still hold when they are written: what was approved, else the limits.

    Raises ApprovalVoidError when the file is not the approved one any more; the store does so for the change set.
    """
    reviewed = Reviewed.load(run)
    if reviewed.apply:
        return replace(facts, judge=partial(judge_again, run))
    if not landed.exists():
        raise ApprovalVoidError("the run's file is not kept any more")
    with landed.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != Fetched.load(run).sha256:
            raise ApprovalVoidError("the run's file is not the one that was looked at")
    return replace(facts, expected_digest=reviewed.digest)
