"""The Job Summary as one self-contained page: no script, no request to anywhere, fit for screen, phone and paper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from patron_update.domain.outcomes import Outcome, RunOutcome
from patron_update.summary.grouping import grouped
from patron_update.summary.headline import NOT_APPLIED, headline, is_failed, rows_that_need_someone, tally

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from jinja2 import Template

    from patron_update.summary.model import Summary

ROWS_SHOWN = 500
"""Rows of one kind of message on the page; the CSV has all."""

TILES = (
    ("read", "Rows read"),
    ("added", "Added"),
    ("updated", "Updated"),
    ("transferred", "Transferred"),
    ("associated", "Associated"),
    ("inactivated", "Inactivated"),
    ("deleted", "Deleted"),
    ("unchanged", "Unchanged"),
    ("skipped", "Skipped"),
    ("held", "Held"),
    ("rejected", "Rejected"),
    ("missing", "Missing"),
    ("missing_inactivated", "Missing, inactivated"),
)
ALWAYS = {"read", "added", "updated", "unchanged", "rejected", "held"}
NEEDS_SOMEONE = {"rejected", "held"}
VERDICTS = {
    RunOutcome.COMPLETED: "Completed",
    RunOutcome.FAILED: "Failed",
    RunOutcome.HELD: "On hold",
    RunOutcome.PREVIEW: "Preview",
    RunOutcome.FROZEN: "Frozen",
}


def to_html(summary: Summary, *, rows_shown: int = ROWS_SHOWN, downloads: Mapping[str, str] | None = None) -> str:
    """Return the page. ``downloads`` are links to the other forms (text → address), shown on screens only."""
    failed = {"held": NOT_APPLIED.capitalize()} if is_failed(summary) else {}
    return template("page.html").render(
        summary=summary,
        headline=headline(summary),
        verdict=VERDICTS[summary.outcome],
        need=rows_that_need_someone(summary),
        tiles=[
            (name, failed.get(name, label), getattr(summary.counts, name))
            for name, label in TILES
            if name in ALWAYS or getattr(summary.counts, name)
        ],
        needs_someone=NEEDS_SOMEONE,
        site_columns=_site_columns(summary),
        groups=grouped(summary.messages, rows_shown),
        tally=tally(summary),
        took=_spoken(summary.finished - summary.started),
        downloads=downloads or {},
    )


def _site_columns(summary: Summary) -> list[tuple[str, str]]:
    """Return the columns of the table by site: those that are not zero at every site."""
    rows = ("read", *Outcome)
    return [
        (name, label) for name, label in TILES if name in rows and any(getattr(site, name) for site in summary.sites)
    ]


def _spoken(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _size(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "KB", "MB"):
        if amount < 1000:  # noqa: PLR2004 - a kilobyte
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"


@cache
def template(name: str) -> Template:
    """Return a page's template: whatever is filled in is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("patron_update.summary", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["size"] = _size
    return environment.get_template(name)
