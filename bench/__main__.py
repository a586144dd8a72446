"""`make bench`: whole runs of the job in rounds, each beside its yardstick, told as a table."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import psutil
import psycopg

from bench import district, report, yardsticks
from bench.memory import peak_memory
from bench.report import Figures, Lint, Run
from patron_update.embedded.postgres import EmbeddedPostgres
from patron_update.files.workspace import safe_name

PROJECT = Path(__file__).resolve().parent.parent
ROWS, ROUNDS = (50_000, 500_000), 3
POLL_SECONDS = 0.05
SHOWN = 8
"""Statements that are told as the slowest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One kind of run: what is asked of the chain, on which day's file, in which database."""

    name: str
    update: str
    day: int
    preview: bool = False


FIRST = Work(name="first Full into an empty store", update="full", day=1)
LATER = (
    Work(name="preview of day two", update="full", day=2, preview=True),
    Work(name="Incremental, day two", update="incremental", day=2),
    Work(name="nightly Full, day two", update="full", day=2),
)


class Bench:
    """One size: its files, its server, its rounds."""

    def __init__(self, folder: Path, server: EmbeddedPostgres, rows: int) -> None:
        self._folder, self._server = folder, server
        self._include = folder / "include"
        self._admin = server.url("postgres")
        self._data = folder / "postgres"
        self._days = district.make(self._include, folder, rows)
        self._figures = Figures(rows=rows, bytes=self._days[0].stat().st_size)

    def measure(self, rounds: int) -> Figures:
        """Return the figures of so many rounds; every run comes right after its own yardstick."""
        for number in range(rounds):
            first, later = self._folder / "first", self._folder / "later"
            self._run(FIRST, number, self._new_database("first"), first)
            shutil.rmtree(first / "runs" / district.JOB / safe_name(_key(FIRST, number)))
            self._lint()
            self._administer("VACUUM ANALYZE", "first")  # the server does so itself before the next night
            for work in LATER:
                shutil.copytree(first, later)
                self._run(work, number, self._new_database("later", template="first"), later)
                shutil.rmtree(later)
            shutil.rmtree(first)
            for name in ("first", "later"):
                self._administer(f"DROP DATABASE {name}")
        return self._figures

    def _run(self, work: Work, number: int, url: str, home: Path) -> None:
        day = self._days[work.day - 1]
        today = self._include / "today"
        today.unlink(missing_ok=True)
        today.symlink_to(day.parent)
        read, _ = yardsticks.duckdb_seconds(day)
        self._administer("CHECKPOINT")
        with Watch(self._data) as copying:
            copy = yardsticks.copy_seconds(self._admin, day)
        self._administer("CHECKPOINT")
        with Watch(self._data) as watch:
            told = _chain(work, _key(work, number), self._include, home, url)
        if told["outcome"] != ("preview" if work.preview else "completed"):
            sys.exit(f"{work.name} ended as {told['outcome']}: {' '.join(told['reasons'])}")
        run = Run(
            copy=copy, read=read, server_peak=watch.peak, cpu_ratio=(watch.cpu + told["cpu"]) / copying.cpu, **told
        )
        self._figures.runs.setdefault(work.name, []).append(run)
        print(f"  {work.name}: {run.chain:.2f} s, {run.chain / copy:.2f} x COPY ({copy:.2f} s)", file=sys.stderr)

    def _lint(self) -> None:
        properties = self._include / "properties" / f"{district.JOB}.properties"
        command = [sys.executable, "-m", "bench.lint", str(properties), str(self._days[0])]
        done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
        convert = self._figures.runs[FIRST.name][-1].steps["convert"]
        self._figures.lints.append(Lint(convert=convert, **json.loads(done.stdout)))

    def _new_database(self, name: str, template: str = "template0") -> str:
        self._administer(f"DROP DATABASE IF EXISTS {name}")
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._server.url(name)

    def _administer(self, command: str, database: str | None = None) -> None:
        with psycopg.connect(self._server.url(database) if database else self._admin, autocommit=True) as connection:
            connection.execute(command)


class Watch:
    """The server meanwhile: its largest process's peak of memory in bytes (shared memory included), its CPU seconds.

    The CPU time is that of the processes that have ended, connections among them, and of the watching process.
    """

    def __init__(self, data: Path) -> None:
        self.peak, self.cpu = 0, 0.0
        self._server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        """Begin to look."""
        self.cpu = -self._cpu()
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()
        time.sleep(POLL_SECONDS)  # a connection that was closed just now ends
        self.cpu += self._cpu()

    def _cpu(self) -> float:
        ended = self._server.cpu_times()
        return ended.children_user + ended.children_system + time.process_time()

    def _look(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            for process in self._server.children():
                with suppress(OSError, StopIteration):
                    self.peak = max(self.peak, peak_memory(process.pid))


def _key(work: Work, number: int) -> str:
    return f"{work.name} {number}"


def _chain(work: Work, key: str, include: Path, home: Path, url: str) -> dict[str, Any]:
    """Run the chain in a process of its own; return what it tells."""
    environment = os.environ | {
        "PATRON_UPDATE_INCLUDE": str(include),
        "PATRON_UPDATE_HOME": str(home),
        "PATRON_UPDATE_DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "bench.chain", work.update, key, *(["--preview"] if work.preview else [])]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return {**told, "process": time.perf_counter() - start - told["fetch"] - told["chain"]}


def main() -> None:
    """Measure every size and print its table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=ROWS, help="sizes of the district (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="the median of so many is told (default: %(default)s)"
    )
    parser.add_argument("--page", type=Path, help="write the tables into this page, between their marks")
    options = parser.parse_args()
    for rows in options.rows:
        print(f"{rows:,} rows", file=sys.stderr)
        with TemporaryDirectory(prefix="patron-update-bench-") as folder:
            with EmbeddedPostgres(Path(folder) / "postgres") as server:
                figures = Bench(Path(folder), server, rows).measure(options.rounds)
            table = report.table(figures)
        print(table)
        for name, statements in report.slowest(figures, SHOWN).items():
            told = ", ".join(f"{statement} {seconds:.2f}" for statement, seconds in statements)
            print(f"  {name}, slowest statements in seconds: {told}", file=sys.stderr)
        if options.page:
            report.put(options.page, rows, table)


if __name__ == "__main__":
    main()
