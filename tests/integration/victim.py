"""Runs of a job, and undos, that end by force: a process that forks one child per run, which dies where it is told to.

A *point* is a round trip to the database (each statement, each piece of a COPY, BEGIN and COMMIT), or a file of the run
that is opened for writing, renamed or removed. They are counted in the order in which a run comes to them.

One line of JSON on the standard input is a list of runs that begin together; the line that answers it tells how each
ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401 - what a run imports is imported once, before the forks
import great_expectations  # noqa: F401
import pandas as pd  # noqa: F401
import psycopg

from patron_update.by_hand import approve, run_all
from patron_update.reporting import undo_summary
from patron_update.run import open_run
from patron_update.settings import Settings
from patron_update.store import PatronStore, passwords
from patron_update.store.decisions import Ruler
from patron_update.store.undoing import Wish

MID_STATEMENT_SECONDS = 0.0005
FULL_BYTES = 4096
ROW_OF_A_COPY = "_read_gen"
"""What psycopg waits for once per row that it copies out: the server does nothing meanwhile."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Points:
    """Counts the points of this process and does its worst at one of them."""

    home: str
    at: int | None
    deed: str
    reached: int = 0

    def watch(self) -> None:
        """Begin to count."""
        wait, points = psycopg.Connection.wait, self

        def watched(connection: psycopg.Connection[Any], steps: Any, *arguments: Any, **named: Any) -> Any:
            if getattr(steps, "__name__", "") != ROW_OF_A_COPY:
                points.reach(connection)
            return wait(connection, steps, *arguments, **named)

        psycopg.Connection.wait = watched  # type: ignore[method-assign]
        sys.addaudithook(self._file)

    def reach(self, connection: psycopg.Connection[Any] | None = None) -> None:
        """Count one point; act when it is the one."""
        self.reached += 1
        if self.reached == self.at:
            getattr(self, f"_{self.deed}")(connection)

    def _file(self, event: str, arguments: tuple[Any, ...]) -> None:
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
        if (opened or event in {"os.rename", "os.remove"}) and str(arguments[0]).startswith(self.home):
            self.reach()

    def _kill(self, connection: psycopg.Connection[Any] | None) -> None:
        """Kill this process: every other time at once, else when the statement is under way."""
        if connection is None or self.reached % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Timer(MID_STATEMENT_SECONDS, os.kill, (os.getpid(), signal.SIGKILL)).start()

    def _crash(self, connection: psycopg.Connection[Any] | None) -> None:
        """Crash the database server: it ends all connections, recovers, and takes new ones."""
        if connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)

    def _fill(self, connection: psycopg.Connection[Any] | None) -> None:
        """Let no file grow any more: neither the run's own nor, from here on, the server's."""
        full = (FULL_BYTES, resource.RLIM_INFINITY)
        if connection:
            resource.prlimit(connection.info.backend_pid, resource.RLIMIT_FSIZE, full)
        else:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, full)


def _run(order: dict[str, Any]) -> dict[str, Any]:
    passwords.COST = passwords.Cost(n=2)
    settings = Settings(include=Path(order["include"]), home=Path(order["home"]), database_url=order["url"])
    points = Points(order["home"], order.get("at"), order.get("deed", ""))
    points.watch()
    with open_run(order["job"], order["key"], settings) as run:
        at = datetime.fromisoformat(order["due"]).replace(tzinfo=run.job.schedule.week.timezone)
        if order.get("approve"):
            summary = approve(run, Ruler(by="Vera", at=datetime.now(UTC), reason="new rooms"))
        else:
            summary = run_all(run, None, order.get("update", "auto"), at, preview=False)
    return {"points": points.reached, "outcome": summary.outcome.value, "reasons": summary.reasons}


def _undo(order: dict[str, Any]) -> dict[str, Any]:
    points = Points(order["home"], order.get("at"), order.get("deed", ""))
    points.watch()
    ruler = Ruler(by="Vera", at=datetime.now(UTC), reason="wrong file")
    with PatronStore(order["url"]) as store:
        store.undo(Wish(run=order["undo"]), ruler, undo_summary)
    return {"points": points.reached, "outcome": "completed"}


def _begin(order: dict[str, Any]) -> tuple[int, int]:
    """Begin a run in a child; return its process and the end of the pipe where its answer comes."""
    read, write = os.pipe()
    if child := os.fork():
        os.close(write)
        return child, read
    try:
        with os.fdopen(write, "w") as answer:
            answer.write(json.dumps(_undo(order) if "undo" in order else _run(order)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to know
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _end(child: int, read: int) -> dict[str, Any]:
    with os.fdopen(read) as answer:
        told = json.loads(answer.read() or "{}")
    return {"status": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), **told}


def main() -> None:
    """Take orders until the input ends."""
    for line in sys.stdin:
        begun = [_begin(order) for order in json.loads(line)]
        sys.stdout.write(json.dumps([_end(child, read) for child, read in begun]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
