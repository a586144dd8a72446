"""The question that a run over a limit puts to a person, under *Required Actions*, and what becomes of the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.triggers.hitl import HITLTrigger
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from patron_update.airflow.alerts import tell_of_question
from patron_update.airflow.links import changes_path
from patron_update.airflow.operators import run_of
from patron_update.airflow.page import plain
from patron_update.domain.limits import LIMITED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from airflow.sdk import Context
    from airflow.triggers.base import TriggerEvent

    from patron_update.jobs.models import Job
    from patron_update.results import Changes
    from patron_update.run import Run

APPROVE, REJECT = "Approve", "Reject"
BEFORE_THE_NEXT_RUN = timedelta(minutes=15)
AT_LEAST, AT_MOST = timedelta(minutes=1), timedelta(days=7)
SITES_SHOWN = 50
SETTLING_SECONDS = 10.0
"""After that Airflow has surely heard that a process which began to wait has ended."""

BODY = """\
{why}

**[What would change, field by field]({changes})**

{table}

*Approve* applies exactly this change set. When the file or a patron in it is changed before that, the approval is void,
and nothing is written. *Reject* leaves everything as it is, and so does no answer until {until}.
Until there is an answer, no other run of the job begins, not even a preview.
"""


class PatientTrigger(HITLTrigger):
    """Finds the answer to a question that was put before, by the task's attempt that was lost.

    It takes its time: a task that comes back before Airflow has heard that its process has ended is lost again.
    """

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return where this class lies, and what it is made of."""
        return f"{__name__}.{type(self).__name__}", super().serialize()[1]

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for the answer."""
        await asyncio.sleep(SETTLING_SECONDS)
        async for event in super().run():
            yield event


class ApprovalOperator(HITLOperator):
    """Wait, without a worker, for a person's answer when the review asks for one; skipped when it does not.

    Airflow 3.3 fails a task whose answer comes before it has heard that the asking process has ended ("the task
    instance's state attribute is queued"). It tries again then: the question stands, and the answer is not lost.
    """

    ui_color = "#fdf3dc"

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own arguments
        # What is asked is known when it is: see `execute`.
        asked = {"subject": "Approve this update?", "options": [APPROVE, REJECT], "defaults": REJECT}
        super().__init__(**asked, response_timeout=AT_MOST, **kwargs)

    def execute(self, context: Context) -> None:
        """Ask, or skip; when the question was put already, wait for the answer to it."""
        from patron_update import steps
        from patron_update.results import Asked, Changes, Explained, Reviewed

        now = datetime.now(UTC)
        with run_of(context, self.task_id) as run:
            if not steps.waits(run):
                raise AirflowSkipException("Nobody is asked: a preview, within the limits, or answered already.")
            self.response_timeout = time_to_answer(run.job, now)
            if Asked.find(run):
                self.wait_for_answer(context, now + self.response_timeout)
            self.subject = f"{run.job.name}: more changes than the job allows. Approve them?"
            reviewed = Reviewed.load(run)
            why = " ".join([*reviewed.reasons, *(cause["text"] for cause in Explained.load(run).causes)])
            self.body = question(run, Changes.load(run), why, now + self.response_timeout)
            tell_of_question(run.job, context, why)
            try:
                super().execute(context)
            except TaskAwaitingInput:
                Asked().save(run)
                raise

    def wait_for_answer(self, context: Context, until: datetime) -> None:
        """Wait for the answer to the question that stands."""
        question = {"ti_id": context["task_instance"].id, "options": self.options, "defaults": self.defaults}
        trigger = PatientTrigger(**question, params={}, timeout_datetime=until)
        self.defer(trigger=trigger, method_name=self.execute_complete.__name__)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Keep the answer; fail when the time was up."""
        from patron_update import steps
        from patron_update.store.decisions import Ruler

        with run_of(context, self.task_id) as run:
            answer, user = super().execute_complete(context, event), event.get("responded_by_user")
            at = event["responded_at"]
            if user is None:
                return steps.expire(run, at).for_xcom()
            ruler = Ruler(by=user["name"], at=at)
            return steps.answer(run, ruler, approved=answer["chosen_options"] == [APPROVE]).for_xcom()


def time_to_answer(job: Job, now: datetime) -> timedelta:
    """Return how long the run may wait: until shortly before the job's next run is due, a week at most."""
    due = job.schedule.week.next_after(now)
    left = due - now - BEFORE_THE_NEXT_RUN if due else AT_MOST
    return min(max(left, AT_LEAST), AT_MOST)


def question(run: Run, changes: Changes, why: str, until: datetime) -> str:
    """Return what the person sees: why the run waits, the counts by site, where the changes are listed."""
    return BODY.format(
        why=plain(why),
        changes=changes_path(run.job.id, run.key),
        table=table_of(changes),
        until=f"{until.astimezone(run.job.schedule.week.timezone):%A %Y-%m-%d %H:%M %Z}",
    )


def table_of(changes: Changes) -> str:
    """Return the counts of the job and of each site that would change, the site with most changes first."""
    columns = [outcome.value for outcome in LIMITED]
    figures = {one["site"]: [_figure(one, name) for name in columns] for one in changes.sites}
    changing = sorted((site for site, counts in figures.items() if any(counts)), key=lambda site: -sum(figures[site]))
    rows = [("**all**", [_figure(changes.counts, name) for name in columns])]
    rows += [(plain(site) or "(none)", figures[site]) for site in changing[:SITES_SHOWN]]
    lines = [f"| site | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    lines += [f"| {site} | {' | '.join(f'{count:,}' for count in counts)} |" for site, counts in rows]
    if (more := len(changing) - SITES_SHOWN) > 0:
        lines.append(f"\n{more:,} more sites are in the list of what would change.")
    return "\n".join(lines)


def _figure(counts: dict[str, Any], name: str) -> int:
    more = counts["missing_inactivated"] if name == "inactivated" else 0
    return int(counts[name]) + int(more)
