"""Reads the DAG file as Airflow's dag-processor does, without a database and with an Airflow home of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

PROJECT = Path(__file__).parents[2]
if "AIRFLOW_HOME" not in os.environ:  # Airflow reads these on its first import
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-test-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(PROJECT / "plugins")
os.environ["AIRFLOW__API__BASE_URL"] = "https://airflow.example.org/district"

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

STUDENTS = """\
name: Students
source:
  sftp: { connection: sis, path: /patrons, file: Students.csv }
properties: students.properties
schedule:
  time: "02:15"
  timezone: America/Chicago
  monday: incremental
  friday: incremental
  saturday: full
"""


@pytest.fixture(scope="session", autouse=True)
def airflow_imported() -> None:
    """Import Airflow before any test listens to logs: its first import sets logging up anew."""
    import patron_update.airflow.failures  # noqa: F401


@pytest.fixture
def project() -> Path:
    """Return the project's folder."""
    return PROJECT


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an include folder with one sound job, ``students``."""
    include = tmp_path / "include"
    (include / "jobs").mkdir(parents=True)
    (include / "jobs" / "students.yaml").write_text(STUDENTS)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(include))
    return include


@pytest.fixture
def add_job(include: Path) -> Callable[[str], None]:
    """Return what adds a sound job to the include folder."""

    def add(job_id: str) -> None:
        (include / "jobs" / f"{job_id}.yaml").write_text(STUDENTS.replace("name: Students", f"name: {job_id}"))

    return add


@pytest.fixture
def read_dags(include: Path) -> Callable[[], DagBag]:
    """Return what reads the project's DAG file over the include folder."""

    def read() -> DagBag:
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(PROJECT / "dags")
        assert bag.import_errors == {}
        return bag

    return read


@pytest.fixture
def students(read_dags: Callable[[], DagBag]) -> DAG:
    """Return the DAG of the job ``students``."""
    return read_dags().dags["patron_update__students"]


@pytest.fixture
def with_job(include: Path, read_dags: Callable[[], DagBag]) -> Callable[[str], DAG]:
    """Return what gives the DAG of the job file ``students.yaml`` with lines added to it."""

    def build(lines: str) -> DAG:
        (include / "jobs" / "students.yaml").write_text(STUDENTS + lines)
        return read_dags().dags["patron_update__students"]

    return build
