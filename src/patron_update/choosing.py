"""Whether an update is made at all, by the freeze calendar, and whether it is Full or Incremental."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.continuing import same_update
from patron_update.domain.freeze import Allow, in_force
from patron_update.domain.schedule import UpdateType
from patron_update.results import Choice, Converted, Frozen, Validated

if TYPE_CHECKING:
    from datetime import datetime

    from patron_update.domain.freeze import Freeze
    from patron_update.run import Run


def check_calendar(run: Run, at: datetime, *, preview: bool) -> str | None:
    """Return why the freeze calendar allows no update at ``at``, or None. A ``preview`` is made on any day."""
    found = _freeze(run, at)
    if found is None or found.allow is not Allow.NOTHING or preview:
        return None
    return (
        Frozen(
            text=f"The job's freeze calendar says: {found}. No file was fetched, and no patron was changed. A preview "
            "can be made all the same; to update earlier, change 'freeze' in the job file.",
        )
        .save(run)
        .text
    )


def choose_update(run: Run, wish: str, at: datetime) -> Choice:
    """Choose Full or Incremental: the person's wish, else the weekday of ``at`` in the job's time zone.

    Whatever was wished for, it is Full when there is nothing to compare with or when the comparison would mislead.
    """
    if same := same_update(run):
        return same
    choice, reason = _wished(run, wish, at)
    state = run.store.job_state(run.job.id)
    why_full = why_afresh = None
    if state is None:
        why_full = "this job has not applied a file yet, so there is nothing to compare with"
    elif state.district_fingerprint != run.district.fingerprint:
        why_full = why_afresh = "the district file changed since the last update"
    elif state.options_fingerprint != run.job.options.fingerprint:
        why_full = why_afresh = "the job's options changed since the last update"
    elif state.properties_fingerprint != Converted.load(run).properties_fingerprint:
        why_full = "the properties file changed since the last update"
    elif state.suite_fingerprint != Validated.load(run).suite_fingerprint:
        why_full = "the expectations changed since the last update"
    if choice is UpdateType.INCREMENTAL and why_full:
        choice, reason = UpdateType.FULL, f"Full instead of Incremental: {why_full}."
    elif why_afresh:
        reason = f"{reason} Unchanged rows are looked at, too: {why_afresh}."
    freeze = _freeze(run, at)
    frozen = str(freeze) if freeze and freeze.allow is Allow.ADDS else None
    if freeze:
        reason = f"{reason} The job's freeze calendar says: {freeze}."
    return Choice(update=choice.value, reason=reason, at=at.isoformat(), afresh=bool(why_afresh), frozen=frozen).save(
        run
    )


def _wished(run: Run, wish: str, at: datetime) -> tuple[UpdateType, str]:
    if wish != "auto":
        return UpdateType(wish), f"{wish.capitalize()} was asked for."
    local = at.astimezone(run.job.schedule.week.timezone)
    due = run.job.schedule.week.on(at)
    if due is None:
        return UpdateType.FULL, f"{local:%A} has no update; a run started by hand is Full then."
    return due, f"{due.capitalize()} is due on {local:%A}."


def _freeze(run: Run, at: datetime) -> Freeze | None:
    return in_force(run.job.frozen_days, at.astimezone(run.job.schedule.week.timezone).date())
