"""Which school year a file is of, and whether it is the one under way: school years end with June."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.file_checks import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from patron_update.domain.file_profile import FileProfile

JULY, APRIL = 7, 4
_MOVED_ON = "Nothing needs to be done if the SIS has moved on to that year; otherwise have it export the one under way."


def under_way(on: date) -> int:
    """Return the year in which the school year ends that is under way on a day."""
    return on.year + (on.month >= JULY)


def school_year(new: FileProfile, old: FileProfile | None, on: date) -> Iterator[Finding]:
    """Yield whether a file for the day ``on`` is of another school year than it should be, beside the ``old`` one.

    A later year than that of the file applied last is a rollover, and all is well, unless that year has not begun: it
    may come from April on. Only a column that names the year is believed so far; that of the grades is told.
    """
    year, now = new.school_year, under_way(on)
    last = old.school_year if old else None
    if year is None or year == last or (last is None and year == now):
        return
    if last is None:
        if new.year_said:
            yield _finding(year, f"{_name(now)} is under way.", grave=False)
    elif year < last:
        yield _finding(year, f"the one applied last was of {_name(last)}.", grave=year != now)
    elif year > now:
        ahead = year > now + (APRIL <= on.month < JULY)
        found = _finding(year, f"{_name(now)} is under way.", grave=ahead and bool(new.year_said))
        yield found if found.grave else replace(found, remedy=_MOVED_ON)


def _finding(year: int, other: str, *, grave: bool) -> Finding:
    return Finding(code="school_year", text=f"The file is of school year {_name(year)}; {other}", grave=grave)


def _name(end: int) -> str:
    return f"{end - 1}-{end % 100:02d}"
