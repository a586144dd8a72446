"""The sample district's nights through a real Airflow, and what ``make up`` adds: staying."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from patron_update.embedded import library
from patron_update.embedded.airflow_api import AirflowApiError
from patron_update.embedded.airflow_settings import ADMIN
from patron_update.embedded.dag_runs import JobRuns, RunFailedError
from patron_update.embedded.drop import night_folder, put_night
from patron_update.embedded.fresh_start import DATABASE, PREFIX, begin_anew, foreign_runs
from patron_update.embedded.launcher import by_command_line, folders, running_installation
from patron_update.embedded.nights import NIGHTS, WEEKS_BACK, slot
from patron_update.embedded.progress import heading, say, shown, step
from patron_update.jobs.load import load_job

if TYPE_CHECKING:
    from patron_update.embedded.home import Home
    from patron_update.embedded.launcher import Running
    from patron_update.embedded.nights import Night
    from patron_update.embedded.postgres import EmbeddedPostgres

GROUPS = (("students",), ("staff", "substitutes"))
"""The jobs of a night, one group after the other: staff and substitutes have nobody in common and run side by side."""
JOBS = tuple(job for group in GROUPS for job in group)
LOOK_SECONDS = 1.0


def demo() -> int:
    """Play the nights from an empty store, then end everything."""
    _, include, _ = folders()
    for night in NIGHTS:
        night_folder(include, night.files)
    with running_installation(before=begin_anew, scheduled=False) as running:
        play(running)
        for job in JOBS:
            JobRuns(running=running, job=job).pause(paused=True)
    say("The demo has ended well; no process is left. `make up` starts the same with Airflow's pages, and stays.")
    return 0


def up() -> int:
    """Play the nights if this home has never seen them to their end, then stay until somebody ends it."""
    nights_are_due = False

    def look(home: Home, postgres: EmbeddedPostgres) -> None:
        nonlocal nights_are_due
        played = home.runs / JOBS[-1] / _run_id(NIGHTS[-1], JOBS[-1]) / "summary.json"
        nights_are_due = not played.exists() and not foreign_runs(postgres.database(DATABASE))
        if nights_are_due:
            begin_anew(home, postgres)

    with running_installation(before=look) as running:
        if nights_are_due:
            play(running)
        _say_where(running)
        while True:
            running.processes.check()
            time.sleep(LOOK_SECONDS)


def _say_where(running: Running) -> None:
    home = running.installation.home
    heading("Airflow is up")
    say(f"  address    {running.installation.address}")
    say(f"  log-in     {ADMIN}")
    say(f"  password   {home.password('airflow_password')}")
    for dag in running.api.get("/dags?limit=1000&order_by=dag_id")["dags"]:
        schedule = "off; the switch beside its name turns it on" if dag["is_paused"] else "on"
        say(f"  job        {dag['dag_display_name']}: its schedule is {schedule}")
    say(f"  logs       {shown(home.logs)}")
    say(f"  files      the sample SFTP server serves {shown(home.drop)}")
    say(f"             its log-in for the command line lies in {shown(home.secrets / 'sftp.env')}")
    say("\nCtrl-C ends everything.")


def clean() -> int:
    """Throw away everything that ``demo`` and ``up`` have made. Raises SettingsError while one of them runs."""
    _, _, home = folders()
    if home.folder.exists():
        with home.alone():
            say(
                f"Everything of the embedded installation in {shown(home.folder)} is thrown away, its patrons included."
            )
            home.throw_away()
    return 0


def play(running: Running) -> None:
    """Run every job in every night and show each Job Summary. Raises RunFailedError at the first that goes wrong."""
    runs = {job: JobRuns(running=running, job=job) for job in JOBS}
    for each in runs.values():
        each.wait_for_dag()
        each.pause(paused=True)
        each.forget(PREFIX)
        each.pause(paused=False)
    for night in NIGHTS:
        heading(f"Night {night.number}, {night.name}: {night.update.value} update")
        _play_library(running, night)
        put_night(running.installation.include, running.installation.home, night.files)
        for group in GROUPS:
            _play_jobs([runs[job] for job in group], night)


def _play_library(running: Running, night: Night) -> None:
    """Let the library's own people do what they do before the night."""
    installation = running.installation
    if night is not NIGHTS[0]:
        with step("since the last night the library's people have been at work"):
            command = partial(by_command_line, installation)
            done = library.work(installation.include / "samples", night.number, installation.patron_database, command)
            say(f"             {done}")


def _run_id(night: Night, job: str) -> str:
    return f"{PREFIX}night{night.number}_{job}"


def _play_jobs(group: list[JobRuns], night: Night) -> None:
    """Start the jobs of a group together, then follow one after the other."""
    started = [_start(each, _run_id(night, each.job), night) for each in group]
    for runs, at in zip(group, started, strict=True):
        run_id = _run_id(night, runs.job)
        say(f"[job {runs.job}] run {run_id} for {at:%A %Y-%m-%d %H:%M %Z}")
        runs.follow(run_id)
        _show_summary(runs, run_id, night)
        runs.reject_what_waits(run_id)


def _start(runs: JobRuns, run_id: str, night: Night) -> datetime:
    """Start the run in the latest such night that has no run yet: a scheduled run may have taken one."""
    week = load_job(runs.running.installation.include, runs.job).schedule.week
    for weeks_back in range(WEEKS_BACK):
        at = slot(week, night, datetime.now(UTC), weeks_back)
        try:
            runs.start(run_id, at)
        except AirflowApiError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
        else:
            return at
    raise RunFailedError(f"The last {WEEKS_BACK} weeks all have runs of {runs.job}: `make clean` begins anew.")


def _show_summary(runs: JobRuns, run_id: str, night: Night) -> None:
    """Print the Job Summary as the command line gives it, and hold it against what the night should bring."""
    installation = runs.running.installation
    folder = installation.home.runs / runs.job / run_id
    say("\n" + by_command_line(installation, "summary", run_id, "--format", "text").rstrip())
    for form, name in (("page", "summary.html"), ("JSON", "summary.json"), ("CSV", "summary.csv")):
        say(f"  as {form:<4} {shown(folder / name)}")
    say()
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    found = (summary["outcome"], summary["update"])
    if found != ("completed", night.update.value):
        raise RunFailedError(
            f"The run {run_id} of {runs.job} should be a completed {night.update.value} update; its Job Summary says "
            f"{' '.join(found)}. See {folder / 'summary.html'}"
        )
