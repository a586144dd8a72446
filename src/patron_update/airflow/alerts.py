"""Who is told when a run fails: one e-mail per failed run, to the recipients that the job names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patron_update.airflow.links import base_url, run_url, summary_path
from patron_update.airflow.places import job_id_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.sdk import Context

    from patron_update.jobs.models import Job

SUBJECT = "Patron update failed: {{ job_name }}"
BODY = """\
<p>The patron update <b>{{ job_name | e }}</b> failed. Every patron is as it was before, unless the reason says
otherwise.</p>
<p>{{ failure | e }}</p>
<p>Run: {{ run_id | e }}<br><a href="{{ run_page | e }}">The run in Airflow</a>
&middot; <a href="{{ summary_page | e }}">Job Summary</a></p>
"""
NOT_TOLD = "The reason could not be read from here; the run and its Job Summary have it."


def failure_alert(job: Job) -> list[Callable[[Context], None]] | None:
    """Return the callbacks for a failed run of the job, or None when it names no recipients."""
    recipients = list(job.notify.failure_addresses)
    if not recipients:
        return None

    def send(context: Context) -> None:
        send_failure_mail(recipients, context)

    return [send]


def send_failure_mail(recipients: list[str], context: Context) -> None:
    """Send the mail through the connection ``smtp_default``. Raises when the server does not take it."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    notifier = SmtpNotifier(to=recipients, subject=SUBJECT, html_content=BODY)
    notifier({**context, **facts_of(context)})


def facts_of(context: Context) -> dict[str, Any]:
    """Return what the mail says. No patron is in it: a step's reason never names one."""
    dag, run_id = context["dag"], context["run_id"]
    return {
        "job_name": " ".join(dag.dag_display_name.split()),
        "run_id": run_id,
        "failure": failure_of(context) or NOT_TOLD,
        "run_page": run_url(dag.dag_id, run_id),
        "summary_page": base_url() + summary_path(job_id_of(dag.dag_id), run_id),
    }


def failure_of(context: Context) -> str | None:
    """Return the reason that the run's report noted, or None when there is no report to ask."""
    if "ti" not in context:
        return None
    try:
        report = context["ti"].xcom_pull(task_ids="report", run_id=context["run_id"])
    except Exception:  # noqa: BLE001 - the mail must go out; it then says that the reason could not be read
        return None
    return report.get("failure") if report else None
