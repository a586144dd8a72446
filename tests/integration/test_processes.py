"""The launcher's processes end with it, with everything they started, however it ends."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from patron_update.embedded.processes import ProcessDiedError, Processes

FAMILY = """
import subprocess, sys, time
# A grandchild in a session of its own, deaf to SIGTERM: what is hardest to end.
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(300)"
subprocess.Popen([sys.executable, "-c", deaf, sys.argv[1]], start_new_session=True)
time.sleep(float(sys.argv[2]))
"""
LAUNCHER = """
import os, sys, time
from pathlib import Path
from patron_update.embedded.processes import Processes
with Processes(Path(sys.argv[1]), os.environ) as processes:
    processes.start("family", sys.executable, "-c", sys.argv[2], sys.argv[3], "300")
    time.sleep(300)
"""


def alive(mark: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if mark in (process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


def wait_for(condition, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.fixture
def short_patience(monkeypatch):
    monkeypatch.setattr("patron_update.embedded.processes.END_SECONDS", 40)


def test_a_grandchild_that_hears_nothing_ends_with_the_context(tmp_path, short_patience):
    mark = f"mark-{os.getpid()}-context"
    with Processes(tmp_path, os.environ) as processes:
        processes.start("family", sys.executable, "-c", FAMILY, mark, "300")
        assert wait_for(lambda: len(alive(mark)) == 3)  # the guard, the child, the grandchild

    assert alive(mark) == []


def test_everything_ends_when_the_launcher_is_killed(tmp_path):
    mark = f"mark-{os.getpid()}-killed"
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(tmp_path), FAMILY, mark])
    assert wait_for(lambda: len(alive(mark)) == 4)

    launcher.send_signal(signal.SIGKILL)
    launcher.wait()

    assert wait_for(lambda: alive(mark) == [])


def test_what_a_process_left_behind_is_ended_when_it_dies_itself(tmp_path):
    mark = f"mark-{os.getpid()}-died"
    with Processes(tmp_path, os.environ) as processes:
        processes.start("family", sys.executable, "-c", FAMILY, mark, "0.5")

        assert wait_for(lambda: alive(mark) != [])
        assert wait_for(lambda: alive(mark) == [])


def test_a_process_that_dies_is_reported_with_its_last_words_and_its_log(tmp_path):
    with Processes(tmp_path, os.environ) as processes:
        processes.start("scheduler", sys.executable, "-c", "print('the disk is full'); raise SystemExit(3)")

        def died() -> bool:
            try:
                processes.check()
            except ProcessDiedError:
                return True
            return False

        assert wait_for(died)
        with pytest.raises(ProcessDiedError) as caught:
            processes.check()

    assert "scheduler ended unexpectedly (exit status 3)" in str(caught.value)
    assert "the disk is full" in str(caught.value)
    assert str(tmp_path / "scheduler.log") in str(caught.value)
