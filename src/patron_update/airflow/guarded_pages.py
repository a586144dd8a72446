"""The pages with their guard. Airflow guards no page of a plugin, so its rights are asked here, page by page."""

# The guard's annotations are read by FastAPI when the app is built: this module is imported late, its imports are not.
from functools import partial
from pathlib import Path
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from fastapi import Depends, FastAPI, HTTPException, Request, status

from patron_update.airflow.places import dag_id_of, settings_of
from patron_update.errors import StoreError, StoreUnreachableError
from patron_update.files.workspace import Workspace
from patron_update.summary.model import Summary
from patron_update.ui import create_app


def guarded_app(project: Path) -> FastAPI:
    """Return the pages of a project's runs, each shown to those only who may read the logs of the job's DAG."""
    return create_app(partial(stored_summary, project), partial(file_of_run, project), authorize=may_read)


def may_read(job: str, request: Request, user: Annotated[BaseUser, Depends(get_user)]) -> None:
    """Raise HTTPException 401 for strangers and 403 for users who may not read the logs of the job's DAG.

    A summary names patrons, so the right to see that there is a DAG is not enough.
    """
    requires_access_dag("GET", DagAccessEntity.TASK_LOGS, param_dag_id=dag_id_of(job))(request, user)


def file_of_run(project: Path, job: str, run: str, name: str) -> Path | None:
    """Return a file that a run of a job has left in the workspace, or None."""
    return Workspace(settings_of(project).home).find(job, run, name)


def stored_summary(project: Path, job: str, run: str) -> Summary | None:
    """Return the summary of one run of one job from the store, or None. Raises HTTPException 503 without the store."""
    from patron_update.reporting import read_summary

    try:
        found = read_summary(settings_of(project), f"{job}/{run}")
    except StoreUnreachableError as error:
        raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, str(error)) from None
    except StoreError:
        return None
    # A run's key may hold a slash and look like another job's run; the reader's right is for this job alone.
    return found if (found.job, found.run) == (job, run) else None
