"""The Job Summary: what a run did, row by row, as a checked model and as JSON, CSV, a page and text for a terminal."""

from __future__ import annotations

from patron_update.summary.model import RunCounts, SiteCounts, SourceFile, Summary, SummaryMessage
from patron_update.summary.render import to_csv, to_html, to_json, to_text

__all__ = [
    "RunCounts",
    "SiteCounts",
    "SourceFile",
    "Summary",
    "SummaryMessage",
    "to_csv",
    "to_html",
    "to_json",
    "to_text",
]
