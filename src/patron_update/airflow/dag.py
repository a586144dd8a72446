"""A job file as a DAG: its name, its week, its form, its page. The order of the steps stands in the DAG file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum
from airflow.sdk import DAG, get_parsing_context

from patron_update.airflow.alerts import failure_alert
from patron_update.airflow.operators import BrokenJobOperator
from patron_update.airflow.page import broken_page, job_page
from patron_update.airflow.params import run_params
from patron_update.airflow.places import dag_id_of, job_id_of, settings_of
from patron_update.airflow.timetable import WeekTimetable
from patron_update.errors import JobFileError
from patron_update.jobs.load import BrokenJob, load_job, load_jobs

if TYPE_CHECKING:
    from pathlib import Path

    from patron_update.jobs.models import Job

TAG, BROKEN_TAG = "patron update", "broken"
BEGINNING = pendulum.datetime(2000, 1, 1, tz="UTC")
"""Fixed: a start date that moves makes a new version of the DAG at every parse. Long ago: no run stands for a moment
before it."""


def read_jobs(project: Path) -> tuple[tuple[Job, ...], tuple[BrokenJob, ...]]:
    """Read the job files of a project: all of them, or, inside a task, only the one that the task belongs to."""
    include = settings_of(project).include
    wanted = get_parsing_context().dag_id
    if wanted is None:
        return load_jobs(include)
    try:
        return (load_job(include, job_id_of(wanted)),), ()
    except JobFileError:
        jobs, broken = load_jobs(include)
        return tuple(job for job in jobs if dag_id_of(job.id) == wanted), tuple(
            job for job in broken if dag_id_of(job.id) == wanted
        )


def job_dag(job: Job) -> DAG:
    """Return the job's DAG, still without tasks."""
    week = job.schedule.week
    return DAG(
        dag_id=dag_id_of(job.id),
        dag_display_name=job.name,
        description=f"Brings {job.source.place.file} into the patron database.",
        doc_md=job_page(job),
        schedule=WeekTimetable(week.cron, timezone=week.timezone.key) if week.cron else None,
        start_date=BEGINNING,
        catchup=False,
        max_active_runs=1,
        tags=[TAG, *job.tags, *map(str, job.frozen_days)],
        default_args={"owner": job.owner},
        params=run_params(),
        on_failure_callback=failure_alert(job),
    )


def broken_dag(job: BrokenJob) -> DAG:
    """Return the DAG of a job file that cannot be used: it tells why, and fails with the reason when it is run."""
    with DAG(
        dag_id=dag_id_of(job.id),
        dag_display_name=f"{job.id} (broken)",
        description=f"{job.path.name} cannot be used.",
        doc_md=broken_page(job),
        schedule=None,
        start_date=BEGINNING,
        catchup=False,
        tags=[TAG, BROKEN_TAG],
    ) as dag:
        BrokenJobOperator(task_id="read_job_file", reason=job.reason, retries=0)
    return dag
