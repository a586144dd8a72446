"""One run of one job through Airflow's API: start it, follow it, and tell why it failed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from patron_update.embedded.airflow_api import AirflowApiError
from patron_update.embedded.progress import say, step
from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from datetime import datetime

    from patron_update.embedded.launcher import Running

DAG_SECONDS, RUN_SECONDS, LOOK_SECONDS = 120.0, 600.0, 0.5
SETTLING_SECONDS = 10.0
"""After that Airflow has surely heard that a process which began to wait has ended."""
LAST_LINES = 15
ENDED = {"success", "failed"}
SETTLED = {"success", "failed", "upstream_failed", "skipped", "removed"}


class RunFailedError(PatronUpdateError):
    """A run did not end in success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRuns:
    """The runs of one job's DAG."""

    running: Running
    job: str

    @property
    def _dag(self) -> str:
        return f"/dags/patron_update__{quote(self.job)}"

    def wait_for_dag(self) -> None:
        """Wait until Airflow has read the DAG. Raises PatronUpdateError with Airflow's own reason when it cannot."""
        with step(f"Airflow reads the job {self.job}") as alive:
            deadline = time.monotonic() + DAG_SECONDS
            while not self._is_there():
                self.running.processes.check()
                if time.monotonic() > deadline:
                    raise PatronUpdateError(
                        f"Airflow shows no job {self.job!r} after {DAG_SECONDS:.0f} s. {self._import_errors()}"
                    )
                alive("waiting for the dag-processor")
                time.sleep(LOOK_SECONDS)

    def pause(self, *, paused: bool) -> None:
        """Switch the job's schedule off or on; a paused job runs nothing at all."""
        self.running.api.patch(self._dag, {"is_paused": paused})

    def forget(self, prefix: str) -> None:
        """Delete the runs whose ids begin with ``prefix``, those too in whose middle a launcher was ended."""
        found = self.running.api.get(f"{self._dag}/dagRuns?limit=1000")["dag_runs"]
        ours = [run["dag_run_id"] for run in found if run["dag_run_id"].startswith(prefix)]
        for run_id in ours:
            if self._state(run_id) not in ENDED:
                self._break_off(run_id)
            self.running.api.delete(self._run(run_id))

    def _break_off(self, run_id: str) -> None:
        """Fail a run and wait until it has ended: its teardown, the report, still runs, and only while it may."""
        with step(f"the run {run_id}, which was interrupted, is broken off") as alive:
            self.running.api.patch(self._run(run_id), {"state": "failed"})
            self.pause(paused=False)
            deadline = time.monotonic() + RUN_SECONDS
            while self._state(run_id) not in ENDED and time.monotonic() < deadline:
                self.running.processes.check()
                alive("waiting for its report")
                time.sleep(LOOK_SECONDS)
            self.pause(paused=True)

    def _run(self, run_id: str) -> str:
        return f"{self._dag}/dagRuns/{quote(run_id, safe='')}"

    def _state(self, run_id: str) -> str:
        return str(self.running.api.get(self._run(run_id))["state"])

    def start(self, run_id: str, logical_date: datetime) -> None:
        """Start a run that stands for ``logical_date``. Raises AirflowApiError (409) when that moment has one."""
        self.running.api.post(
            f"{self._dag}/dagRuns",
            {"dag_run_id": run_id, "logical_date": logical_date.isoformat(), "note": "started by make demo / make up"},
        )

    def follow(self, run_id: str) -> None:
        """Show the run's tasks as they settle; return when it succeeded, raise RunFailedError when not."""
        shown: set[str] = set()
        deadline = time.monotonic() + RUN_SECONDS
        while True:
            self.running.processes.check()
            state = self._state(run_id)
            tasks = self._tasks(run_id)
            _show(tasks, shown)
            if state == "success":
                return
            if state == "failed":
                raise RunFailedError(self._why(run_id, tasks))
            if time.monotonic() > deadline:
                waiting = [task["task_id"] for task in tasks if task["state"] not in SETTLED]
                raise RunFailedError(
                    f"{self.job} has not ended after {RUN_SECONDS:.0f} s; it stands at {', '.join(waiting)}. Logs: "
                    f"{self.running.installation.home.airflow / 'logs'}"
                )
            time.sleep(LOOK_SECONDS)

    def reject_what_waits(self, run_id: str) -> None:
        """Reject, as a person would, what a run of its own asks about the sites that ``run_id`` has left on hold."""
        found = self.running.api.get(f"{self._dag}/dagRuns?limit=1000")["dag_runs"]
        for asking in [run["dag_run_id"] for run in found if run["dag_run_id"].startswith(f"{run_id}__")]:
            question = f"{self._run(asking)}/taskInstances/approval"
            with step(f"the run {asking} asks about sites on hold: Reject, under Required Actions") as alive:
                deadline = time.monotonic() + RUN_SECONDS
                while self.running.api.get(question)["state"] not in {"awaiting_input", *SETTLED}:
                    self.running.processes.check()
                    if time.monotonic() > deadline:
                        raise RunFailedError(f"The run {asking} of {self.job} has not asked after {RUN_SECONDS:.0f} s.")
                    alive("waiting for the question")
                    time.sleep(LOOK_SECONDS)
                time.sleep(SETTLING_SECONDS)
                self.running.api.patch(f"{question}/-1/hitlDetails", {"chosen_options": ["Reject"], "params_input": {}})
            self.follow(asking)

    def _tasks(self, run_id: str) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.running.api.get(f"{self._run(run_id)}/taskInstances")["task_instances"]
        return sorted(tasks, key=lambda task: (task["end_date"] or "~", task["task_id"]))

    def _why(self, run_id: str, tasks: list[dict[str, Any]]) -> str:
        """Name the tasks that failed, each with the end of its log and where that lies."""
        home = self.running.installation.home
        logs = home.airflow / "logs" / f"dag_id=patron_update__{self.job}" / f"run_id={run_id}"
        lines = [f"The run {run_id} of {self.job} failed."]
        for task in tasks:
            if task["state"] == "failed":
                lines.append(f"  {task['task_id']} failed; its log lies in {logs / ('task_id=' + task['task_id'])}")
                lines += [f"    {line}" for line in self._errors(run_id, task)]
        return "\n".join(lines)

    def _errors(self, run_id: str, task: dict[str, Any]) -> list[str]:
        path = f"{self._run(run_id)}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        try:
            entries = self.running.api.get(f"{path}?full_content=true")["content"]
        except AirflowApiError as error:
            return [str(error)]
        errors = [entry for entry in entries if isinstance(entry, dict) and entry.get("level") in {"error", "critical"}]
        return [line for entry in errors for line in _reasons(entry)][-LAST_LINES:]

    def _is_there(self) -> bool:
        try:
            self.running.api.get(self._dag)
        except AirflowApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    def _import_errors(self) -> str:
        errors = self.running.api.get("/importErrors")["import_errors"]
        if not errors:
            return f"Look into {self.running.processes.log('dag-processor')}."
        return "A DAG file cannot be read:\n" + "\n".join(f"{e['filename']}:\n{e['stack_trace']}" for e in errors)


def _show(tasks: list[dict[str, Any]], shown: set[str]) -> None:
    for task in tasks:
        if task["state"] in SETTLED and task["task_id"] not in shown:
            shown.add(task["task_id"])
            say(f"             {task['task_id']:<20} {task['state']:<8} {task['duration'] or 0:5.1f} s")


def _reasons(entry: dict[str, Any]) -> list[str]:
    found = [f"{e.get('exc_type', '')}: {e.get('exc_value', '')}" for e in entry.get("error_detail") or []]
    return [*str(entry.get("event", "")).splitlines(), *found]
