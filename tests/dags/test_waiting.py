from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from patron_update.embedded.sftp import SampleSftpServer

FILE, SECRET = "Student Patrons.csv", "p4ss, wörd"
NOW = datetime.now(UTC)


@pytest.fixture
def drop(tmp_path):
    folder = tmp_path / "drop" / "patrons"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def server(tmp_path, drop, monkeypatch):
    with SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as running:
        monkeypatch.setenv("AIRFLOW_CONN_SIS", running.connection)
        yield running


@pytest.fixture
def connection(server, monkeypatch):
    """Return what changes the fields of the connection."""

    def change(**fields) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_SIS", json.dumps(json.loads(server.connection) | fields))

    return change


def wait(seconds: float = 5.0, during=None, **changes) -> dict:
    """Wait as the triggerer does: from the stored form of the trigger, in an event loop; return the event's payload."""
    from patron_update.airflow.triggers import FileTrigger

    settings = {
        "connection": "sis",
        "folder": "/patrons",
        "file": FILE,
        "poll_seconds": 0.05,
        "quiet_looks": 2,
        "fresh_after": None,
        "deadline": (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(),
    }
    path, stored = FileTrigger(**settings | changes).serialize()
    assert path == "patron_update.airflow.triggers.FileTrigger"

    async def first_event() -> dict:
        acting = asyncio.create_task(during()) if during else None
        async for event in FileTrigger(**json.loads(json.dumps(stored))).run():
            if acting:
                await acting
            return event.payload
        raise AssertionError("the trigger ended without an event")

    return asyncio.run(first_event())


def test_a_file_that_is_there_is_handed_on_with_name_size_and_time(server, drop):
    (drop / FILE).write_bytes(b"a,b\r\n1,2\r\n")
    os.utime(drop / FILE, (1_780_000_000, 1_780_000_000))

    assert wait() == {"name": FILE, "size": 10, "modified": "2026-05-28T20:26:40+00:00"}


def test_the_whole_wait_is_one_log_in(server, drop):
    async def upload() -> None:
        await asyncio.sleep(0.4)
        (drop / FILE).write_bytes(b"late")

    assert wait(during=upload)["size"] == 4
    assert server.log_ins == 1


def test_a_file_still_being_uploaded_is_waited_for(server, drop):
    async def upload() -> None:
        with (drop / FILE).open("wb", buffering=0) as file:
            for _ in range(40):
                file.write(b"x" * 100)
                await asyncio.sleep(0.02)

    assert wait(during=upload, quiet_looks=4)["size"] == 4000


def test_a_missing_file_fails_at_the_deadline_and_says_what_was_seen(server):
    failed = wait(seconds=0.3)["failed"]

    assert "'Student Patrons.csv' in /patrons was waited for until" in failed
    assert "not there after" in failed


def test_yesterdays_file_is_not_taken(server, drop):
    (drop / FILE).write_bytes(b"old")
    os.utime(drop / FILE, (time.time() - 90_000,) * 2)

    assert "too old" in wait(seconds=0.3, fresh_after=(NOW - timedelta(hours=20)).isoformat())["failed"]


def test_a_wrong_password_fails_at_once_with_one_log_in_and_without_the_password(server, connection, caplog):
    caplog.set_level(logging.DEBUG)
    connection(password="wrong-secret")
    began = time.monotonic()
    failed = wait(seconds=30)["failed"]

    assert "refused the log-in of user 'springfield'" in failed
    assert server.log_ins == 1
    assert time.monotonic() - began < 10
    assert "wrong-secret" not in failed + caplog.text


def test_a_host_key_that_is_not_the_pinned_one_fails_at_once_and_sends_nothing(server, connection, tmp_path):
    other = SampleSftpServer(tmp_path, "x", "y", tmp_path / "other.key").host_key
    connection(extra={"host_key": other})

    assert "is not the pinned one" in wait(seconds=30)["failed"]
    assert server.log_ins == 0


def test_without_a_pinned_host_key_nothing_is_trusted(server, connection):
    connection(extra={})

    assert "No host key is pinned" in wait(seconds=30)["failed"]
    assert server.log_ins == 0


def test_a_missing_connection_fails_at_once_and_says_what_to_create(server):
    assert "There is no Airflow connection 'nowhere'" in wait(seconds=30, connection="nowhere")["failed"]


def test_a_missing_folder_fails_at_once(server):
    assert "There is no folder '/elsewhere'" in wait(seconds=30, folder="/elsewhere")["failed"]


def test_an_unreachable_server_is_tried_until_the_deadline(server, connection):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        connection(port=taken.getsockname()[1])
        failed = wait(seconds=0.5)["failed"]

    assert "cannot be reached" in failed
    assert "was waited for until" in failed


def test_a_server_that_comes_back_is_asked_again(tmp_path, drop, monkeypatch):
    (drop / FILE).write_bytes(b"there")
    with SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as first:
        monkeypatch.setenv("AIRFLOW_CONN_SIS", first.connection)
    second = SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key", first.port)

    async def come_back() -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(second.__enter__)

    try:
        assert wait(during=come_back)["size"] == 5
    finally:
        second.__exit__()


def test_a_connection_that_breaks_between_two_looks_is_made_anew(tmp_path, drop, monkeypatch):
    first = SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key")
    first.__enter__()
    monkeypatch.setenv("AIRFLOW_CONN_SIS", first.connection)

    async def break_off() -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(first.__exit__)
        (drop / FILE).write_bytes(b"there")
        await asyncio.to_thread(second.__enter__)

    second = SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key", first.port)
    try:
        assert wait(during=break_off)["size"] == 5
    finally:
        second.__exit__()


def test_a_directory_is_waited_for_in_the_same_way(drop):
    (drop / FILE).write_bytes(b"here")

    assert wait(connection=None, folder=str(drop))["size"] == 4
    assert "not there after" in wait(seconds=0.2, connection=None, folder=str(drop), file="Other.csv")["failed"]


def test_the_event_loop_stays_free_while_a_directory_answers_slowly(drop, monkeypatch):
    from patron_update.sources.directory import DirectorySource

    (drop / FILE).write_bytes(b"here")
    look = DirectorySource.look
    monkeypatch.setattr(DirectorySource, "look", lambda source: (time.sleep(0.5), look(source))[1])
    longest = 0.0

    async def other_triggers() -> None:
        nonlocal longest
        for _ in range(20):
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    assert wait(during=other_triggers, connection=None, folder=str(drop))["size"] == 4
    assert longest < 0.4


def test_what_airflow_stores_of_the_wait_holds_no_secret_and_keeps_the_deadline(include, server):
    from patron_update.airflow.triggers import FileTrigger
    from patron_update.jobs.load import load_job

    _, stored = FileTrigger.for_job(load_job(include, "students"), datetime(2026, 9, 7, 7, 15, tzinfo=UTC)).serialize()

    assert stored == {
        "connection": "sis",
        "folder": "/patrons",
        "file": "Students.csv",
        "poll_seconds": 30,
        "quiet_looks": 2,
        "fresh_after": None,
        "deadline": "2026-09-07T03:15:00-05:00",
    }


def test_an_unforeseen_error_is_told_by_its_type_alone(drop, monkeypatch, caplog):
    from patron_update.sources.directory import DirectorySource

    patron = "47" + "11"

    def fail(_: DirectorySource) -> None:
        raise ValueError(f"Key (district_id)=({patron}) already exists")

    monkeypatch.setattr(DirectorySource, "look", fail)
    failed = wait(connection=None, folder=str(Path(drop)))["failed"]

    assert "ValueError" in failed
    assert patron not in failed + caplog.text
