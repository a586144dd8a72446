"""The operators of a patron update: a step, one that branches, one that links to the Job Summary, and the wait."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.standard.operators.branch import BranchMixIn
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from patron_update.airflow.failures import told_to_airflow
from patron_update.airflow.links import SummaryLink
from patron_update.airflow.places import dag_id_of, job_id_of, project_of, settings_of
from patron_update.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow.sdk import BaseOperatorLink, Context

    from patron_update.jobs.models import Job
    from patron_update.run import Run

    Act = Callable[[Run, Context], dict[str, Any]]

AFTER_THE_DEADLINE = timedelta(minutes=5)
"""How long the trigger has to say itself that the deadline has passed, before Airflow ends the wait in fewer words."""


@contextmanager
def run_of(context: Context, step: str) -> Iterator[Run]:
    """Open this DAG run's run of the job; errors inside reach Airflow as ``told_to_airflow`` has it."""
    from patron_update import steps

    dag = context["dag"]
    with told_to_airflow(step):
        settings = settings_of(project_of(dag.fileloc))
        with steps.open_run(job_id_of(dag.dag_id), context["run_id"], settings) as run, told_to_airflow(step, run):
            yield run


class StepOperator(BaseOperator):
    """One step of a run: ``act`` gets the run and Airflow's context and returns references and counts."""

    ui_color = "#e8f1fb"

    def __init__(self, *, act: Act, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own arguments
        super().__init__(**kwargs)
        self.act = act

    def execute(self, context: Context) -> dict[str, Any]:
        """Take the step."""
        with run_of(context, self.task_id) as run:
            return self.act(run, context)


class BranchStepOperator(StepOperator, BranchMixIn):
    """A step whose result's ``branch`` names the task to go on with."""

    inherits_from_skipmixin = True

    def execute(self, context: Context) -> dict[str, Any]:
        """Take the step and go its way."""
        result = super().execute(context)
        self.do_branch(context, result["branch"])
        return result


class SummaryStepOperator(StepOperator):
    """A step that links to the run's Job Summary."""

    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (SummaryLink(),)


class WaitForFileOperator(BaseOperator):
    """Wait in the triggerer, without a worker, until the job's file is there, complete and fresh."""

    ui_color = "#fdf3dc"

    def __init__(self, *, job: Job, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own arguments
        super().__init__(**kwargs)
        self.job = job

    def execute(self, context: Context) -> None:
        """Check what can be checked at once, then wait until the deadline."""
        from patron_update import steps
        from patron_update.airflow.connections import login_for
        from patron_update.airflow.params import due_at, is_preview, refuse_unknown_params
        from patron_update.airflow.triggers import FileTrigger

        begun = context["dag_run"].start_date or datetime.now(UTC)  # a second try keeps the deadline
        with run_of(context, self.task_id) as run:
            refuse_unknown_params(context)
            if steps.continues(run):
                self.log.info("The file of the run that this one goes on with is taken.")
                return
            if reason := steps.check_calendar(run, due_at(context), preview=is_preview(context)):
                raise AirflowSkipException(reason)
            login_for(run.job)
            trigger = FileTrigger.for_job(run.job, begun)
        timeout = timedelta(minutes=run.job.wait.deadline_minutes) + AFTER_THE_DEADLINE
        self.defer(trigger=trigger, method_name=self.file_seen.__name__, timeout=timeout)

    def file_seen(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Hand on the file's name, size and time, or fail with the trigger's reason."""
        with run_of(context, self.task_id):
            if reason := event.pop("failed", None):
                raise SourceError(reason)
        self.log.info("%(name)s is there and complete: %(size)d bytes, last changed %(modified)s.", event)
        return event


class HeldSitesOperator(TriggerDagRunOperator):
    """Have the sites that the run has left waiting asked about by a run of its own; skipped when none waits."""

    def __init__(self, *, job: Job, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own arguments
        super().__init__(
            trigger_dag_id=dag_id_of(job.id),
            logical_date=None,
            skip_when_already_exists=True,  # by an attempt that was lost
            openlineage_inject_parent_info=False,
            **kwargs,
        )

    def execute(self, context: Context) -> None:
        """Start that run: it begins when this one has ended."""
        from patron_update import steps

        with run_of(context, self.task_id) as run:
            self.trigger_run_id = steps.to_continue(run)
        if self.trigger_run_id is None:
            raise AirflowSkipException("No site is on hold.")
        super().execute(context)


class BrokenJobOperator(BaseOperator):
    """The only task of a job whose file cannot be used: it fails with the reason."""

    ui_color = "#f8d7da"

    def __init__(self, *, reason: str, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own arguments
        super().__init__(**kwargs)
        self.reason = reason

    def execute(self, context: Context) -> None:  # noqa: ARG002 - Airflow's own signature
        """Fail."""
        raise AirflowFailException(self.reason)
