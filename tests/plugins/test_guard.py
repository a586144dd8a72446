from __future__ import annotations

from types import SimpleNamespace

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

VERA = SimpleNamespace(name="vera")


class AuthManager:
    """Knows one user and asks what she may do; ``allowed`` is the one DAG whose logs she may read."""

    def __init__(self, allowed: str) -> None:
        self.allowed, self.asked = allowed, []

    async def get_user_from_token(self, token: str) -> SimpleNamespace:
        if token != "veras-token":
            raise HTTPException(403, "Invalid JWT token")
        return VERA

    def is_authorized_dag(self, *, method, access_entity, details, user) -> bool:
        self.asked.append((method, access_entity.value, details.id, user))
        return details.id == self.allowed


@pytest.fixture
def manager(monkeypatch):
    from airflow.api_fastapi.core_api import security
    from airflow.models import DagModel

    manager = AuthManager("patron_update__students")
    monkeypatch.setattr(security, "get_auth_manager", lambda: manager)
    monkeypatch.setattr(DagModel, "get_team_name", lambda _: None)
    return manager


@pytest.fixture
def reads(monkeypatch):
    """Return what was read from the store, where there is nothing."""
    from patron_update.airflow import guarded_pages

    read: list[str] = []

    def nothing(_project, job: str, run: str) -> None:
        read.append(f"{job}/{run}")

    monkeypatch.setattr(guarded_pages, "stored_summary", nothing)
    return read


@pytest.fixture
def client(manager, reads, project):
    from patron_update.airflow.pages import SummaryPages

    return TestClient(SummaryPages(project))


def test_a_stranger_gets_401_and_nothing_is_read(client, reads):
    assert client.get("/summaries/students/run").status_code == 401
    assert reads == []


def test_a_forged_token_gets_403_and_nothing_is_read(client, reads):
    answer = client.get("/summaries/students/run", headers={"Authorization": "Bearer forged"})

    assert answer.status_code == 403
    assert reads == []


def test_a_user_may_see_the_runs_of_the_jobs_whose_logs_she_may_read_and_no_other(client, manager, reads):
    headers = {"Authorization": "Bearer veras-token"}

    assert client.get("/summaries/students/run", headers=headers).status_code == 404  # there is no such run
    assert client.get("/summaries/staff/run", headers=headers).status_code == 403
    assert reads == ["students/run"]
    assert manager.asked == [
        ("GET", "TASK_LOGS", "patron_update__students", VERA),
        ("GET", "TASK_LOGS", "patron_update__staff", VERA),
    ]


def test_the_session_of_airflows_own_ui_is_enough(client):
    client.cookies.set("_token", "veras-token")

    assert client.get("/summaries/students/run").status_code == 404


def test_a_run_of_another_job_is_not_shown_under_a_jobs_name(monkeypatch, project):
    from patron_update import reporting
    from patron_update.airflow.guarded_pages import stored_summary

    monkeypatch.setattr(
        reporting, "read_summary", lambda _settings, _run: SimpleNamespace(job="staff", run="students/x")
    )

    assert stored_summary(project, "students", "x") is None


def test_a_database_that_is_away_is_not_told_as_a_run_that_is_not_there(monkeypatch, project):
    from patron_update import reporting
    from patron_update.airflow.guarded_pages import stored_summary
    from patron_update.errors import StoreError, StoreUnreachableError

    def raising(error):
        def read(_settings, _run):
            raise error

        return read

    monkeypatch.setattr(reporting, "read_summary", raising(StoreUnreachableError("the database is away")))
    with pytest.raises(HTTPException, match="the database is away"):
        stored_summary(project, "students", "x")
    monkeypatch.setattr(reporting, "read_summary", raising(StoreError("knows no such run")))
    assert stored_summary(project, "students", "x") is None
