"""Start a whole installation on this machine, and end every part of it again however the launcher ends."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from patron_update.embedded.airflow_api import AirflowApi
from patron_update.embedded.airflow_settings import ADMIN, Installation
from patron_update.embedded.drop import drop_server
from patron_update.embedded.home import Home
from patron_update.embedded.ports import free_port
from patron_update.embedded.postgres import EmbeddedPostgres
from patron_update.embedded.processes import Processes, last_lines
from patron_update.embedded.progress import say, shown, step
from patron_update.errors import PatronUpdateError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPONENTS = {
    "api-server": ["api-server"],
    # Their log servers would listen on every address of the machine; nobody needs them where all share one folder.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
AIRFLOW = (sys.executable, "-P", "-m", "airflow")
UI_PORT, SFTP_PORT = 8080, 2222
READY_SECONDS, MIGRATE_SECONDS = 240.0, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An installation that runs."""

    installation: Installation
    api: AirflowApi
    processes: Processes


def folders() -> tuple[Path, Path, Home]:
    """Return project, include folder and home, from the current folder and the environment."""
    project = Path.cwd()
    if not (project / "dags").is_dir():
        raise SettingsError(f"There is no dags folder in {project}: change to the project's folder.")
    include = Path(os.environ.get("PATRON_UPDATE_INCLUDE") or "include").absolute()
    if not include.is_dir():
        raise SettingsError(f"There is no include folder {include}: set PATRON_UPDATE_INCLUDE to the one with jobs/.")
    return project, include, Home(Path(os.environ.get("PATRON_UPDATE_HOME") or "var").absolute())


@contextmanager
def running_installation(
    before: Callable[[Home, EmbeddedPostgres], None] | None = None, *, scheduled: bool = True
) -> Iterator[Running]:
    """Run PostgreSQL, the sample SFTP server and Airflow while the context lasts.

    ``before`` is called when PostgreSQL is up and nothing else is. ``scheduled``: jobs also run by their own week.
    """
    project, include, home = folders()
    home.prepare()
    if os.environ.get("PATRON_UPDATE_DATABASE_URL"):
        say("             PATRON_UPDATE_DATABASE_URL is set and not used: this command runs on its own PostgreSQL")
    with ExitStack() as stack:
        stack.enter_context(home.alone())
        with step(f"PostgreSQL starts, its data in {shown(home.postgres)}"):
            postgres = stack.enter_context(EmbeddedPostgres(home.postgres))
        if before:
            before(home, postgres)
        installation = Installation(
            project=project,
            include=include,
            home=home,
            port=_port("Airflow's UI", int(os.environ.get("PATRON_UPDATE_PORT") or UI_PORT)),
            airflow_database=postgres.database("airflow"),
            patron_database=postgres.database("patrons"),
            scheduled=scheduled,
        )
        _make_airflow_database(installation)
        with step("the patron database has this version's tables, or gets them now"):
            by_command_line(installation, "migrate")
        with step(f"the sample SFTP server starts; it serves {shown(home.drop)}"):
            connection = stack.enter_context(drop_server(home, _port("the sample SFTP server", SFTP_PORT)))
        processes = stack.enter_context(Processes(home.logs, installation.environment()))
        stack.callback(say, "\nEverything that was started is being ended …")
        api = AirflowApi(installation.address, ADMIN, home.password("airflow_password"))
        _start_airflow(processes, api)
        api.put_connection(connection)
        yield Running(installation=installation, api=api, processes=processes)


def by_command_line(installation: Installation, *arguments: str) -> str:
    """Return what ``patron-update`` prints. Raises PatronUpdateError with its words when it does not end well."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "patron_update.cli", *arguments],
        env=installation.environment(), capture_output=True, text=True, check=False, cwd=installation.project,
    )  # fmt: skip
    if done.returncode:
        raise PatronUpdateError(f"`patron-update {' '.join(arguments)}` failed: {done.stderr.strip()}")
    return done.stdout


def _port(what: str, wanted: int) -> int:
    port = free_port(wanted)
    if port != wanted:
        say(f"             port {wanted} is taken: {what} gets {port}")
    return port


def _make_airflow_database(installation: Installation) -> None:
    """Let Airflow make or migrate its own tables, unless this version of Airflow has done so before."""
    version = importlib.metadata.version("apache-airflow-core")
    stamp = installation.home.airflow / f"migrated-{version}"
    with psycopg.connect(installation.airflow_database) as database:
        found = database.execute("SELECT to_regclass('alembic_version')").fetchone()
    if stamp.exists() and found and found[0]:
        return
    log = installation.home.logs / "db-migrate.log"
    with step(f"Airflow makes its tables (first start only; log: {shown(log)})") as alive, log.open("wb") as output:
        migration = subprocess.Popen(
            [*AIRFLOW, "db", "migrate"], stdout=output, stderr=subprocess.STDOUT, env=installation.environment()
        )
        try:
            while migration.poll() is None:
                time.sleep(0.2)
                alive("airflow db migrate")
        finally:
            migration.kill()
    if migration.returncode:
        raise PatronUpdateError(f"airflow db migrate failed. Its last lines, from {shown(log)}:\n{last_lines(log)}")
    stamp.touch()


def _start_airflow(processes: Processes, api: AirflowApi) -> None:
    with step("Airflow starts: api-server, scheduler, dag-processor, triggerer") as alive:
        for name, arguments in COMPONENTS.items():
            processes.start(name, *AIRFLOW, *arguments)
        deadline = time.monotonic() + READY_SECONDS
        while waiting := api.unhealthy():
            processes.check()
            if time.monotonic() > deadline:
                raise PatronUpdateError(
                    f"Airflow is not up after {READY_SECONDS:.0f} s; still waiting for {', '.join(waiting)}. Look into "
                    f"{processes.log(waiting[0].replace('_', '-')).parent}."
                )
            alive(f"waiting for {', '.join(waiting)}")
            time.sleep(0.3)
