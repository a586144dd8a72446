from __future__ import annotations

import json
import os
import subprocess
import sys

READ = """
import json, sys, time
from airflow.dag_processing.dagbag import DagBag
began = time.process_time()
bag = DagBag(sys.argv[1])
print(json.dumps({"seconds": time.process_time() - began, "dags": len(bag.dags), "errors": bag.import_errors,
                  "modules": sorted(sys.modules)}))
"""
HEAVY = {"pandas", "numpy", "great_expectations", "duckdb", "psycopg", "asyncssh", "paramiko", "fastapi", "aiosmtplib"}
MOST_SECONDS = 4.0
"""Of processor time, for 200 job files; about 1 s on two quiet cores."""


def read(tmp_path, project, include) -> dict:
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path), "PATRON_UPDATE_INCLUDE": str(include)}
    output = subprocess.run(
        [sys.executable, "-c", READ, str(project / "dags")], env=environment, check=True, capture_output=True, text=True
    ).stdout
    return json.loads(output.splitlines()[-1])


def test_reading_the_dags_imports_nothing_heavy(tmp_path, project, include):
    found = read(tmp_path, project, include)

    assert found["dags"] == 1
    assert not HEAVY & set(found["modules"])


def test_two_hundred_job_files_are_read_in_four_seconds(tmp_path, project, include, add_job):
    for number in range(2, 201):
        add_job(f"job_{number}")
    found = read(tmp_path, project, include)

    assert (found["dags"], found["errors"]) == (200, {})
    assert found["seconds"] < MOST_SECONDS
