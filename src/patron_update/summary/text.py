"""The Job Summary for a terminal: what happened and what needs someone, on a few screens."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME
from patron_update.domain.outcomes import Outcome
from patron_update.summary.commands import NAMES_ANOTHER
from patron_update.summary.grouping import Group, grouped
from patron_update.summary.headline import NOT_APPLIED, headline, is_failed

if TYPE_CHECKING:
    from patron_update.summary.model import Summary, SummaryMessage

WIDTH, MOST_LINES = 100, 100
SITES_SHOWN, GROUPS_SHOWN, EXAMPLES = 12, 12, 2


def to_text(summary: Summary) -> str:
    """Return the summary as at most 100 lines; the other forms have everything."""
    parts = [_head(summary), _causes(summary), _counts(summary), _sites(summary), _messages(summary)]
    lines = [line for part in parts if part for line in ("", *part)][1:]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], "… the page, the CSV and the JSON have the rest."]
    return "\n".join(lines)


def _head(summary: Summary) -> list[str]:
    update = f" · {summary.update}" if summary.update else ""
    number = "" if summary.run_id is None else f" (number {summary.run_id})"
    due = f"for {summary.due:%A, %Y-%m-%d %H:%M} · " if summary.due else ""
    lines = [
        f"{summary.job_name}: {headline(summary)}.",
        f"{summary.outcome}{update} · run {summary.run}{number}",
        f"{due}made {summary.started:%Y-%m-%d %H:%M %Z}",
    ]
    if summary.file:
        lines.append(
            f"{summary.file.name}, {summary.file.size:,} bytes, written {summary.file.modified:%Y-%m-%d %H:%M %Z}"
        )
    reasons = [line for reason in summary.reasons for line in textwrap.wrap(_plain(reason), WIDTH)]
    return [*lines, *reasons[:10]]


def _causes(summary: Summary) -> list[str]:
    if not summary.causes:
        return []
    told = [_plain(f"{cause.label}. {cause.text}") for cause in summary.causes]
    wrapped = (textwrap.wrap(one, WIDTH, initial_indent="- ", subsequent_indent="  ") for one in told)
    return ["Why so many changes:", *(line for lines in wrapped for line in lines)]


def _counts(summary: Summary) -> list[str]:
    counts = [(name, getattr(summary.counts, name)) for name in ("read", *Outcome, "missing", "missing_inactivated")]
    names = {"missing_inactivated": "missing and inactivated"} | ({"held": NOT_APPLIED} if is_failed(summary) else {})
    line = "   ".join(f"{names.get(name, name)} {count:,}" for name, count in counts if count or name == "read")
    return textwrap.wrap(line, WIDTH, break_on_hyphens=False)


def _sites(summary: Summary) -> list[str]:
    if not summary.sites:
        return []
    names = [name for name in ("read", *Outcome) if any(getattr(site, name) for site in summary.sites)]
    widths = {name: max(len(name), len(f"{getattr(summary.counts, name):,}")) + 2 for name in names}
    head = f"{'site':<12}" + "".join(f"{name:>{width}}" for name, width in widths.items())
    rows = [
        f"{_plain(site.site) or '(none)':<12}"
        + "".join(f"{getattr(site, name):>{width},}" for name, width in widths.items())
        for site in summary.sites[:SITES_SHOWN]
    ]
    more = len(summary.sites) - SITES_SHOWN
    return [head, *rows, *([f"… and {more:,} more sites"] if more > 0 else [])]


def _messages(summary: Summary) -> list[str]:
    groups = grouped(summary.messages, EXAMPLES)
    lines = [line for group in groups[:GROUPS_SHOWN] for line in _group(group)]
    more = len(groups) - GROUPS_SHOWN
    return [*lines, *([f"… and {more:,} more kinds of messages"] if more > 0 else [])]


def _group(group: Group) -> list[str]:
    lines = [f"{group.severity.upper():<8}{group.count:>7,}  {_plain(group.label)}"]
    if group.severity != "info":
        for row in group.rows:
            why = textwrap.wrap(_plain(row.cause), WIDTH - 19) if group.code in NAMES_ANOTHER else []
            told = (*why, *map(_plain, row.commands))
            lines += [f"{'':17}{_example(row)}", *(f"{'':19}{line}" for line in told)]
    if group.more and any(row.commands for row in group.rows):
        lines.append(f"{'':17}… and {group.more:,} more; the page and the CSV have their commands.")
    return lines


def _example(row: SummaryMessage) -> str:
    parts = [
        f"line {row.line:,}" if row.line is not None else "",
        row.site or "",
        f"District ID {row.district_id}" if row.district_id else "",
        f"barcode {row.barcode}" if row.barcode else "",
        (BY_NAME[row.field].label if row.field in BY_NAME else row.field or "")
        + (f" {row.value!r}" if row.value else ""),
    ]
    return textwrap.shorten(
        _plain(", ".join(part for part in parts if part) or row.cause), WIDTH - 17, placeholder=" …"
    )


def _plain(text: str) -> str:
    """Return the text without characters that would steer a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
