"""Expectations about the file as a whole, held against figures that were counted over every record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patron_update.validation.suite import Expectation


def problem(expectation: Expectation, figures: Mapping[str, Any]) -> str | None:
    """Return in words why the file does not meet ``expectation``, with its figures, or None when it does."""
    note, arguments = expectation.note, expectation.arguments
    if expectation.column is None:
        rows = int(figures["row_count"])
        return None if _inside(rows, arguments) else f"The file has {rows:,} rows; expected: {note}"
    counted, label = figures["columns"][expectation.column.column], expectation.column.label
    if expectation.kind.name == "expect_column_values_to_be_unique":
        copies = int(counted["duplicates"])
        told = "1 row repeats" if copies == 1 else f"{copies:,} rows repeat"
        return f"{label}: {told} another row's value; expected: {note}" if copies else None
    distinct = int(counted["distinct"])
    return None if _inside(distinct, arguments) else f"{label}: {distinct:,} different values; expected: {note}"


def _inside(count: int, arguments: Mapping[str, Any]) -> bool:
    if "value" in arguments:
        return count == int(arguments["value"])
    return bool(arguments.get("min_value", count) <= count <= arguments.get("max_value", count))
