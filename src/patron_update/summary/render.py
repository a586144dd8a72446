"""The Job Summary's forms: JSON for programs, CSV for spreadsheets, a page and text for people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from patron_update.summary.page import to_html
from patron_update.summary.text import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from patron_update.summary.model import Summary, SummaryMessage

__all__ = ["csv_lines", "to_csv", "to_html", "to_json", "to_text"]

CSV_COLUMNS = (
    "severity",
    "code",
    "label",
    "line",
    "site",
    "district_id",
    "barcode",
    "field",
    "value",
    "cause",
    "remedy",
    "commands",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_json(summary: Summary) -> str:
    """Return the summary as JSON, in the form of include/schemas/summary.schema.json."""
    return summary.model_dump_json(indent=2)


def to_csv(summary: Summary) -> str:
    """Return the summary's messages as CSV, one line each; see `csv_lines`."""
    return "".join(csv_lines(summary.messages))


def csv_lines(messages: Iterable[SummaryMessage]) -> Iterator[str]:
    """Yield the CSV of ``messages`` line by line, header first.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    for message in messages:
        yield _emptied(buffer)
        writer.writerow([cell(getattr(message, column)) for column in CSV_COLUMNS])
    yield _emptied(buffer)


def cell(value: object) -> str:
    """Return the value as a cell of a CSV, with an apostrophe where a spreadsheet would run it as a formula."""
    text = "\n".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
