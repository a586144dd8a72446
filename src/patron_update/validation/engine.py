"""Great Expectations itself: expectations about rows, held against one pandas frame. Slow to import; nowhere else."""

from __future__ import annotations

import logging
import os
import re
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from patron_update.domain.fields import Kind
from patron_update.errors import JobFileError

if TYPE_CHECKING:
    import pandas as pd

    from patron_update.validation.suite import Expectation

Failing = list[int]
"""Lines of the rows that do not meet one expectation, in file order."""

RESULT = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
BLANK_IS_MISSING = {"expect_column_values_to_not_be_null", "expect_column_values_to_be_null"}
BETWEEN = "expect_column_values_to_be_between"
EPOCH = date(1970, 1, 1)


def engine_version() -> str:
    """Return the version of Great Expectations, without importing it."""
    return version("great_expectations")


class Engine:
    """Great Expectations with a data source that holds one frame at a time. Writes nothing to disk, asks no network."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        import great_expectations
        from great_expectations.data_context.types import base
        from great_expectations.execution_engine import pandas_execution_engine

        # Frames below this size get a fingerprint, which takes half of the time and which nobody reads.
        pandas_execution_engine.HASH_THRESHOLD = 0
        self._gx: Any = great_expectations
        # The default configuration would make a temporary folder for a docs site and draw progress bars.
        config = base.DataContextConfig(
            store_backend_defaults=base.InMemoryStoreBackendDefaults(),
            progress_bars=base.ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        )
        context = great_expectations.get_context(mode="ephemeral", project_config=config)
        asset = context.data_sources.add_pandas("records").add_dataframe_asset("batch")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")

    def failing(self, expectations: tuple[Expectation, ...], frame: pd.DataFrame) -> list[tuple[Failing, int]]:
        """Return, for each expectation, the lines that fail it and how many rows it judged.

        ``frame`` has the lines as its index and the record columns under their SQL names. Raises JobFileError when
        Great Expectations cannot judge an expectation.
        """
        import pandas as pd

        views = {view: made for each in expectations for view, made in [_view(each, frame)]}
        batch = self._batches.get_batch({"dataframe": pd.DataFrame(views, index=frame.index)})
        suite = self._gx.ExpectationSuite(
            name="batch", expectations=[self._built(number, each) for number, each in enumerate(expectations)]
        )
        results = {each.expectation_config.meta["number"]: each for each in self._validated(batch, suite).results}
        return [_read(each, results[number]) for number, each in enumerate(expectations)]

    def _built(self, number: int, expectation: Expectation) -> Any:  # noqa: ANN401 - Great Expectations is untyped
        name = "".join(word.capitalize() for word in expectation.kind.name.split("_"))
        kind = getattr(self._gx.expectations, name)
        arguments = {key: _measured(value) for key, value in expectation.arguments.items()}
        return kind(column=_view_name(expectation), meta={"number": number}, **arguments)

    def _validated(self, batch: Any, suite: Any) -> Any:  # noqa: ANN401
        return batch.validate(suite, result_format=RESULT)


def _read(expectation: Expectation, result: Any) -> tuple[Failing, int]:  # noqa: ANN401
    found = result.result
    if "unexpected_count" not in found:
        # Its own words may quote values of the file, and so name patrons.
        raise JobFileError(
            f"line {expectation.line} of the suite: Great Expectations cannot judge {expectation.kind.name}. "
            "Check its arguments, or take it out."
        )
    lines = [line for entry in found["unexpected_index_list"] for line in entry["line"]]
    return sorted(int(line) for line in lines), found["element_count"] - found.get("missing_count", 0)


def _view_name(expectation: Expectation) -> str:
    column = expectation.column
    name = column.column if column else ""
    if expectation.skip_blank or expectation.kind.name in BLANK_IS_MISSING:
        name += "|blank is missing"
    if expectation.kind.name == BETWEEN:
        name += "|above all" if "max_value" in expectation.arguments else "|below all"
    return name


def _view(expectation: Expectation, frame: pd.DataFrame) -> tuple[str, pd.Series]:
    """Return the column as this expectation sees it: blanks as missing values, or texts as measures."""
    name = _view_name(expectation)
    column = expectation.column
    series = frame[column.column if column else ""]
    if "|blank is missing" in name:
        series = series.mask(series == "", None)
    if expectation.kind.name == BETWEEN:
        is_date = column is not None and column.kind is Kind.DATE
        # What is no number or date must fail, and Great Expectations passes over missing values in silence.
        series = _measures(series, is_date=is_date, other=float("inf" if name.endswith("|above all") else "-inf"))
    return name, series


def _measures(series: pd.Series, *, is_date: bool, other: float) -> pd.Series:
    import pandas as pd

    if is_date:
        dates = pd.to_datetime(series, format="%m/%d/%Y", errors="coerce")
        numbers = (dates - pd.Timestamp(EPOCH)).dt.days.astype("float64")
    else:
        plain = series.where(series.str.fullmatch(r"[+-]?\d+(\.\d+)?", flags=re.ASCII) == True)  # noqa: E712 - missing is not True
        numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers.where(numbers.notna() | series.isna(), other)


def _measured(value: object) -> object:
    return float((value - EPOCH).days) if isinstance(value, date) else value
