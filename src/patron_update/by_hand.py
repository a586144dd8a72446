"""A whole run here and now, as the DAG would make it: for the command line."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from patron_update import steps
from patron_update.continuing import take_file, to_continue
from patron_update.errors import FileChangedError, FileCheckError, FileMissingError, PatronUpdateError
from patron_update.reporting import write_summary
from patron_update.results import Choice, Fetched
from patron_update.run import open_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.run import Run
    from patron_update.sources import FileSeen, SftpLogin
    from patron_update.store.decisions import Ruler
    from patron_update.summary import Summary

JUST_NOW = timedelta(minutes=1)
A_MOMENT = 4.0
"""Seconds in which a file that is still being written grows."""


def run_all(run: Run, login: SftpLogin | None, wish: str, at: datetime, *, preview: bool) -> Summary:
    """Run every step here and now, as the DAG would; a step that fails is noted in the summary that is returned."""
    if steps.check_calendar(run, at, preview=preview):
        return write_summary(run)[0]
    _run_steps(
        run,
        lambda: steps.fetch_file(run, look_for_file(run, login), login),
        wish,
        at,
        preview=preview,
        told=lambda error: _unless_still_written(run, login, error),
    )
    told = write_summary(run)[0]
    ask_about_held_sites(run)
    return told


def ask_about_held_sites(run: Run) -> None:
    """Have the sites that an applied run has left waiting asked about by a run of its own, which tells how that went.

    Called again, it asks once.
    """
    if key := to_continue(run):
        with open_run(run.job.id, key, run.settings) as later:
            _run_steps(later, lambda: take_file(later), "auto", later.started, preview=False)
            write_summary(later)


def _run_steps(
    run: Run,
    fetch: Callable[[], object],
    wish: str,
    at: datetime,
    *,
    preview: bool,
    told: Callable[[PatronUpdateError], PatronUpdateError] = lambda error: error,
) -> None:
    """Take one step after the other; one that fails is noted as ``told`` has it, and is the last."""
    chain: tuple[tuple[str, Callable[[], object]], ...] = (
        ("fetch_file", fetch),
        ("convert", lambda: steps.convert(run, at, preview=preview)),
        ("validate", lambda: steps.validate(run)),
        ("choose_update", lambda: steps.choose_update(run, wish, at)),
        ("make_changes", lambda: steps.make_changes(run, Choice.load(run).update_type)),
        ("review", lambda: steps.review(run, preview=preview)),
        ("upsert", lambda: steps.may_apply(run) and steps.upsert(run)),
    )
    for step, act in chain:
        try:
            act()
        except PatronUpdateError as error:
            steps.note_failure(run, step, told(error))
            break


def _unless_still_written(run: Run, login: SftpLogin | None, error: PatronUpdateError) -> PatronUpdateError:
    """Return ``error``, unless a file was taken for cut off that is only not whole yet: nobody has waited for it."""
    if not (isinstance(error, FileCheckError) and "truncated" in error.codes):
        return error
    taken = Fetched.load(run)
    if datetime.now(UTC) - datetime.fromisoformat(taken.modified) < JUST_NOW:
        time.sleep(A_MOMENT)
    try:
        seen = look_for_file(run, login)
    except PatronUpdateError:
        return error
    if (seen.size, seen.modified.isoformat()) == (taken.size, taken.modified):
        return error
    return FileChangedError(
        f"{seen.name!r} is still being written: {taken.size:,} → {seen.size:,} bytes. Nothing was applied. Run the "
        "job again when the file is whole; in Airflow it waits for that."
    )


def approve(run: Run, ruler: Ruler) -> Summary:
    """Apply what a run has held, exactly that; what has changed since makes it void, as the summary tells then.

    Raises PatronUpdateError when the run waits for nobody, or was rejected.
    """
    steps.answer(run, ruler, approved=True)
    try:
        steps.upsert(run)
    except PatronUpdateError as error:
        steps.note_failure(run, "upsert", error)
    return write_summary(run)[0]


def reject(run: Run, ruler: Ruler) -> Summary:
    """Have a run that is held stay so for good. Raises PatronUpdateError when it waits for nobody, or was approved."""
    steps.answer(run, ruler, approved=False)
    return write_summary(run)[0]


def look_for_file(run: Run, login: SftpLogin | None) -> FileSeen:
    """Look for the job's file once, without waiting. Raises FileMissingError and the other source errors."""
    from patron_update.sources import open_source

    seen = open_source(run.job.source, login).look()
    if seen is None:
        raise FileMissingError(
            f"The file {run.job.source.place.file!r} is not in {run.job.source.place.path!r}. Upper and lower case "
            f"count; `patron-update test-server {run.job.id}` shows what is there."
        )
    return seen
