"""The sample district's two nights through a real Airflow, and what ``make up`` adds: staying."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from patron_update.embedded.airflow_api import AirflowApiError
from patron_update.embedded.airflow_settings import ADMIN
from patron_update.embedded.dag_runs import JobRuns, RunFailedError
from patron_update.embedded.drop import night_folder, put_night
from patron_update.embedded.fresh_start import PREFIX, all_runs, begin_anew
from patron_update.embedded.launcher import folders, running_installation
from patron_update.embedded.nights import NIGHTS, WEEKS_BACK, slot
from patron_update.embedded.progress import heading, say, shown
from patron_update.jobs.load import load_job

if TYPE_CHECKING:
    from patron_update.embedded.launcher import Running
    from patron_update.embedded.nights import Night

JOBS = ("students", "staff")
LOOK_SECONDS = 1.0


def demo() -> int:
    """Play the two nights from an empty store, then end everything."""
    _, include, _ = folders()
    for night in NIGHTS:
        night_folder(include, night.number)
    with running_installation(before=begin_anew) as running:
        play(running)
        for job in JOBS:
            JobRuns(running=running, job=job).pause(paused=True)
    say("The demo has ended well; no process is left. `make up` starts the same with Airflow's pages, and stays.")
    return 0


def up() -> int:
    """Play the two nights if this home has seen no run yet, then stay until somebody ends it."""
    with running_installation() as running:
        home = running.installation.home
        if all_runs(running.installation.patron_database):
            for job in JOBS:
                JobRuns(running=running, job=job).wait_for_dag()
        else:
            play(running)
        heading("Airflow is up")
        say(f"  address    {running.installation.address}")
        say(f"  log-in     {ADMIN}")
        say(f"  password   {home.password('airflow_password')}")
        say(f"  logs       {shown(home.logs)}")
        say(f"  files      what lies in {shown(home.drop)} is what the sample SFTP server serves")
        say(f"  its log-in for the command line: {shown(home.secrets / 'sftp.env')}")
        say("\nJobs that are switched on there run as scheduled while this stays. Ctrl-C ends everything.")
        while True:
            running.processes.check()
            time.sleep(LOOK_SECONDS)


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
    """Run both jobs in both nights and show each Job Summary. Raises RunFailedError at the first that goes wrong."""
    runs = [JobRuns(running=running, job=job) for job in JOBS]
    for each in runs:
        each.wait_for_dag()
        each.pause(paused=True)
        each.forget(PREFIX)
        each.pause(paused=False)
    for night in NIGHTS:
        heading(f"Night {night.number}, {night.name}: {night.update.value} update")
        put_night(running.installation.include, running.installation.home, night.number)
        for each in runs:
            _play_job(each, night)


def _play_job(runs: JobRuns, night: Night) -> None:
    run_id = f"{PREFIX}night{night.number}_{runs.job}"
    at = _start(runs, run_id, night)
    say(f"[job {runs.job}] run {run_id} for {at:%A %Y-%m-%d %H:%M %Z}")
    runs.follow(run_id)
    _show_summary(runs, run_id, night)


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
    printed = subprocess.run(
        [sys.executable, "-P", "-m", "patron_update.cli", "summary", run_id, "--format", "text"],
        env=installation.environment(), capture_output=True, text=True, check=False, cwd=installation.project,
    )  # fmt: skip
    if printed.returncode:
        raise RunFailedError(f"`patron-update summary {run_id}` failed: {printed.stderr.strip()}")
    say("\n" + printed.stdout.rstrip())
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
