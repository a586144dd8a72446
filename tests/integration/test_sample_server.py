"""The sample server as a program of its own, the way docker-compose runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

from patron_update.sources import SftpLogin
from patron_update.sources.sftp import SftpSource

PROGRAM = [sys.executable, "-m", "patron_update.embedded.sftp"]


@pytest.fixture
def environment():
    return os.environ | {"SAMPLE_SFTP_PASSWORD": "p4ss wörd", "PYTHONUNBUFFERED": "1"}


def test_it_serves_the_folder_prints_the_key_to_pin_and_ends_on_sigterm(tmp_path, environment):
    (tmp_path / "drop" / "patrons").mkdir(parents=True)
    (tmp_path / "drop" / "patrons" / "a.csv").write_bytes(b"12345")
    with subprocess.Popen(
        [*PROGRAM, "--root", str(tmp_path / "drop"), "--user", "sis"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            address, pin = server.stdout.readline(), server.stdout.readline()
            login = SftpLogin(
                host="127.0.0.1",
                port=int(address.rsplit(":", 1)[1]),
                username="sis",
                password="p4ss wörd",
                host_key=re.search(r'"host_key": "(.*)"', pin)[1],
            )
            assert SftpSource(login, "patrons", "a.csv").look().size == 5
        finally:
            server.send_signal(signal.SIGTERM)

    assert server.returncode == 0
    assert "p4ss" not in address + pin
    assert (tmp_path / "drop.host_key").stat().st_mode & 0o777 == 0o600


def test_without_a_password_it_says_what_to_set(tmp_path, environment):
    del environment["SAMPLE_SFTP_PASSWORD"]

    ended = subprocess.run(
        [*PROGRAM, "--root", str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == "Set the environment variable SAMPLE_SFTP_PASSWORD to the user's password."
