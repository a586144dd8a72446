"""The summary in plain language: one headline, one line for those who need more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.messages import Severity
from patron_update.domain.outcomes import RunOutcome

if TYPE_CHECKING:
    from patron_update.summary.model import Summary

NOT_APPLIED = "not applied"
"""What the rows of a failed run are called that nothing else is said about: they wait for nobody."""
DONE = (
    ("added", "added"),
    ("updated", "updated"),
    ("transferred", "transferred"),
    ("associated", "given a second site"),
    ("inactivated", "inactivated"),
    ("missing_inactivated", "inactivated for missing from the file"),
    ("deleted", "deleted"),
)


def headline(summary: Summary) -> str:
    """Return what happened in one sentence, such as '1,487 patrons added, 3 rows need you'."""
    if is_failed(summary):
        return "The update failed; no patron was changed"
    if summary.outcome is RunOutcome.FROZEN:
        return "No update on this day: the job is frozen"
    if summary.outcome is RunOutcome.HELD:
        rejected = summary.approval is not None and not summary.approval.approved
        said = "Rejected" if rejected else "On hold"
        return f"{said}, no patron was changed: {_changes(summary, would=True)}"
    sentence = _changes(summary, would=summary.outcome is RunOutcome.PREVIEW)
    need = rows_that_need_someone(summary)
    if need:
        sentence += f", {need:,} {'row needs' if need == 1 else 'rows need'} you"
    if summary.held_sites:
        sites = len(summary.held_sites)
        sentence += f", {sites:,} {'site is' if sites == 1 else 'sites are'} on hold"
    return f"Preview: {sentence}" if summary.outcome is RunOutcome.PREVIEW else sentence[0].upper() + sentence[1:]


def is_failed(summary: Summary) -> bool:
    """Tell whether the run failed."""
    return summary.outcome is RunOutcome.FAILED


def rows_that_need_someone(summary: Summary) -> int:
    """Return how many rows were not applied and will not be until somebody corrects something."""
    frozen = sum(1 for message in summary.messages if message.code == "patron_frozen")
    return summary.counts.rejected + summary.counts.held - min(frozen, summary.counts.held)


def tally(summary: Summary) -> dict[Severity, int]:
    """Return the number of messages of each severity, the gravest first."""
    found = dict.fromkeys(Severity, 0)
    for message in summary.messages:
        found[message.severity] += 1
    return found


def patrons(count: int) -> str:
    """Return ``count`` with its noun."""
    return f"{count:,} patron{'' if count == 1 else 's'}"


def _changes(summary: Summary, *, would: bool) -> str:
    changes = [(getattr(summary.counts, name), word) for name, word in DONE if getattr(summary.counts, name)]
    if not changes:
        return "no patron would change" if would else "no patron needed a change"
    (count, word), *others = changes
    first = f"{patrons(count)} {'would be ' if would else ''}{word}"
    return ", ".join([first, *(f"{count:,} {word}" for count, word in others)])
