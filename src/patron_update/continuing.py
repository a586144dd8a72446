"""A run of its own about the sites that another run of the job has left waiting: the same file, and one question."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.errors import PatronUpdateError
from patron_update.files.workspace import LANDED
from patron_update.results import Applied, Changes, Choice, Continues, Fetched, Former, Reviewed
from patron_update.run import open_run

if TYPE_CHECKING:
    from patron_update.run import Run


def continuation_key(key: str) -> str:
    """Return the key of the run that goes on with the sites which run ``key`` has left waiting."""
    return f"{key}__held_sites"


def continues(run: Run) -> bool:
    """Return whether the run goes on with what another one has left waiting."""
    return Continues.find(run) is not None


def to_continue(run: Run) -> str | None:
    """Prepare the run that asks about the sites on hold; return its key. None: no site is, or they are asked about."""
    changes, key = Changes.find(run), continuation_key(run.key)
    if not (changes and changes.held_sites and Applied.find(run)):
        return None
    wanted = Continues(key=run.key, run=changes.store_run, sites=changes.held_sites)
    with open_run(run.job.id, key, run.settings) as later:
        if Continues.find(later) == wanted and Reviewed.find(later):
            return None
        wanted.save(later)
    return key


def take_file(run: Run) -> Fetched:
    """Take the file of the run that this one continues, with what was known of it and the time that it was for.

    Raises PatronUpdateError when the job has applied something else since.
    """
    continued = Continues.load(run)
    state = run.store.job_state(run.job.id)
    if state is None or state.run_id != continued.run:
        raise PatronUpdateError(
            f"The sites that run {continued.run} has left on hold cannot be updated from its file any more: the job "
            "has applied another one since, or the run was taken back. Nothing was written."
        )
    generation = run.begin_anew()
    continued.save(run)
    with open_run(run.job.id, continued.key, run.settings) as earlier:
        Former.load(earlier).save(run)
        Choice.load(earlier).save(run)
        run.folder.file(LANDED).unlink(missing_ok=True)
        os.link(earlier.folder.file(LANDED), run.folder.file(LANDED))
        return replace(Fetched.load(earlier), generation=generation).save(run)


def same_update(run: Run) -> Choice | None:
    """Return the update that the run must make because another one has made it; None: it is free to choose."""
    continued = Continues.find(run)
    if continued is None:
        return None
    reason = f"This run goes on with the sites that run {continued.run} has left on hold: {', '.join(continued.sites)}."
    return replace(Choice.load(run), reason=reason).save(run)
