"""The checks of a file as a whole, before anything of it is applied: what each looks for, and what a finding means.

They are no messages about rows: a job chooses which of them stop its run, and docs/safety.md lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Action(StrEnum):
    """What a finding does."""

    STOP = "stop"
    """Nothing is written."""
    ASK = "ask"
    """Nothing is written until a person has approved what the update would do."""
    WARN = "warn"
    """The run goes on, and its summary says so."""
    OFF = "off"
    """Nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. ``action`` is what it does unless the job says otherwise; ``remedy`` what to do about a finding."""

    code: str
    action: Action
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found. ``grave`` is false where the file can be read rightly all the same: then it only warns.

    ``sites``: those by which all of it is explained, if it is. ``remedy``: what to do, unless it is that of the check.
    """

    code: str
    text: str
    grave: bool = True
    sites: tuple[str, ...] = ()
    remedy: str | None = None

    def __str__(self) -> str:
        """Return what was found and what to do."""
        return f"{self.text} {self.remedy or CHECKS[self.code].remedy}"


_EXPORT = "Have the SIS export the file again"
CHECKS: Mapping[str, Check] = {
    check.code: check
    for check in (
        Check(
            code="truncated",
            action=Action.STOP,
            meaning="The file ends in the middle of a row, or without the last line that it always had.",
            remedy=f"{_EXPORT}, and let it be written under another name until it is whole.",
        ),
        Check(
            code="delimiter",
            action=Action.STOP,
            meaning="Something else separates the columns, and their number is not what it was.",
            remedy=f"{_EXPORT} as before, or name the new 'delimiter' in the job file.",
        ),
        Check(
            code="header_missing",
            action=Action.STOP,
            meaning="The line that InputRowsToSkip skips as the header is a row about a patron, whom the update would "
            "not see.",
            remedy=f"{_EXPORT} with its header, or set InputRowsToSkip=0 in the properties file if it never has one.",
        ),
        Check(
            code="header",
            action=Action.STOP,
            meaning="The header's names changed: a column that the properties file uses by its number was moved or "
            "removed, or was renamed and holds other values than before. Other changes of the header only warn.",
            remedy="Correct the columns in the properties file; a changed properties file says that the new header is "
            "meant.",
        ),
        Check(
            code="columns_shifted",
            action=Action.STOP,
            meaning="Under the same header, values look like those that their neighbours had, or two columns have "
            "changed places.",
            remedy=f"{_EXPORT} with a header that fits, or correct the columns in the properties file.",
        ),
        Check(
            code="leading_zeros",
            action=Action.STOP,
            meaning="A column that is used lost the zeros that its numbers began with.",
            remedy=f"{_EXPORT} as text; a spreadsheet program that saved it drops such zeros.",
        ),
        Check(
            code="key_format",
            action=Action.STOP,
            meaning="District IDs or barcodes have another form than before: every patron would seem to be new.",
            remedy=f"{_EXPORT} with the keys that it had. If the new ones are right, see how patrons keep their "
            "records in docs/conflicts.md before you let them in.",
        ),
        Check(
            code="encoding",
            action=Action.STOP,
            meaning="The file is in another encoding than before, and names are garbled by it (JosÃ© or Jos? for "
            "José). One that can be read rightly only warns.",
            remedy=f"{_EXPORT} in the encoding that it had, or correct CsvTextEncoding in the properties file.",
        ),
        Check(
            code="school_year",
            action=Action.STOP,
            meaning="The file is of an earlier school year than the one applied last, or of one that has not begun, by "
            "a column that names it. By the years in which its grades graduate, a year to come only warns.",
            remedy=f"{_EXPORT} for the school year that is under way.",
        ),
        Check(
            code="rows",
            action=Action.ASK,
            meaning="The file has so many rows fewer or more than the one applied last as `rows_by` says.",
            remedy=f"{_EXPORT} if rows are missing or doubled. If the file is right, raise 'rows_by' under "
            "'file_checks' in the job file for this run.",
        ),
        Check(
            code="site_absent",
            action=Action.WARN,
            meaning="No row names a site that had at least ten.",
            remedy="Ask the SIS whether the site is left out of the export on purpose, or has another code now: that "
            "is one of its aliases in the district file.",
        ),
        Check(
            code="sent_before",
            action=Action.WARN,
            meaning="The same file, byte for byte, was applied before the one applied last: yesterday's, perhaps.",
            remedy="Look whether the SIS still writes its export.",
        ),
        Check(
            code="too_old",
            action=Action.WARN,
            meaning="The file was last written more than `too_old_hours` before the run.",
            remedy="Look whether the SIS still writes its export, and where.",
        ),
        Check(
            code="identical",
            action=Action.WARN,
            meaning="The file is the one applied last, byte for byte. Rows that wait are tried again, and missing "
            "patrons are counted, as on every night.",
            remedy="If the SIS should have written a new one, look whether it still writes its export.",
        ),
    )
}
"""By code, the gravest first: in this order findings are told, and the first one explains the others."""


def sorted_out(found: Iterable[Finding], actions: Mapping[str, Action]) -> dict[Action, list[Finding]]:
    """Return the findings by what they do, each in the order of `CHECKS`. One that is not grave only warns."""
    sorted_by: dict[Action, list[Finding]] = {action: [] for action in Action}
    for finding in in_order(found):
        action = actions[finding.code]
        sorted_by[action if finding.grave or action is Action.OFF else Action.WARN].append(finding)
    return sorted_by


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of `CHECKS`."""
    order = [*CHECKS]
    return sorted(found, key=lambda finding: order.index(finding.code))
