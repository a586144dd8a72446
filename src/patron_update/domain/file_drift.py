"""What is odd about a file, by itself and beside the one that the job applied last. Pure: profiles in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.column_drift import columns, some
from patron_update.domain.file_checks import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from patron_update.domain.column_drift import Used
    from patron_update.domain.file_profile import FileProfile
    from patron_update.domain.limits import Limit

GARBLED = 0.002
SOME_FOREIGN, FOREIGN_LEFT = 0.001, 0.1
"""Share of values with letters beyond A to Z that a file must have had; of it, what is left when they are lost."""
A_SITE = 10
"""Rows of a site whose absence is no accident of one patron."""


def by_itself(new: FileProfile, *, age: timedelta, oldest: timedelta) -> Iterator[Finding]:
    """Yield what is odd about a file whatever came before it."""
    if new.cut:
        yield Finding(code="truncated", text=f"The file seems to be cut off: {new.cut}.")
    if age > oldest:
        days, hours = divmod(int(age.total_seconds()) // 3600, 24)
        text = f"The file was last written {days} days and {hours} hours before this run."
        yield Finding(code="too_old", text=text)


def headless(new: FileProfile) -> Iterator[Finding]:
    """Yield whether a row is lost where a header was taken for granted."""
    if new.headless:
        text = "The header is missing: the line that is skipped as such is like the rows below it."
        yield Finding(code="header_missing", text=text)


def sent(sha256: str, last: str | None, earlier: datetime | None) -> Iterator[Finding]:
    """Yield whether the very file was applied before: as the ``last`` one, or ``earlier`` than that."""
    if sha256 == last:
        yield Finding(code="identical", text="The file is the one that this job applied last, byte for byte.")
    elif earlier:
        text = f"The same file, byte for byte, was applied on {earlier:%Y-%m-%d}, and another one since."
        yield Finding(code="sent_before", text=text)


def compared(new: FileProfile, old: FileProfile, used: Used) -> Iterator[Finding]:
    """Yield what of the file itself differs from the one applied last in a way that should not be."""
    if not new.columns or not old.columns:  # patron XML has none
        return
    yield from _ending(new, old)
    yield from _encoding(new, old)
    narrower = len(new.columns) < len(old.columns)
    if new.delimiter != old.delimiter or (len(new.columns) == 1 and narrower):
        yield _delimiter(new, old)
        if narrower:
            return
    yield from columns(new, old, used)


def content(new: FileProfile, old: FileProfile, rows_by: Limit | None) -> Iterator[Finding]:
    """Yield what of the rows, once they are converted, differs from the file applied last as it should not."""
    if new.rows is not None and old.rows and rows_by is not None:
        differ, allowed = new.rows - old.rows, rows_by.allowed(old.rows)
        if abs(differ) > allowed:
            more = f"{abs(differ):,} {'more' if differ > 0 else 'fewer'} ({abs(differ) / old.rows:.0%})"
            text = f"The file has {new.rows:,} rows; the one applied last had {old.rows:,}. These are {more}; "
            sites = {
                site: by
                for site, by in _differing(new, old).items()
                if abs(by) > rows_by.allowed(old.sites.get(site, 0))
            }
            alone = abs(differ - sum(sites.values())) <= allowed
            yield Finding(
                code="rows", text=f"{text}the job allows {rows_by}.", sites=tuple(sorted(sites)) if alone else ()
            )
    if gone := absent_sites(new, old):
        text = f"No row names {some(sorted(gone))}, which had {sum(gone.values()):,} rows in the file applied last."
        if others := sorted(site for site in new.sites if site and site not in old.sites):
            text += f" Rows name {some(others)}, which those did not: a site may have another code now."
        yield Finding(code="site_absent", text=text)


def _differing(new: FileProfile, old: FileProfile) -> dict[str, int]:
    """Return by how many rows each site has more or fewer, one that is absent now or new among them."""
    if not (new.sites and old.sites):
        return {}
    return {site: new.sites.get(site, 0) - old.sites.get(site, 0) for site in {*new.sites, *old.sites} if site}


def absent_sites(new: FileProfile, old: FileProfile) -> dict[str, int]:
    """Return the sites that the file does not name any more, with the rows that they had."""
    if not new.sites:
        return {}
    return {site: rows for site, rows in old.sites.items() if site and rows >= A_SITE and not new.sites.get(site)}


def _ending(new: FileProfile, old: FileProfile) -> Iterator[Finding]:
    if new.cut:
        return
    if old.footer and not new.footer:
        yield Finding(code="truncated", text="The file seems to be cut off: its closing line is not there.")
    elif old.ended and not new.ended:
        text = "The file seems to be cut off: its last line has no end, and that of the file applied last had one."
        yield Finding(code="truncated", text=text)


def _encoding(new: FileProfile, old: FileProfile) -> Iterator[Finding]:
    odd = (new.implausible and not old.implausible) or new.garbled > max(GARBLED, 5 * old.garbled)
    if odd:
        share = f" ({new.garbled:.1%} of the values looked at)" if new.garbled > GARBLED else ""
        text = f"Letters beyond A to Z are garbled{share}; in the file applied last they were not."
        yield Finding(code="encoding", text=text)
    elif old.foreign >= SOME_FOREIGN and new.foreign < FOREIGN_LEFT * old.foreign:
        questioned = new.questioned - old.questioned > old.foreign / 2
        become = "have become question marks" if questioned else "are gone"
        text = f"Letters beyond A to Z {become}; {old.foreign:.1%} of the values had some in the file applied last."
        yield Finding(code="encoding", text=text, grave=questioned)
    elif "ascii" not in {new.encoding, old.encoding} and new.encoding != old.encoding:
        text = f"The file was read as {new.encoding}; the one applied last was {old.encoding}."
        yield Finding(code="encoding", text=text, grave=False)


def _delimiter(new: FileProfile, old: FileProfile) -> Finding:
    if new.delimiter == old.delimiter:
        text = f"The file has one column where {len(old.columns)} were: something else than {new.delimiter!r} "
        return Finding(code="delimiter", text=f"{text}separates its columns.")
    text = f"The columns are separated by {new.delimiter!r}; in the file applied last, by {old.delimiter!r}."
    if len(new.columns) != len(old.columns):
        text += f" There are {len(new.columns)} columns where {len(old.columns)} were."
    return Finding(code="delimiter", text=text, grave=len(new.columns) != len(old.columns))
