"""The judgement: which rows do not meet the suite, and whether the run may go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patron_update.domain.messages import shown
from patron_update.validation import whole_file
from patron_update.validation.catalogue import Consequence
from patron_update.validation.engine import BLANK_IS_MISSING, Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from patron_update.validation.engine import Failing
    from patron_update.validation.suite import Expectation, Suite

MESSAGE_COLUMNS = ("line", "code", "field", "value", "detail")
CODES = {Consequence.WARN: "expectation_warning", Consequence.REJECT: "expectation_rejected"}
LINES_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a suite says about a file, or about one batch of it."""

    messages: pd.DataFrame = field(repr=False)
    """Columns line (Int64; missing: the whole file), code, field, value, detail (string); sorted by line."""
    rejected: tuple[int, ...] = field(repr=False)
    """Lines of the rows that are held out, ascending."""
    failing: frozenset[int] = field(repr=False)
    """Lines of the rows that do not meet some expectation, whatever follows from that."""
    stops: tuple[str, ...]
    """Why the run must not go on, one sentence for each expectation; empty when it may."""
    warnings: int
    """How many of the messages are warnings."""


class Judge:
    """Judges a file batch by batch; keeps only counts between batches, so memory does not grow with the file."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._tallies = [_Tally(each) for each in suite.about_rows]
        self._engine: Engine | None = None

    def batch(self, frame: pd.DataFrame) -> Judgement:
        """Judge one batch: column ``line`` and `Suite.columns`. Raises JobFileError when that is not possible."""
        if not self._tallies or frame.empty:
            return _judgement([], set())
        self._engine = self._engine or Engine()
        rows = frame.set_index("line")
        found: list[dict[str, Any]] = []
        rejected: set[int] = set()
        all_failing: set[int] = set()
        judged = self._engine.failing(self._suite.about_rows, rows)
        for tally, (failing, count) in zip(self._tallies, judged, strict=True):
            tally.add(failing, count)
            all_failing.update(failing)
            if tally.expectation.severity is Consequence.STOP:
                continue
            found += _row_messages(tally.expectation, failing, rows)
            if tally.expectation.severity is Consequence.REJECT:
                rejected.update(failing)
        return _judgement(found, rejected, failing=all_failing)

    def pass_over(self, rows: int, present: Mapping[str, int], filled: Mapping[str, int]) -> None:
        """Count ``rows`` that are known to pass: by column those with a value, and those whose value is not blank."""
        for tally in self._tallies:
            tally.add([], _judged(tally.expectation, rows, present, filled))

    def conclude(self, figures: Mapping[str, Any]) -> Judgement:
        """Judge the file as a whole, after its last batch.

        ``figures`` has ``row_count`` and, for each of `Suite.figure_columns`, ``columns[<SQL name>]`` with
        ``distinct`` (different values) and ``duplicates`` (rows whose value an earlier row has), both without missing
        and blank values.
        """
        stops = [tally.stop for tally in self._tallies if tally.stop]
        found: list[dict[str, Any]] = []
        for each in self._suite.about_file:
            problem = whole_file.problem(each, figures)
            if problem is None:
                continue
            if each.severity is Consequence.STOP:
                stops.append(f"{problem}.")
            else:
                found.append(_message(None, "expectation_file_warning", each, None, problem))
        return _judgement(found, set(), tuple(stops))


def judge(
    suite: Suite, batches: Iterable[pd.DataFrame], figures: Mapping[str, Any], passed: Mapping[str, Any] | None = None
) -> Judgement:
    """Judge a whole file. ``batches`` and ``figures`` are described at `Judge`.

    A missing value is judged only by expectations about null; a blank one ('') is a value, unless the expectation
    says ``skip_blank``. ``passed`` are the figures of `Judge.pass_over`: rows that stand in no batch. Great
    Expectations is imported here, when the first batch comes, and not before.
    """
    import pandas as pd

    judge_ = Judge(suite)
    if passed:
        judge_.pass_over(**passed)
    parts = [judge_.batch(frame) for frame in batches]
    parts.append(judge_.conclude(figures))
    filled = [part.messages for part in parts if len(part.messages)]
    return Judgement(
        messages=pd.concat(filled, ignore_index=True) if filled else parts[-1].messages,
        rejected=tuple(sorted(line for part in parts for line in part.rejected)),
        failing=frozenset().union(*(part.failing for part in parts)),
        stops=tuple(stop for part in parts for stop in part.stops),
        warnings=sum(part.warnings for part in parts),
    )


class _Tally:
    """How many rows one expectation judged and how many failed it, over all batches."""

    def __init__(self, expectation: Expectation) -> None:
        self.expectation = expectation
        self.judged = self.failed = 0
        self.first: list[int] = []

    def add(self, failing: Failing, judged: int) -> None:
        self.judged += judged
        self.failed += len(failing)
        self.first += failing[: LINES_SHOWN - len(self.first)]

    @property
    def stop(self) -> str | None:
        """Return why the run must stop, or None."""
        expectation = self.expectation
        if expectation.severity is not Consequence.STOP or not self.failed:
            return None
        if (self.judged - self.failed) / self.judged >= expectation.mostly:
            return None
        label = expectation.column.label if expectation.column else ""
        share = "" if expectation.mostly == 1 else f"; at least {expectation.mostly * 100:.4g}% of them must"
        lines = ", ".join(f"{line:,}" for line in self.first) + (", …" if self.failed > len(self.first) else "")
        return (
            f"{label}: {self.failed:,} of {self.judged:,} rows do not meet {expectation.note!r} "
            f"(line{'s' if self.failed > 1 else ''} {lines}){share}."
        )


def _row_messages(expectation: Expectation, failing: Failing, rows: pd.DataFrame) -> list[dict[str, Any]]:
    if not failing or expectation.column is None:
        return []
    values = rows.loc[failing, expectation.column.column]
    code = CODES[expectation.severity]
    return [
        _message(line, code, expectation, value if isinstance(value, str) else None, expectation.note)
        for line, value in zip(failing, values, strict=True)
    ]


def _message(line: int | None, code: str, expectation: Expectation, value: str | None, detail: str) -> dict[str, Any]:
    name = expectation.column.name if expectation.column else None
    return {"line": line, "code": code, "field": name, "value": shown(value), "detail": detail}


def _judged(expectation: Expectation, rows: int, present: Mapping[str, int], filled: Mapping[str, int]) -> int:
    """Return how many of these rows the expectation judges, as Great Expectations counts them."""
    if expectation.kind.name in BLANK_IS_MISSING or expectation.column is None:
        return rows
    return (filled if expectation.skip_blank else present)[expectation.column.column]


def _judgement(
    found: list[dict[str, Any]], rejected: set[int], stops: tuple[str, ...] = (), failing: Iterable[int] = ()
) -> Judgement:
    import pandas as pd

    # Typed, because columns without a single value would come to DuckDB as columns of no type.
    types = {column: "Int64" if column == "line" else "string" for column in MESSAGE_COLUMNS}
    messages = pd.DataFrame(found, columns=list(MESSAGE_COLUMNS), dtype=object).astype(types)
    return Judgement(
        messages=messages.sort_values("line", kind="stable", ignore_index=True),
        rejected=tuple(sorted(rejected)),
        failing=frozenset(failing),
        stops=stops,
        warnings=sum(1 for message in found if message["code"] != CODES[Consequence.REJECT]),
    )
