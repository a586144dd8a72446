"""The guard of one process: runs it, and ends it with everything it started when the launcher is gone.

The launcher holds the other end of the guard's standard input. When that closes, because the launcher says so or
because it was killed, the guard ends the process: politely first, then by force. On Linux, orphans of the process come
back to the guard, so that none escapes.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_SECONDS, FORCE_AFTER_SECONDS = 8.0, 3.0


def main(command: list[str]) -> int:
    """Run ``command`` until it ends or the launcher is gone; return its exit status."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    asked = _Asked()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, asked)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    status = None
    while status is None and not asked.yes and not _launcher_is_gone():
        status = _reap().get(child.pid)
    if status is None:
        os.kill(child.pid, signal.SIGTERM)
    _end_all(0.0 if status is not None else PATIENCE_SECONDS)
    return 0 if status is None else os.waitstatus_to_exitcode(status)


class _Asked:
    """Whether somebody asked the guard to end."""

    yes = False

    def __call__(self, *_: object) -> None:
        self.yes = True


def _launcher_is_gone() -> bool:
    readable, _, _ = select.select([0], [], [], 0.2)
    return bool(readable) and not os.read(0, 64)


def _end_all(patience: float) -> None:
    """Wait ``patience`` seconds for everything below the guard to end; then help it along."""
    start = time.monotonic()
    while _reap() is not None and (left := psutil.Process().children(recursive=True)):
        waited = time.monotonic() - start
        if waited > patience:
            force = waited > patience + FORCE_AFTER_SECONDS
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    if not force:
                        print(f"guard: still there after {waited:.0f} s: {' '.join(process.cmdline())}", flush=True)
                    process.send_signal(signal.SIGKILL if force else signal.SIGTERM)
        time.sleep(0.1 if waited <= patience else 1.0)


def _reap() -> dict[int, int]:
    """Collect the children that have ended: process id to wait status."""
    ended = {}
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            ended[pid] = status
    return ended


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
