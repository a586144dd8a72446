"""Where an installation's things are, seen from a DAG file or a plugin file.

Airflow starts tasks in folders of its own choosing, so what the command line takes from the current folder is taken
from the project here: the folder above ``dags/`` and ``plugins/``.
"""

from __future__ import annotations

import os
from pathlib import Path

from patron_update.settings import Settings

DAG_PREFIX = "patron_update__"


def project_of(file: str | Path) -> Path:
    """Return the project that a file of its ``dags/`` or ``plugins/`` folder belongs to."""
    return Path(file).resolve().parents[1]


def settings_of(project: Path) -> Settings:
    """Read the settings; what the environment leaves open lies in the project. Raises SettingsError."""
    lies_in = {"PATRON_UPDATE_INCLUDE": project / "include", "PATRON_UPDATE_HOME": project / "var"}
    given = {name: value for name, value in os.environ.items() if value}
    return Settings.from_environment({**{name: str(path) for name, path in lies_in.items()}, **given})


def dag_id_of(job_id: str) -> str:
    """Return the id of a job's DAG."""
    return DAG_PREFIX + job_id


def job_id_of(dag_id: str) -> str:
    """Return the id of a DAG's job."""
    return dag_id.removeprefix(DAG_PREFIX)
