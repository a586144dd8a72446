"""The tasks of a patron update: each hands a step of ``patron_update.steps`` what Airflow knows and it needs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from patron_update import steps
from patron_update.airflow import params
from patron_update.airflow.alerts import alert_when_only_the_report_failed
from patron_update.airflow.approval import ApprovalOperator
from patron_update.airflow.connections import login_for
from patron_update.airflow.failures import states_of, why_failed
from patron_update.airflow.operators import (
    BranchStepOperator,
    HeldSitesOperator,
    StepOperator,
    SummaryStepOperator,
    WaitForFileOperator,
)
from patron_update.airflow.triggers import seen_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import BaseOperator, Context

    from patron_update.airflow.operators import Act
    from patron_update.jobs.models import Job
    from patron_update.run import Run

TRY_AGAIN: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=15),
}
"""For a server or a database that is away. An error that does not mend itself fails at once all the same."""

AFTER_A_MISHAP: dict[str, Any] = {"retries": 2, "retry_delay": timedelta(seconds=10)}
"""For a wait whose process or triggerer was lost. A reason of its own (no file, wrong password, no answer) fails it at
once."""

NEVER_AGAIN: dict[str, Any] = {"retries": 0}
"""For a step whose input lies there and stays the same."""


def task(
    operator: type[StepOperator] = StepOperator,
    *,
    minutes: int,
    teardown: bool = False,
    **settings: Any,  # noqa: ANN401 - Airflow's own
) -> Callable[[Act], Callable[[], BaseOperator]]:
    """Make a function the maker of its task: same name, its docstring in the UI, stopped after ``minutes``."""

    def maker_of(act: Act) -> Callable[[], BaseOperator]:
        def make() -> BaseOperator:
            limit = timedelta(minutes=minutes)
            made = operator(task_id=act.__name__, act=act, doc_md=act.__doc__, execution_timeout=limit, **settings)
            return made.as_teardown() if teardown else made

        return make

    return maker_of


def wait_for_file(job: Job) -> BaseOperator:
    """Make the task that waits until the job's file is there, complete and fresh."""
    return WaitForFileOperator(
        task_id="wait_for_file",
        job=job,
        doc_md="Wait until the file is there, complete and fresh.",
        execution_timeout=timedelta(minutes=5),
        **AFTER_A_MISHAP,
    )


@task(minutes=60, **TRY_AGAIN)
def fetch_file(run: Run, context: Context) -> dict[str, Any]:
    """Bring the file into the run's folder, whole or not at all."""
    if steps.continues(run):
        return steps.take_file(run).for_xcom()
    seen = seen_in(context["ti"].xcom_pull(task_ids="wait_for_file"))
    return steps.fetch_file(run, seen, login_for(run.job)).for_xcom()


@task(minutes=60, **NEVER_AGAIN)
def convert(run: Run, context: Context) -> dict[str, Any]:
    """Turn the file's columns into patron fields, as the properties file says."""
    return steps.convert(run, params.due_at(context), preview=params.is_preview(context)).for_xcom()


@task(minutes=60, **NEVER_AGAIN)
def validate(run: Run, _: Context) -> dict[str, Any]:
    """Hold the records against the job's expectations."""
    return steps.validate(run).for_xcom()


@task(BranchStepOperator, minutes=10, **TRY_AGAIN)
def choose_update(run: Run, context: Context) -> dict[str, Any]:
    """Choose Full or Incremental."""
    choice = steps.choose_update(run, params.wish_of(context), params.due_at(context))
    return {**choice.for_xcom(), "branch": f"{choice.update_type.value}_update"}


@task(minutes=120, **TRY_AGAIN)
def full_update(run: Run, _: Context) -> dict[str, Any]:
    """Make the change set of every record."""
    return steps.full_update(run).for_xcom()


@task(minutes=120, **TRY_AGAIN)
def incremental_update(run: Run, _: Context) -> dict[str, Any]:
    """Make the change set of the records that are new or changed since they were last applied."""
    return steps.incremental_update(run).for_xcom()


@task(minutes=10, trigger_rule="none_failed_min_one_success", **NEVER_AGAIN)
def review(run: Run, context: Context) -> dict[str, Any]:
    """Decide whether the change set is applied: the job's limits, and whether this is a preview."""
    return steps.review(run, preview=params.is_preview(context)).for_xcom()


def approval() -> BaseOperator:
    """Make the task that waits for a person's answer when a limit is passed."""
    return ApprovalOperator(
        task_id="approval",
        doc_md="Wait for a person's answer when a limit is passed: under *Required Actions*.",
        execution_timeout=timedelta(minutes=10),
        **AFTER_A_MISHAP,
    )


@task(SummaryStepOperator, minutes=120, trigger_rule="none_failed_min_one_success", **TRY_AGAIN)
def upsert(run: Run, _: Context) -> dict[str, Any]:
    """Apply the change set in one transaction. Skipped by a preview, and when a person has rejected it."""
    if not steps.may_apply(run):
        raise AirflowSkipException("A preview, or rejected: every patron stays as it is.")
    return steps.upsert(run).for_xcom()


def held_sites(job: Job) -> BaseOperator:
    """Make the task that has the sites on hold asked about by a run of its own."""
    return HeldSitesOperator(
        task_id="held_sites",
        job=job,
        doc_md="Start a run that asks about the sites which were left on hold. Skipped when there is none.",
        execution_timeout=timedelta(minutes=10),
        **TRY_AGAIN,
    )


@task(
    SummaryStepOperator,
    minutes=30,
    teardown=True,
    on_failure_callback=alert_when_only_the_report_failed,
    **TRY_AGAIN,
)
def report(run: Run, context: Context) -> dict[str, Any]:
    """Write the Job Summary. As a teardown it always runs, and never makes a failed run look well."""
    failure = why_failed(run, states_of(context))
    return {**steps.report(run, failure).for_xcom(), "failure": failure}
