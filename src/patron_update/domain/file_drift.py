"""What is odd about a file, by itself and beside the one that the job applied last. Pure: profiles in, findings out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from patron_update.domain.file_checks import Finding
from patron_update.domain.file_profile import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from patron_update.domain.file_profile import ColumnProfile, FileProfile
    from patron_update.domain.limits import Limit

ALIKE, UNLIKE = 0.7, 0.35
"""Likeness from which on two columns hold the same kind of values, and up to which they do not."""
FEWEST = 20
"""Rows that both files must show before their columns are compared."""
SOME_ZEROS, ZEROS_LEFT = 0.05, 0.2
"""Share of values with leading zeros that a column must have had; of it, what may be left of one that lost them."""
GARBLED = 0.002
SOME_FOREIGN, FOREIGN_LEFT = 0.001, 0.1
"""Share of values with letters beyond A to Z that a file must have had; of it, what is left when they are lost."""
NAMED = 3
"""Names or numbers that one text tells at most."""
A_SITE = 10
"""Rows of a site whose absence is no accident of one patron."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What the properties file makes of the columns, by their numbers in the new file, from 1.

    ``numbered``: used by number and not by name. ``keys``: by ``District IDs`` or ``barcodes``, whichever match.
    ``attended``: the properties file changed since the last file, so somebody has looked at the columns.
    """

    numbered: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    keys: Mapping[str, frozenset[int]] = field(default_factory=dict)
    attended: bool = False

    @property
    def columns(self) -> list[int]:
        """Return the numbers of all columns that are used."""
        return sorted(self.numbered | self.named)


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
    header = _header(new, old, used)
    yield from header
    if min(new.sampled, old.sampled) < FEWEST:
        return
    clear = not any(finding.grave for finding in header)
    shifted = [*_shifted(new, old, used)] or [*_swapped(new, old, used)] if clear else []
    yield from shifted or _values(new, old, used)


def content(new: FileProfile, old: FileProfile, rows_by: Limit | None) -> Iterator[Finding]:
    """Yield what of the rows, once they are converted, differs from the file applied last as it should not."""
    if new.rows is not None and old.rows and rows_by is not None:
        differ = new.rows - old.rows
        if abs(differ) > rows_by.allowed(old.rows):
            more = f"{abs(differ):,} {'more' if differ > 0 else 'fewer'} ({abs(differ) / old.rows:.0%})"
            text = f"The file has {new.rows:,} rows; the one applied last had {old.rows:,}. These are {more}; "
            yield Finding(code="rows", text=f"{text}the job allows {rows_by}.")
    gone = absent_sites(new, old)
    if gone:
        rows = sum(gone.values())
        text = f"No row names {_some(sorted(gone))}, which had {rows:,} rows in the file applied last."
        yield Finding(code="site_absent", text=text)


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


def _header(new: FileProfile, old: FileProfile, used: Used) -> list[Finding]:
    """Return one finding for everything that changed about the header, or about the number of columns without one."""
    if new.headless:
        return []
    if not new.header or not old.header:
        if len(new.columns) == len(old.columns):
            return []
        text = f"The file has {len(new.columns)} columns; the one applied last had {len(old.columns)}."
        return [Finding(code="header", text=text, grave=not used.attended)]
    before, now = [_plain(name) for name in old.header], [_plain(name) for name in new.header]
    if now == before:
        return []
    renamed = [
        number
        for number, (old_name, new_name) in enumerate(zip(before, now, strict=False), 1)
        if old_name != new_name and not (old_name and old_name in now) and not (new_name and new_name in before)
    ]
    moved = [name for name in _common(before, now) if before.index(name) != now.index(name)]
    added = [number for number, name in enumerate(now, 1) if name not in before and number not in renamed]
    gone = [number for number, name in enumerate(before, 1) if name not in now and number not in renamed]
    parts = [
        (f"renamed: {_some([f'{old.header[n - 1]!r} to {new.header[n - 1]!r}' for n in renamed])}", renamed),
        (f"missing: {_some([_title(old, n) for n in gone])}", gone),
        (f"new: {_some([_title(new, n) for n in added])}", added),
        (f"moved: {_some([repr(old.header[before.index(name)]) for name in moved])}", moved),
    ]
    differs = "; ".join(said for said, there in parts if there) or "a name stands in it more often or less often"
    text = f"The header differs from that of the file applied last; {differs}."
    if len(now) != len(before):
        text += f" It has {len(now)} columns instead of {len(before)}."
    return [Finding(code="header", text=text, grave=not used.attended and _misleads(new, old, used))]


def _misleads(new: FileProfile, old: FileProfile, used: Used) -> bool:
    """Tell whether some number in the properties file means another column than it did."""
    before, now = [_plain(name) for name in old.header], [_plain(name) for name in new.header]
    for number in sorted(used.numbered):
        was = before[number - 1] if number <= len(before) else None
        name = now[number - 1] if number <= len(now) else None
        if was == name or was is None:
            continue
        if name is None or (was and was in now) or (name and name in before):
            return True
        enough = min(new.sampled, old.sampled) >= FEWEST
        if enough and new.columns[number - 1].likeness(old.columns[number - 1]) < ALIKE:
            return True
    return False


def _shifted(new: FileProfile, old: FileProfile, used: Used) -> Iterator[Finding]:
    """Yield whether two used columns or more hold what columns at one distance from them held."""
    found: Counter[int] = Counter()
    for number in sorted(used.numbered):
        distance = _distance(new, old, number)
        if distance:
            found[distance] += 1
    if not found:
        return
    distance, columns = found.most_common(1)[0]
    if columns > 1:
        where = f"{abs(distance)} {'column' if abs(distance) == 1 else 'columns'} to the {_side(distance)}"
        yield Finding(
            code="columns_shifted",
            text=f"The values of {columns} columns stand {where} of where they stood in the file applied last, under "
            "the same header.",
            grave=not used.attended,
        )


def _swapped(new: FileProfile, old: FileProfile, used: Used) -> Iterator[Finding]:
    """Yield whether two used columns of the same names hold what the other one held."""
    moved = [
        (number, *pair)
        for number in used.columns
        if (pair := _pair(new, old, number)) and pair[0].likeness(pair[1]) <= UNLIKE
    ]
    for (one, now, was), (other, others_now, others_was) in combinations(moved, 2):
        if min(now.likeness(others_was), others_now.likeness(was)) >= ALIKE:
            text = f"The values of {_title(new, one)}, and {_title(new, other)}, have changed places."
            yield Finding(code="columns_shifted", text=text, grave=not used.attended)
            return


def _side(distance: int) -> str:
    return "right" if distance < 0 else "left"


def _distance(new: FileProfile, old: FileProfile, number: int) -> int:
    """Return how far away the column stood whose values column ``number`` has now; 0: nowhere else, as far as known."""
    if number > min(len(new.columns), len(old.columns)):
        return 0
    own, now = old.columns[number - 1], new.columns[number - 1]
    if now.likeness(own) > UNLIKE:
        return 0
    for distance in (-1, 1, -2, 2):
        there = number - 1 + distance
        if 0 <= there < len(old.columns) and now.likeness(old.columns[there]) >= ALIKE:
            return distance
    return 0


def _values(new: FileProfile, old: FileProfile, used: Used) -> Iterator[Finding]:
    """Yield the used columns that lost their leading zeros, and keys of another form."""
    pairs = {number: pair for number in used.columns if (pair := _pair(new, old, number))}
    lost = [number for number, (now, was) in pairs.items() if _lost_zeros(now, was)]
    if lost:
        names = _some([_title(new, number) for number in lost])
        text = f"Numbers in {names} lost the zeros that they began with in the file applied last."
        yield Finding(code="leading_zeros", text=text, grave=not used.attended)
    for what, numbers in used.keys.items():
        for number in sorted(numbers - {*lost}):
            if number in pairs and (form := _other_form(*pairs[number])):
                text = f"The {what} ({_title(new, number)}) have another form than in the file applied last: {form}."
                yield Finding(code="key_format", text=text, grave=not used.attended)


def _pair(new: FileProfile, old: FileProfile, number: int) -> tuple[ColumnProfile, ColumnProfile] | None:
    """Return column ``number`` as it is and as it was: the one of the same name, where there are names."""
    where = number - 1
    if new.header and old.header and number <= len(new.header):
        before = [_plain(name) for name in old.header]
        name = _plain(new.header[where])
        where = before.index(name) if name and name in before else where
    if number > len(new.columns) or where >= len(old.columns):
        return None
    return new.columns[number - 1], old.columns[where]


def _lost_zeros(now: ColumnProfile, was: ColumnProfile) -> bool:
    had = was.zeros >= SOME_ZEROS and now.zeros < was.zeros * ZEROS_LEFT
    return had and now.digits >= was.digits / 2 and now.likeness(was) < 1 - was.zeros * was.filled / 2


def _other_form(now: ColumnProfile, was: ColumnProfile) -> str | None:
    if not now.shapes or not was.shapes or now.filled < 0.5 or now.likeness(was) >= UNLIKE:  # noqa: PLR2004 - half
        return None
    (form, share), (former, had) = (max(one.shapes.items(), key=lambda shape: shape[1]) for one in (now, was))
    if share < 0.5 or form == former:  # noqa: PLR2004 - half of the rows
        return None
    return f"{shown(form)!r} in {share:.0%} of the rows, formerly {shown(former)!r} in {had:.0%} (9: any digit)"


def _title(profile: FileProfile, number: int) -> str:
    name = profile.header[number - 1] if number <= len(profile.header) else ""
    return f"column {number}, {name!r}" if name else f"column {number}"


def _common(before: list[str], now: list[str]) -> list[str]:
    """Return the names that both headers have once, in their former order."""
    return [name for name in before if name and before.count(name) == 1 and now.count(name) == 1]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
