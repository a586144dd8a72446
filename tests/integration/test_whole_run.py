"""`make demo` as a user has it: the sample district through a whole Airflow, twice, and what it leaves behind."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from patron_update.domain.messages import CATALOGUE, RARE
from patron_update.embedded.postgres import EmbeddedPostgres

pytestmark = pytest.mark.airflow

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "include" / "samples"
DEMO_SECONDS = 600
UPDATES = {1: "full", 2: "incremental", 3: "full"}
JOBS = ("students", "staff", "substitutes")
RUNS = [(job, f"demo__night{night}_{job}") for night in UPDATES for job in JOBS]
FILES = ("Student Patrons.csv", "Staff Patrons.csv", "Substitutes and Volunteers.csv")
LONG_ENOUGH = 6
"""Shorter names are also words of a log."""


@pytest.fixture(scope="module")
def home():
    folder = Path(tempfile.mkdtemp(prefix="pu-demo-"))
    yield folder
    shutil.rmtree(folder)


def demo(home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PATRON_UPDATE"))
    }
    return subprocess.run(
        [sys.executable, "-P", "-m", "patron_update.embedded", "demo"],
        env={**environment, "PATRON_UPDATE_HOME": str(home), "PATRON_UPDATE_PORT": "18080"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def first(home) -> subprocess.CompletedProcess[str]:
    return demo(home)


@pytest.fixture(scope="module")
def summaries(home, first) -> dict[str, dict]:
    return {key: json.loads((home / "runs" / job / key / "summary.json").read_text("utf-8")) for job, key in RUNS}


@pytest.fixture(scope="module")
def second(home, summaries) -> subprocess.CompletedProcess[str]:
    return demo(home)


def counts(summary: dict) -> dict[str, int]:
    return {name: count for name, count in summary["counts"].items() if count}


def rows(night: int, name: str) -> list[list[str]]:
    encoding = "windows-1252" if name.startswith("Staff") else "utf-8"
    text = (SAMPLES / f"night{night}" / name).read_bytes().decode(encoding)
    return list(csv.reader(text.splitlines()))[1:]


def people() -> re.Pattern[str]:
    """Match what names somebody: a barcode, an address, a last name."""
    files = [rows(night, name) for night in (1, 2) for name in FILES]
    last_names = {row[2] for file in files for row in file if len(row) > 2 and len(row[2]) >= LONG_ENOUGH}
    names = "|".join(re.escape(name) for name in sorted(last_names))
    return re.compile(rf"[235]17[59]\d000\d{{6}}|\w@(?:springfield|mail)\.example|\b(?:{names})\b")


def test_it_ends_well(first):
    assert first.returncode == 0, first.stdout + first.stderr


def test_the_first_night_is_full_the_second_incremental_the_third_full_and_all_are_completed(summaries):
    assert [(summary["update"], summary["outcome"]) for summary in summaries.values()] == [
        (update, "completed") for update in UPDATES.values() for _ in JOBS
    ]


def test_every_message_of_the_catalogue_is_made(summaries):
    told = {message["code"] for summary in summaries.values() for message in summary["messages"]}
    assert told == set(CATALOGUE) - RARE


def test_the_numbers_are_those_of_the_sample_district(summaries):
    assert {key: counts(summary) for key, summary in summaries.items()} == {
        "demo__night1_students": {
            "read": 1505,
            "added": 1484,
            "rejected": 11,
            "skipped": 4,
            "held": 6,
        },
        "demo__night1_staff": {
            "read": 128,
            "added": 112,
            "associated": 3,
            "rejected": 6,
            "skipped": 3,
            "held": 4,
        },
        "demo__night1_substitutes": {
            "read": 48,
            "added": 37,
            "rejected": 8,
            "held": 3,
        },
        "demo__night2_students": {
            "read": 1516,
            "added": 18,
            "updated": 29,
            "unchanged": 1402,
            "transferred": 9,
            "associated": 7,
            "inactivated": 8,
            "deleted": 7,
            "rejected": 10,
            "skipped": 5,
            "held": 21,
            "missing": 10,
        },
        "demo__night2_staff": {
            "read": 127,
            "added": 1,
            "updated": 6,
            "unchanged": 97,
            "transferred": 5,
            "associated": 1,
            "inactivated": 3,
            "rejected": 7,
            "skipped": 3,
            "held": 4,
            "missing": 3,
        },
        "demo__night2_substitutes": {
            "read": 45,
            "added": 5,
            "updated": 4,
            "unchanged": 13,
            "deleted": 1,
            "rejected": 2,
            "held": 20,
            "missing": 4,
        },
        "demo__night3_students": {
            "read": 1516,
            "updated": 2,
            "unchanged": 1472,
            "rejected": 10,
            "skipped": 13,
            "held": 19,
            "missing": 9,
        },
        "demo__night3_staff": {
            "read": 127,
            "unchanged": 112,
            "rejected": 7,
            "skipped": 4,
            "held": 4,
            "missing": 3,
        },
        "demo__night3_substitutes": {
            "read": 45,
            "unchanged": 22,
            "rejected": 2,
            "skipped": 1,
            "held": 20,
            "missing": 4,
            "missing_inactivated": 4,
        },
    }


def test_it_prints_every_job_summary_and_where_it_lies(first, summaries, home):
    for job, key in RUNS:
        for name in ("summary.html", "summary.json", "summary.csv"):
            assert str(home / "runs" / job / key / name) in first.stdout
    assert "read 1,505   added 1,484" in first.stdout
    assert "read 1,516   added 18   updated 29" in first.stdout


def test_no_process_is_left(home, first):
    left = []
    for process in psutil.process_iter(["cmdline", "environ", "status"]):
        ours = (process.info["environ"] or {}).get("PATRON_UPDATE_HOME") == str(home)
        if (ours or str(home) in " ".join(process.info["cmdline"] or [])) and process.info["status"] != "zombie":
            left.append(process)

    assert left == []


def test_the_database_server_can_reach_its_data_to_the_very_end(home, first):
    assert "PANIC" not in (home / "postgres" / "server.log").read_text("utf-8")


def test_everything_in_the_home_is_private(home, first):
    for folder in ("airflow", "drop", "logs", "postgres", "runs", "secrets"):
        assert (home / folder).stat().st_mode & 0o077 == 0, folder


def test_no_patron_stands_in_a_log(home, summaries):
    person = people()
    logs = [path for folder in ("logs", "airflow") for path in sorted((home / folder).rglob("*")) if path.is_file()]
    found = {}
    for path in [*logs, home / "postgres" / "server.log"]:
        if hit := person.search(path.read_text("utf-8", "replace")):
            found[str(path.relative_to(home))] = hit[0]

    assert len(logs) > len(RUNS) * 8
    assert found == {}


def test_no_patron_stands_in_airflows_database(home, summaries):
    person, found, looked_at = people(), {}, 0
    with EmbeddedPostgres(home / "postgres") as postgres, psycopg.connect(postgres.database("airflow")) as airflow:
        tables = airflow.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in sorted(tables):
            for (line,) in airflow.execute(f'SELECT t::text FROM "{table}" AS t'):  # noqa: S608 - Airflow's own names
                looked_at += 1
                if hit := person.search(line):
                    found[table] = hit[0]

    assert looked_at > 100
    assert found == {}


def test_it_can_be_played_again_from_what_is_there_with_the_same_numbers(home, second, summaries):
    assert second.returncode == 0, second.stdout + second.stderr
    assert "Airflow makes its tables" not in second.stdout
    for job, key in RUNS:
        again = json.loads((home / "runs" / job / key / "summary.json").read_text("utf-8"))
        assert again["started"] != summaries[key]["started"]
        assert counts(again) == counts(summaries[key])
