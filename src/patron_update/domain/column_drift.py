"""What is odd about a file's columns beside those of the file applied last: their names, their places, their values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from patron_update.domain.file_checks import Finding
from patron_update.domain.file_profile import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patron_update.domain.file_profile import ColumnProfile, FileProfile

ALIKE, UNLIKE = 0.7, 0.35
"""Likeness from which on two columns hold the same kind of values, and up to which they do not."""
HALF = 0.5
FEWEST = 20
"""Rows that both files must show before their columns are compared."""
SOME_ZEROS, ZEROS_LEFT = 0.05, 0.2
"""Share of values with leading zeros that a column must have had; of it, what may be left of one that lost them."""
NAMED = 3
"""Names or numbers that one text tells at most."""


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


def columns(new: FileProfile, old: FileProfile, used: Used) -> Iterator[Finding]:
    """Yield what of the columns differs from the file applied last in a way that should not be."""
    header = _header(new, old, used)
    yield from header
    if min(new.sampled, old.sampled) < FEWEST:
        return
    clear = not any(finding.grave for finding in header)
    shifted = [*_shifted(new, old, used)] or [*_swapped(new, old, used)] if clear else []
    yield from shifted or _values(new, old, used)


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
        (f"renamed: {some([f'{old.header[n - 1]!r} to {new.header[n - 1]!r}' for n in renamed])}", renamed),
        (f"missing: {some([_title(old, n) for n in gone])}", gone),
        (f"new: {some([_title(new, n) for n in added])}", added),
        (f"moved: {some([repr(old.header[before.index(name)]) for name in moved])}", moved),
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
        names = some([_title(new, number) for number in lost])
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
    if not now.shapes or not was.shapes or now.filled < HALF or now.likeness(was) >= UNLIKE:
        return None
    (form, share), (former, had) = (max(one.shapes.items(), key=lambda shape: shape[1]) for one in (now, was))
    if share < HALF or form == former:
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


def some(names: list[str]) -> str:
    """Return the first few of some names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
