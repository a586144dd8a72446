"""Airflow's configuration for the embedded installation: environment variables only, no file to edit."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.embedded.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patron_update.embedded.home import Home

ADMIN = "admin"
KEPT = ("AIRFLOW_CONN_", "AIRFLOW_VAR_")
DROPPED = ("AIRFLOW", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where the parts of one embedded installation are."""

    project: Path
    """The folder that holds dags/ and plugins/."""
    include: Path
    home: Home
    port: int
    """Of Airflow's UI and API."""
    airflow_database: str
    patron_database: str
    scheduled: bool = True
    """Whether jobs also run by their own week: a slot that is just due would run between the nights of the demo."""

    @property
    def address(self) -> str:
        """Return the address of Airflow's UI."""
        return f"http://{HOST}:{self.port}"

    def environment(self, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Return what every process gets: the caller's environment without its own Airflow settings, and ours."""
        kept = {name: value for name, value in outer.items() if name.startswith(KEPT) or not name.startswith(DROPPED)}
        no_proxy = ",".join(filter(None, [outer.get("NO_PROXY") or outer.get("no_proxy"), HOST, "localhost"]))
        return kept | self._ours() | {"NO_PROXY": no_proxy, "no_proxy": no_proxy}

    def _ours(self) -> dict[str, str]:
        airflow = {
            "CORE__DAGS_FOLDER": str(self.project / "dags"),
            "CORE__PLUGINS_FOLDER": str(self.project / "plugins"),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": "LocalExecutor",
            # By default 32 idle workers are forked, which take 1.5 GiB.
            "CORE__PARALLELISM": "4",
            "CORE__EXECUTION_API_SERVER_URL": f"{self.address}/execution/",
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home.airflow_passwords(ADMIN)),
            "CORE__FERNET_KEY": self.home.key("fernet_key"),
            "DATABASE__SQL_ALCHEMY_CONN": self.airflow_database.replace("postgresql://", "postgresql+psycopg2://"),
            "DATABASE__SQL_ALCHEMY_CONN_ASYNC": self.airflow_database.replace("postgresql://", "postgresql+asyncpg://"),
            "API__HOST": HOST,
            "API__PORT": str(self.port),
            "API__BASE_URL": self.address,
            "API__WORKERS": "1",
            "API__SECRET_KEY": self.home.key("api_secret"),
            "API_AUTH__JWT_SECRET": self.home.key("jwt_secret"),
            "SCHEDULER__USE_JOB_SCHEDULE": str(self.scheduled),
            # A task costs 0.85 s of scheduling instead of 1 s.
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            # How long Airflow may take to see that a task's process has ended (5 s by default). A task that was put off
            # and comes back before that is failed: "state attribute is queued".
            "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
            # Logs lie in one folder that every process reads: nobody serves them, no port is open for it.
            "LOGGING__BASE_LOG_FOLDER": str(self.home.airflow / "logs"),
            "LOGGING__COLORED_CONSOLE_LOG": "False",
        }
        return {f"AIRFLOW__{name}": value for name, value in airflow.items()} | {
            "AIRFLOW_HOME": str(self.home.airflow),
            "PATRON_UPDATE_HOME": str(self.home.folder),
            "PATRON_UPDATE_INCLUDE": str(self.include),
            "PATRON_UPDATE_DATABASE_URL": self.patron_database,
            # Nobody is told that this runs.
            "GX_ANALYTICS_ENABLED": "false",
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
            "PYTHONUNBUFFERED": "1",
        }
