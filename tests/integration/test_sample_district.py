"""The sample district's two nights: every message that its jobs can give is given."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from patron_update.cli import main
from patron_update.embedded.sample_cases import EXCEPTIONS
from patron_update.embedded.sftp import SampleSftpServer

PROJECT = Path(__file__).parents[2]
NIGHTS = (("night1", "2026-08-29T02:15"), ("night2", "2026-08-31T02:15"))


@pytest.fixture
def summaries(tmp_path, capsys, monkeypatch, database_url):
    drop = tmp_path / "drop" / "patrons"
    drop.mkdir(parents=True)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(PROJECT / "include"))
    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", database_url)
    found = {}
    with SampleSftpServer(tmp_path / "drop", "sis", "secret", tmp_path / "host_key") as server:
        monkeypatch.setenv("AIRFLOW_CONN_SPRINGFIELD_SIS", server.connection)
        for night, at in NIGHTS:
            shutil.copytree(PROJECT / "include" / "samples" / night, drop, dirs_exist_ok=True)
            for job in ("students", "staff"):
                capsys.readouterr()
                assert main(["run", job, "--at", at, "--json"]) == 0
                found[night, job] = json.loads(capsys.readouterr().out)
    return found


def test_night_one_is_full_night_two_incremental_and_every_kind_of_exception_occurs(summaries):
    assert {key: summary["update"] for key, summary in summaries.items()} == {
        ("night1", "students"): "full",
        ("night1", "staff"): "full",
        ("night2", "students"): "incremental",
        ("night2", "staff"): "incremental",
    }
    told = {message["code"] for summary in summaries.values() for message in summary["messages"]}
    assert told == set(EXCEPTIONS)
    second = summaries["night2", "students"]["counts"]
    assert second["unchanged"] > 1400
    assert min(second[name] for name in ("added", "updated", "transferred", "rejected", "held", "missing")) > 0
