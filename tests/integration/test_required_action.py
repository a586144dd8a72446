"""A run over a limit in a real Airflow: it asks under *Required Actions*, holds no worker, and does as it is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from district_at_hand import DISTRICT, HEADER, JOB, PROPERTIES

from patron_update.embedded.airflow_api import AirflowApi, AirflowApiError
from patron_update.embedded.airflow_settings import ADMIN, Installation
from patron_update.embedded.dag_runs import JobRuns
from patron_update.embedded.launcher import Running, running_installation

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.airflow

PROJECT = Path(__file__).parents[2]
SECONDS = 400
SETTLING = 7
"""Seconds after which Airflow has surely heard that the process which asked has ended."""
VIEWER, VIEWERS_PASSWORD = "vera", "only-looking"
DAG = "/dags/patron_update__students/dagRuns"
ENDED = {"success", "failed"}


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The installation and its one job, whose twenty pupils the file moves to another room."""

    running: Running
    viewer: AirflowApi
    runs: JobRuns

    def send(self, room: str, *, elm: str | None = None) -> None:
        rows = "".join(f"{n},01,C{n},Surname{n},{room}\n" for n in range(1, 21))
        if elm:
            rows += "".join(f"{n},02,C{n},Surname{n},{elm}\n" for n in range(101, 121))
        (self.running.installation.home.folder / "drop" / "students.csv").write_text(HEADER + rows)

    def start(self, key: str) -> None:
        days = int(key.removeprefix("run"))
        self.runs.start(key, datetime(2026, 9, 1, 2, 15, tzinfo=UTC) + timedelta(days=days))

    def wait(self, key: str, task: str, *states: str) -> str:
        """Wait until a task of the run is in one of the states; return which."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            self.running.processes.check()
            state = str(self.running.api.get(f"{DAG}/{key}/taskInstances/{task}")["state"])
            if state in states:
                return state
            time.sleep(0.5)
        raise AssertionError(f"{task} of {key} has not come to {' or '.join(states)} after {SECONDS} s")

    def ask(self, key: str) -> dict:
        """Start a run and wait until it asks; return what it asks."""
        self.start(key)
        self.wait(key, "approval", "awaiting_input")
        time.sleep(SETTLING)
        return self.running.api.get(f"{DAG}/{key}/taskInstances/approval/-1/hitlDetails")

    def answer(self, key: str, option: str, api: AirflowApi | None = None) -> None:
        path = f"{DAG}/{key}/taskInstances/approval/-1/hitlDetails"
        (api or self.running.api).patch(path, {"chosen_options": [option], "params_input": {}})

    @contextmanager
    def scheduler_asleep(self) -> Iterator[None]:
        """Stop the scheduler meanwhile: it hears of nothing that happens."""
        guard = self.running.processes._running["scheduler"].pid
        children = Path(f"/proc/{guard}/task/{guard}/children").read_text("ascii").split()
        for child in children:
            os.kill(int(child), signal.SIGSTOP)
        try:
            yield
        finally:
            for child in children:
                os.kill(int(child), signal.SIGCONT)

    def ended(self, key: str) -> tuple[dict, dict]:
        """Wait until the run has reported; return the states of its tasks and its Job Summary."""
        self.wait(key, "report", *ENDED)
        tasks = self.running.api.get(f"{DAG}/{key}/taskInstances")["task_instances"]
        summary = self.running.installation.home.runs / "students" / key / "summary.json"
        return {task["task_id"]: task["state"] for task in tasks}, json.loads(summary.read_text("utf-8"))

    def sql(self, text: str) -> list[tuple]:
        with psycopg.connect(self.running.installation.patron_database) as database:
            cursor = database.execute(text)
            return cursor.fetchall() if cursor.description else []

    def rooms(self) -> set[str]:
        return {room for (room,) in self.sql("SELECT DISTINCT homeroom FROM patron_update.patron")}


@pytest.fixture(scope="module")
def asking():
    home = Path(tempfile.mkdtemp(prefix="pu-ask-"))
    include = home / "include"
    for name in ("include/jobs", "include/properties", "include/expectations", "drop"):
        (home / name).mkdir(parents=True)
    (include / "district.yaml").write_text(DISTRICT)
    (include / "jobs" / "students.yaml").write_text(
        JOB.format(drop=home / "drop") + "wait: { poll_seconds: 1, quiet_looks: 1 }\n"
    )
    (include / "properties" / "students.properties").write_text(PROPERTIES)
    ours = Installation._ours

    def with_a_viewer(self: Installation) -> dict[str, str]:
        passwords = home / "passwords.json"
        passwords.write_text(json.dumps({ADMIN: self.home.password("airflow_password"), VIEWER: VIEWERS_PASSWORD}))
        return ours(self) | {
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin,{VIEWER}:viewer",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        }

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("PATRON_UPDATE_INCLUDE", str(include))
        patch.setenv("PATRON_UPDATE_HOME", str(home))
        patch.setenv("PATRON_UPDATE_PORT", "18090")
        patch.setattr(Installation, "_ours", with_a_viewer)
        with running_installation(scheduled=False) as running:
            runs = JobRuns(running=running, job="students")
            runs.wait_for_dag()
            runs.pause(paused=False)
            viewer = AirflowApi(running.installation.address, VIEWER, VIEWERS_PASSWORD)
            found = Asking(running=running, viewer=viewer, runs=runs)
            found.send("7A")
            found.start("run0")
            assert found.ended("run0")[1]["counts"]["added"] == 20
            found.send("7B")
            yield found
    shutil.rmtree(home)


def test_within_the_limits_nobody_is_asked(asking):
    states, _ = asking.ended("run0")

    assert (states["approval"], states["upsert"]) == ("skipped", "success")


def test_a_run_over_a_limit_asks_with_counts_sites_and_a_link_and_a_person_may_reject_it(asking):
    asked = asking.ask("run1")

    assert asked["defaults"] == ["Reject"]
    assert "would update 20 of 20 patrons" in asked["body"]
    assert "| OAK | 0 | 20 |" in asked["body"]
    assert "/patron-update/runs/students/run1/changes.html" in asked["body"]
    assert "Surname" not in asked["body"] + asked["subject"]
    with pytest.raises(AirflowApiError) as refused:
        asking.answer("run1", "Approve", asking.viewer)
    assert refused.value.status == HTTPStatus.FORBIDDEN

    asking.answer("run1", "Reject")

    states, summary = asking.ended("run1")
    assert (states["approval"], states["upsert"], asking.rooms()) == ("success", "skipped", {"7A"})
    assert (summary["outcome"], summary["approval"]["approved"], summary["approval"]["by"]) == ("held", False, ADMIN)
    assert f"Rejected by {ADMIN} on " in summary["reasons"][0]


def test_an_approval_is_void_when_a_patron_was_changed_in_between(asking):
    asking.ask("run2")
    asking.sql("UPDATE patron_update.patron SET nickname = 'Nick' WHERE district_id = '7'")

    asking.answer("run2", "Approve")

    states, summary = asking.ended("run2")
    assert (states["upsert"], summary["outcome"], asking.rooms()) == ("failed", "held", {"7A"})
    assert summary["reasons"][0].startswith("The approval is void: ")


def test_without_an_answer_in_time_the_run_is_rejected_and_somebody_is_told(asking):
    asking.ask("run3")
    with psycopg.connect(asking.running.installation.airflow_database) as database:
        database.execute("UPDATE task_instance SET trigger_timeout = now() WHERE state = 'awaiting_input'")

    states, summary = asking.ended("run3")

    assert (states["approval"], states["upsert"], asking.rooms()) == ("failed", "upstream_failed", {"7A"})
    assert (summary["outcome"], summary["approval"]["approved"], summary["approval"]["by"]) == ("held", False, "nobody")
    assert "Rejected by nobody on " in summary["reasons"][0]
    assert "no answer came in time" in summary["reasons"][0]


def test_an_answer_that_comes_before_airflow_has_heard_that_the_asking_process_ended_counts(asking):
    asking.start("run4")
    asking.wait("run4", "approval", "running")
    with asking.scheduler_asleep():
        asking.wait("run4", "approval", "awaiting_input")
        time.sleep(SETTLING)
        asking.answer("run4", "Reject")

    states, summary = asking.ended("run4")

    approval = asking.running.api.get(f"{DAG}/run4/taskInstances/approval")
    assert approval["try_number"] == 2, "Airflow has lost the attempt that was answered"
    assert (states["approval"], states["upsert"], asking.rooms()) == ("success", "skipped", {"7A"})
    assert (summary["approval"]["approved"], summary["approval"]["by"]) == (False, ADMIN)


def test_an_approved_run_is_applied_and_a_second_answer_changes_nothing(asking):
    asking.ask("run5")

    asking.answer("run5", "Approve")

    with pytest.raises(AirflowApiError) as refused:
        asking.answer("run5", "Approve")
    assert refused.value.status == HTTPStatus.CONFLICT
    states, summary = asking.ended("run5")
    assert (states["upsert"], summary["outcome"], asking.rooms()) == ("success", "completed", {"7B"})
    assert (summary["approval"]["approved"], summary["approval"]["by"]) == (True, ADMIN)


def test_sites_on_hold_are_asked_about_by_a_run_of_their_own_once_the_others_were_updated(asking):
    job = asking.running.installation.include / "jobs" / "students.yaml"
    limits = "limits: { on_limit: hold_site, added: 100%, updated: "
    job.write_text(job.read_text() + limits + "100% }\nfile_checks: { rows: warn }\n")
    asking.send("7B", elm="7B")
    asking.start("run6")
    assert asking.ended("run6")[0]["held_sites"] == "skipped"

    job.write_text(job.read_text().replace(limits + "100%", limits + "75%"))
    asking.send("7B", elm="9X")
    asking.start("run7")

    states, summary = asking.ended("run7")
    assert (states["held_sites"], summary["outcome"], summary["held_sites"]) == ("success", "completed", ["ELM"])
    asking.wait("run7__held_sites", "approval", "awaiting_input")
    time.sleep(SETTLING)
    asked = asking.running.api.get(f"{DAG}/run7__held_sites/taskInstances/approval/-1/hitlDetails")
    assert f"These sites wait since run {summary['run_id']}: ELM." in asked["body"]
    assert "| ELM | 0 | 20 |" in asked["body"]

    asking.answer("run7__held_sites", "Approve")

    states, summary = asking.ended("run7__held_sites")
    assert (states["held_sites"], summary["outcome"], asking.rooms()) == ("skipped", "completed", {"7B", "9X"})
    assert (summary["counts"]["updated"], summary["approval"]["by"]) == (20, ADMIN)
