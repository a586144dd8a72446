"""How an error of a step reaches Airflow: the message a person can act on comes first, and no patron with it."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow.sdk import Context

    from patron_update.run import Run

log = logging.getLogger(__name__)

FAILED_STATES = frozenset({"failed", "upstream_failed"})


class StepFailedError(AirflowException):
    """A step failed in a way that may mend itself: Airflow tries again."""


@contextmanager
def told_to_airflow(step: str, run: Run | None = None) -> Iterator[None]:
    """Turn errors of ``step`` into Airflow's, and note them in the run's folder for the report.

    A foreseen error keeps its text and fails at once unless a retry can help. The text of an unforeseen one may name
    patrons (a database quotes the row that it refuses), so its type and its place in the code must do.
    """
    try:
        yield
    except (AirflowSkipException, AirflowFailException, StepFailedError):
        raise
    except PatronUpdateError as error:
        _note(run, step, error)
        log.error("%s", error)  # noqa: TRY400 - the message is for a person; a traceback would bury it
        raise (StepFailedError if error.retry else AirflowFailException)(str(error)) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not reach the log
        _note(run, step, error)
        log.error("Where it happened:\n%s", "".join(traceback.format_tb(error.__traceback__)))  # noqa: TRY400 - no text
        raise StepFailedError(
            f"{type(error).__name__} in step {step}: not foreseen, so its text is withheld (it may name patrons). "
            "The place in the code stands above; please report it."
        ) from None


def _note(run: Run | None, step: str, error: Exception) -> None:
    from patron_update import steps

    if run is not None:
        steps.note_failure(run, step, error)


def why_failed(run: Run, states: Mapping[str, str | None]) -> str | None:
    """Return why the run failed, from its tasks' states and the note of the step that failed; None when none did.

    A note of a step that went well in the end (after a retry) is not a reason.
    """
    from patron_update.results import Failure

    failed = [task for task, state in states.items() if state == "failed"]
    if not failed:
        return None
    note = Failure.find(run)
    if note is not None and note.step in failed:
        return note.reason
    return (
        f"Step {', '.join(sorted(failed))} ended without giving a reason: it was stopped, ran out of time or memory, "
        "or its machine went away. Its log tells more. Start a new run."
    )


def states_of(context: Context) -> dict[str, str | None]:
    """Return the state of each task of this run."""
    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    states: dict[str, str | None] = context["ti"].get_task_states(dag_id, run_ids=[run_id])[run_id]
    return states
