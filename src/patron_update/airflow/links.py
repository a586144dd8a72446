"""Where a run's Job Summary and the run itself are found in Airflow's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

from patron_update.airflow.places import job_id_of

if TYPE_CHECKING:
    from airflow.models.taskinstancekey import TaskInstanceKey
    from airflow.sdk import BaseOperator

PAGES = "/patron-update"


def summary_path(job_id: str, run_key: str) -> str:
    """Return the path of a run's Job Summary below Airflow's address."""
    return f"{PAGES}/summaries/{quote(job_id, safe='')}/{quote(run_key, safe='')}"


def changes_path(job_id: str, run_key: str) -> str:
    """Return the path, below the server's name, of the list of what a run would change."""
    return f"{urlsplit(base_url()).path}{PAGES}/runs/{quote(job_id, safe='')}/{quote(run_key, safe='')}/changes.html"


def base_url() -> str:
    """Return Airflow's own address without a slash at the end; empty when it is not configured."""
    return str(conf.get("api", "base_url", fallback="")).rstrip("/")


def run_url(dag_id: str, run_key: str) -> str:
    """Return the address of the run in Airflow."""
    return f"{base_url()}/dags/{quote(dag_id, safe='')}/runs/{quote(run_key, safe='')}"


class SummaryLink(BaseOperatorLink):
    """The button *Job Summary* on a task. The path has no host, so it works behind every name Airflow is called by."""

    name = "Job Summary"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - Airflow's signature
        """Return the page's path."""
        return urlsplit(base_url()).path + summary_path(job_id_of(ti_key.dag_id), ti_key.run_id)
