"""Who is told when a run fails: one e-mail per failed run, to the recipients that the job names."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from patron_update.airflow.failures import FAILED_STATES, states_of
from patron_update.airflow.links import base_url, run_url, summary_path
from patron_update.airflow.places import job_id_of, project_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from patron_update.jobs.models import Job

log = logging.getLogger(__name__)

SUBJECT = "Patron update failed: {{ job_name }}"
BODY = """\
<p>The patron update <b>{{ job_name | e }}</b> failed. {{ headline | e }}</p>
<p>{{ failure | e }}</p>
<p>Run: {{ run_id | e }}<br><a href="{{ run_page | e }}">The run in Airflow</a>
&middot; <a href="{{ summary_page | e }}">Job Summary</a></p>
"""
WAITS_SUBJECT = "Patron update waits for approval: {{ job_name }}"
WAITS_BODY = """\
<p>The patron update <b>{{ job_name | e }}</b> changes more than its job allows, and waits for approval.</p>
<p>{{ why | e }}</p>
<p>Run: {{ run_id | e }}<br><a href="{{ run_page | e }}/tasks/approval/required_actions">Approve or reject it</a></p>
"""
NOT_TOLD = {"headline": "", "failure": "The reason could not be read from here; the run and its Job Summary have it."}
NOT_REPORTED = {
    "headline": "The update itself went well, but its Job Summary could not be written.",
    "failure": "See the log of the task report; once its cause is gone, clear that task, and it is written.",
}


def failure_alert(job: Job) -> list[Callable[[Context], None]] | None:
    """Return the callbacks for a failed run of the job, or None when it names no recipients."""
    recipients = list(job.notify.failure_addresses)
    if not recipients:
        return None

    def send(context: Context) -> None:
        send_failure_mail(recipients, context, told_by_report(context) or NOT_TOLD)

    return [send]


def alert_when_only_the_report_failed(context: Context) -> None:
    """Tell of a run that Airflow calls a success although its report failed. Of any other the run itself tells."""
    from patron_update.jobs.load import load_job

    others = {task: state for task, state in states_of(context).items() if task != context["ti"].task_id}
    if FAILED_STATES & set(others.values()):
        return
    dag = context["dag"]
    job = load_job(settings_of(project_of(dag.fileloc)).include, job_id_of(dag.dag_id))
    if job.notify.failure_addresses:
        send_failure_mail(list(job.notify.failure_addresses), context, NOT_REPORTED)


def send_failure_mail(recipients: list[str], context: Context, told: dict[str, str]) -> None:
    """Send the mail through the connection ``smtp_default``. Raises when the server does not take it.

    No patron is in it: neither a step's reason nor a headline ever names one.
    """
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    dag, run_id = context["dag"], context["run_id"]
    pages = {
        "job_name": " ".join(dag.dag_display_name.split()),
        "run_page": run_url(dag.dag_id, run_id),
        "summary_page": base_url() + summary_path(job_id_of(dag.dag_id), run_id),
    }
    SmtpNotifier(to=recipients, subject=SUBJECT, html_content=BODY)({**context, **pages, **told})


def tell_of_question(job: Job, context: Context, why: str) -> None:
    """Tell the recipients of failures that a run waits. A mail that cannot be sent keeps nobody from answering."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    if not job.notify.failure_addresses:
        return
    told = {
        "job_name": " ".join(job.name.split()),
        "why": why,
        "run_page": run_url(context["dag"].dag_id, context["run_id"]),
    }
    notifier = SmtpNotifier(to=list(job.notify.failure_addresses), subject=WAITS_SUBJECT, html_content=WAITS_BODY)
    try:
        notifier({**context, **told})
    except Exception as error:  # noqa: BLE001 - whatever it is, the question is asked all the same
        log.warning("Nobody could be told by e-mail that the run waits: %s.", type(error).__name__)


def told_by_report(context: Context) -> dict[str, str] | None:
    """Return headline and reason as the run's report told them, or None when there is no report to ask."""
    if "ti" not in context:
        return None
    try:
        report = context["ti"].xcom_pull(task_ids="report", run_id=context["run_id"])
    except Exception:  # noqa: BLE001 - the mail must go out; it then says that the reason could not be read
        return None
    if not report or not report.get("failure"):
        return None
    return {"headline": f"{report.get('headline', '')}.", "failure": report["failure"]}
