"""The sample district's two nights and the Full update after them: every message that there is, is given."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from patron_update.cli import main
from patron_update.domain.messages import CATALOGUE, RARE
from patron_update.embedded import library
from patron_update.embedded.sftp import SampleSftpServer

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "include" / "samples"
JOBS = ("students", "staff", "substitutes")
NIGHTS = ((1, "night1", "2026-08-29T02:15"), (2, "night2", "2026-08-31T02:15"), (3, "night2", "2026-09-05T02:15"))


@pytest.fixture
def summaries(tmp_path, capsys, monkeypatch, database_url):
    drop = tmp_path / "drop" / "patrons"
    drop.mkdir(parents=True)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(PROJECT / "include"))
    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", database_url)
    found = {}

    def command(*arguments: str) -> str:
        capsys.readouterr()
        assert main(list(arguments)) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    with SampleSftpServer(tmp_path / "drop", "sis", "secret", tmp_path / "host_key") as server:
        monkeypatch.setenv("AIRFLOW_CONN_SPRINGFIELD_SIS", server.connection)
        for night, folder, at in NIGHTS:
            library.work(SAMPLES, night, database_url, command)
            shutil.copytree(SAMPLES / folder, drop, dirs_exist_ok=True)
            for job in JOBS:
                found[night, job] = json.loads(command("run", job, "--at", at, "--json"))
    return found


def test_night_one_is_full_night_two_incremental_and_every_kind_of_exception_occurs(summaries):
    assert {key: summary["update"] for key, summary in summaries.items()} == {
        (night, job): update for night, update in ((1, "full"), (2, "incremental"), (3, "full")) for job in JOBS
    }
    told = {message["code"] for summary in summaries.values() for message in summary["messages"]}
    assert told == set(CATALOGUE) - RARE
    assert not any(summary["causes"] for summary in summaries.values()), "these nights are as any"
    second = summaries[2, "students"]["counts"]
    assert second["unchanged"] > 1400
    assert min(second[name] for name in ("added", "updated", "transferred", "rejected", "held", "missing")) > 0
