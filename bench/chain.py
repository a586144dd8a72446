"""One run of the job from landed file to written summary, in a process of its own; prints its figures as JSON.

Every step is the product's own, called as the command line calls it. Only the clock is added: around the steps, and
around each statement that goes to PostgreSQL.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from bench.memory import peak_memory  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEPS = ("convert", "validate", "choose_update", "make_changes", "review", "upsert")
LOOKED = datetime(2026, 1, 12, 9, tzinfo=UTC)


class Clock:
    """Seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``act`` with its time taken."""

        def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            start = time.perf_counter()
            try:
                return act(*arguments, **named)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

        return timed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("update", choices=["full", "incremental"])
    parser.add_argument("key")
    parser.add_argument("--preview", action="store_true")
    options = parser.parse_args()

    import great_expectations  # noqa: F401 - imports are told apart from the work
    import pandas as pd  # noqa: F401

    from patron_update import by_hand, steps
    from patron_update.run import open_run
    from patron_update.store import planning

    steps_clock, statements = Clock(), Clock()
    for name in (*STEPS, "fetch_file"):
        setattr(steps, name, steps_clock.around(name, getattr(steps, name)))
    setattr(by_hand, "write_summary", steps_clock.around("report", by_hand.write_summary))  # noqa: B010
    _time_statements(statements)
    imported, busy = time.perf_counter(), time.process_time()
    with open_run("students", options.key) as run:
        run.store  # noqa: B018 - connects, and sets up an empty database
        connected = time.perf_counter()
        summary = by_hand.run_all(run, None, options.update, LOOKED, preview=options.preview)
        ended = time.perf_counter()
    fetch = steps_clock.seconds.pop("fetch_file")
    print(
        json.dumps(
            {
                "imports": imported - BEGAN,
                "fetch": fetch,
                "chain": ended - connected - fetch,
                "cpu": time.process_time() - busy,
                "steps": steps_clock.seconds,
                "statements": statements.seconds,
                "conflicts": sum(statements.seconds.get(name, 0.0) for name in planning.CONFLICTS),
                "peak": peak_memory(),
                "outcome": summary.outcome,
                "counts": summary.counts.model_dump(),
                "reasons": summary.reasons,
            }
        )
    )


def _time_statements(clock: Clock) -> None:
    """Take the time of every SQL file's statement, under the file's name."""
    import psycopg

    from patron_update.store import connecting

    names = {path.read_text("utf-8"): path.stem for path in Path(connecting.__file__).parent.glob("sql/*.sql")}
    execute, copy = psycopg.Connection.execute, psycopg.Cursor.copy

    def timed(self: Any, query: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        name = names.get(query, "other") if isinstance(query, str) else "other"
        return clock.around(name, execute)(self, query, *arguments, **named)

    @contextmanager
    def timed_copy(self: Any, query: Any, *arguments: Any, **named: Any) -> Iterator[Any]:  # noqa: ANN401
        start = time.perf_counter()
        name = names.get(query, "copy") if isinstance(query, str) else "copy"
        with copy(self, query, *arguments, **named) as stream:
            yield stream
        clock.seconds[name] = clock.seconds.get(name, 0.0) + time.perf_counter() - start

    psycopg.Connection.execute = timed
    psycopg.Cursor.copy = timed_copy


if __name__ == "__main__":
    main()
