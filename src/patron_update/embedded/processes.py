"""The launcher's processes: each under a guard, with a log file; ended together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LAST_LINES = 25
END_SECONDS = 30.0


class ProcessDiedError(PatronUpdateError):
    """A process of the launcher ended by itself."""


class Processes:
    """Processes that live as long as the context, and not longer, however the launcher ends."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Begin; nothing runs yet."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """End all at once: closing a guard's standard input tells it to, as the kernel does if we are killed."""
        for process in self._running.values():
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
        deadline = time.monotonic() + END_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, name: str, *command: str) -> None:
        """Start ``command`` under a guard; what it prints goes to ``<logs>/<name>.log``, which begins anew."""
        with open(self.log(name), "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-P", "-m", "patron_update.embedded.guard", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """Return the log file of the process called ``name``."""
        return self._logs / f"{name}.log"

    def check(self) -> None:
        """Raise ProcessDiedError, with its last lines, when one of the processes has ended."""
        for name, process in self._running.items():
            if (status := process.poll()) is not None:
                raise ProcessDiedError(
                    f"{name} ended unexpectedly (exit status {status}). Its last lines, from {self.log(name)}:\n"
                    + last_lines(self.log(name))
                    + "\nMend what it names and start again; `make clean` throws all state away and begins anew."
                )


def last_lines(path: Path) -> str:
    """Return the end of a log file, indented."""
    lines = path.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
    return "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
