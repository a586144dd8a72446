"""Airflow with a home of its own and no database, as far as the plugin goes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
if "AIRFLOW_HOME" not in os.environ:  # Airflow reads these on its first import
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-test-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(PROJECT / "plugins")
os.environ["AIRFLOW__API__BASE_URL"] = "https://airflow.example.org/district"


@pytest.fixture
def project() -> Path:
    """Return the project's folder."""
    return PROJECT
