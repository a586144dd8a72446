"""Reads the DAG file as Airflow's dag-processor does, without a database and with an Airflow home of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sample_job import PROJECT, STUDENTS

if "AIRFLOW_HOME" not in os.environ:  # Airflow reads these on its first import
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-test-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(PROJECT / "plugins")
os.environ["AIRFLOW__API__BASE_URL"] = "https://airflow.example.org/district"

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an include folder with one sound job, ``students``."""
    include = tmp_path / "include"
    (include / "jobs").mkdir(parents=True)
    (include / "jobs" / "students.yaml").write_text(STUDENTS)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(include))
    return include


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
