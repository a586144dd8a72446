"""The embedded PostgreSQL on real folders: where it can lie, who shares it, and that it never outlives its users."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from patron_update.embedded.cluster import Cluster
from patron_update.embedded.postgres import EmbeddedPostgres

USE = """
import sys, time
from pathlib import Path
from patron_update.embedded.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    print(server.database("patrons"), flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def place():
    folder = Path(tempfile.mkdtemp(prefix="pu-"))
    yield folder
    shutil.rmtree(folder)


def user_of(folder: Path, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(folder), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def processes_of(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(folder) in line and process.info["status"] != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
            found.append(line)
    return found


def gone(folder: Path, within: float = 15) -> bool:
    deadline = time.monotonic() + within
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not processes_of(folder)


@pytest.mark.parametrize("name", ["data", "with a space", "umläut & 'quote'", "x" * 120])
def test_it_runs_wherever_its_folder_lies(place, name):
    with (
        EmbeddedPostgres(place / name / "postgres") as server,
        psycopg.connect(server.database("patrons")) as connection,
    ):
        version = connection.execute("SHOW server_version_num").fetchone()
        listens = connection.execute("SHOW listen_addresses").fetchone()

    assert version[0].startswith("18")
    assert listens == ("",)
    assert gone(place)


def test_what_was_written_is_there_at_the_next_start(place):
    with EmbeddedPostgres(place / "postgres") as server, psycopg.connect(server.database("patrons")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with EmbeddedPostgres(place / "postgres") as server, psycopg.connect(server.database("patrons")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_it_stays_for_those_who_still_use_it_and_ends_with_the_last(place):
    other = user_of(place / "postgres", 30)
    other.stdout.readline()
    with EmbeddedPostgres(place / "postgres") as server:
        url = server.database("patrons")
        other.terminate()
        other.wait()
        time.sleep(0.5)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert gone(place)


def test_six_processes_that_start_it_at_once_share_one_server(place):
    users = [user_of(place / "postgres", 1) for _ in range(6)]
    urls = {user.communicate()[0] for user in users}

    assert [user.returncode for user in users] == [0] * 6
    assert len(urls) == 1
    assert gone(place)


def test_it_ends_when_its_only_user_is_killed(place):
    user = user_of(place / "postgres", 60)
    user.stdout.readline()
    assert Cluster(place / "postgres").running()

    user.kill()
    user.wait()

    assert gone(place)
    assert not Cluster(place / "postgres").running()


def test_a_stale_pid_file_that_names_another_process_does_not_count_as_running(place):
    with EmbeddedPostgres(place / "postgres"):
        pid_file = (place / "postgres" / "postmaster.pid").read_text()
    stranger = pid_file.replace(pid_file.split("\n", 1)[0], str(os.getpid()), 1)
    (place / "postgres" / "postmaster.pid").write_text(stranger)

    assert not Cluster(place / "postgres").running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to let another user through")
def test_as_root_the_folders_above_let_the_servers_user_pass_but_not_look(place):
    with EmbeddedPostgres(place / "var" / "postgres"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o701
        assert stat.S_IMODE((place / "var" / "postgres").stat().st_mode) == 0o700


def test_a_patron_in_an_error_does_not_reach_the_servers_log(place):
    with EmbeddedPostgres(place / "postgres") as server, psycopg.connect(server.database("patrons")) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 'Zoë Featherstone'::date")
        log = (place / "postgres" / "server.log").read_text()

    assert "Featherstone" not in log
