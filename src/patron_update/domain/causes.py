"""Why a run would change so much: the causes known in the field, read off the file's findings and the change set."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from patron_update.domain.column_drift import NAMED, some
from patron_update.domain.file_checks import Finding, in_order
from patron_update.domain.file_drift import A_SITE, absent_sites
from patron_update.domain.limits import LIMITED, Limit
from patron_update.domain.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from patron_update.domain.file_profile import FileProfile
    from patron_update.domain.outcomes import Counts

MASS = Limit(share=0.10)
"""Changes of one kind, of all rows or of a site's, that ask for a cause."""
ALMOST_ALL = 0.8
HALF = 0.5

LABELS = {
    "truncated": "The file ends earlier than it should, or than it did",
    "delimiter": "Something else separates the columns",
    "header_missing": "The header is missing",
    "header": "The header changed",
    "columns_shifted": "Columns are shifted",
    "leading_zeros": "Leading zeros are lost",
    "key_format": "The keys have another form",
    "encoding": "The encoding changed",
    "school_year": "The file is of another school year",
    "rows": "The number of rows changed",
    "site_absent": "A site is absent, or has another code",
    "sent_before": "The file is an earlier one again",
    "too_old": "The file is old",
    "rollover": "A new school year began",
    "properties_changed": "The properties file changed",
    "district_changed": "The district file changed",
}
"""By code, which is that of the check whose finding is the cause, if there is one."""
_NEVER = frozenset({"identical"})
_BY_ITSELF = frozenset(LABELS) - {"rows", "too_old"}
"""Causes of whatever changes, be it much or little, as far as their findings are grave."""
_MANGLED = frozenset({"delimiter", "header_missing", "header", "columns_shifted", "leading_zeros"})
"""Faults after which a row names another site than it did, or none."""
_BEFORE_FIRST = {"PK": -1, "PREK": -1, "PRE-K": -1, "TK": -1, "K": 0, "KG": 0, "KN": 0, "KINDERGARTEN": 0}
_GRADE = re.compile(r"(?:GRADE\s*)?(\d{1,2})(?:ST|ND|RD|TH)?(?:\s*GRADE)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause; ``text`` says by what it is known, ``sites`` where it lies when that is not the whole file."""

    code: str
    text: str
    sites: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the cause in a few words."""
        return LABELS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """What many rows have in common. ``grades``: grade before, grade after, and the patrons whose grades they are.

    ``new_keys``: first and last key, by their characters, of the rows that name nobody who is stored; ``missing_keys``
    of the patrons whom no row names, who are ``missing``. ``sites``: the same of each site's.
    """

    grades: Sequence[tuple[str, str, int]] = ()
    new_keys: tuple[str, str] | None = None
    missing_keys: tuple[str, str] | None = None
    missing: int = 0
    sites: Mapping[str, Shifts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a run that has its change set: the file, the one applied last, and what would change."""

    new: FileProfile
    old: FileProfile
    findings: Sequence[Finding]
    counts: Counts
    owned: int
    """Patrons whom the job has applied before."""
    keys: str = "District IDs"
    properties_changed: bool = False
    leaving: Mapping[str, int] = field(default_factory=dict)
    """By site, the patrons whom the change set moves to another one."""
    sites: Mapping[str, tuple[Counts, int]] = field(default_factory=dict)
    """By site, its rows and the patrons there whom the job has applied before."""


def is_mass(counts: Counts, sites: Iterable[Counts], owned: int) -> bool:
    """Tell whether so much would change, at one site or over all, that there must be a cause."""
    return counts.missing > MASS.allowed(owned) or any(
        getattr(part, outcome) > MASS.allowed(part.read)
        for part in (counts, *sites)
        for outcome in (*LIMITED, Outcome.HELD)
    )


def causes(seen: Seen, shifts: Shifts | None) -> list[Cause]:
    """Return the causes, the surest first. ``shifts``: None unless the change set is a mass change."""
    mass = shifts is not None
    found = [
        Cause(code=finding.code, text=finding.text)
        for finding in in_order(seen.findings)
        if finding.code not in _NEVER and (mass or (finding.grave and finding.code in _BY_ITSELF))
    ]
    mangled = any(finding.grave and finding.code in _MANGLED for finding in seen.findings)
    if mangled or _have_moved(seen):
        found = [cause for cause in found if cause.code != "site_absent"]
    if shifts is None:
        return found
    known = {cause.code for cause in found}
    found += [cause for cause in _shifted(seen, shifts, known) if cause.code not in known]
    known |= {cause.code for cause in found}
    explained = {"rows"} if known & {"truncated", "site_absent", "rollover"} else set()
    explained |= {"school_year"} if "rollover" in known else set()
    found = [cause for cause in found if cause.code not in explained]
    return sorted(found, key=lambda cause: list(LABELS).index(cause.code))


def _shifted(seen: Seen, shifts: Shifts, known: set[str]) -> Iterator[Cause]:
    graded = [*_graded(seen, shifts)]
    yield from graded
    if not graded and "truncated" not in known:
        yield from _fell(seen)
    if not known & {*_MANGLED, "key_format"}:
        others = [*_all_new(seen, shifts)]
        yield from others or (() if graded else _at_sites(seen, shifts))
    if seen.properties_changed:
        text = "It makes other values of the same columns than when this job last applied a file."
        yield Cause(code="properties_changed", text=text)
    if sites := _renamed(seen.new, seen.old):
        text = f"Since this job last applied a file, the names by which rows mean {some(sites)} have changed."
        yield Cause(code="district_changed", text=text)


def _graded(seen: Seen, shifts: Shifts) -> Iterator[Cause]:
    step = _step(shifts.grades, seen.counts.read)
    if step == 1:
        yield Cause(code="rollover", text=f"{_promoted(shifts.grades, 1)} go up by one grade.")
    elif step == -1:
        yield Cause(code="school_year", text=f"{_promoted(shifts.grades, -1)} go back by one grade.")


def _at_sites(seen: Seen, shifts: Shifts) -> Iterator[Cause]:
    """Yield what is so at some sites, though not over all; each cause once, with the first sites that have it."""
    told: dict[str, dict[str, str]] = {}
    for site, (counts, owned) in sorted(seen.sites.items()):
        part = shifts.sites.get(site)
        if not site or part is None or min(counts.read, owned) < A_SITE:
            continue
        here = replace(seen, counts=replace(counts, missing=part.missing), owned=owned)
        for cause in chain(_graded(here, part), _all_new(here, part)):
            told.setdefault(cause.code, {})[site] = f"At {site}: {cause.text}"
    for code, texts in told.items():
        more = f" So it is at {len(texts) - NAMED:,} more." if len(texts) > NAMED else ""
        yield Cause(code=code, text=" ".join([*texts.values()][:NAMED]) + more, sites=tuple(texts))


def _fell(seen: Seen) -> Iterator[Cause]:
    """Yield that the file seems cut: rows and size fell, mostly at its end, and no site or grade explains it."""
    new, old = seen.new, seen.old.named_now(seen.new.names)
    if new.rows is None or not old.rows:
        return
    explained = max(sum(absent_sites(new, old).values()), _graduates(new, old), _settled(new, old))
    lost = old.rows - explained - new.rows
    if lost > MASS.allowed(old.rows) and new.size < old.size and _lost_at_the_end(new.kept, lost / old.rows):
        text = (
            f"It has {new.rows:,} rows in {new.size:,} bytes; the one applied last had {old.rows:,} rows in "
            f"{old.size:,} bytes. Either its end is missing, or as many patrons have left."
        )
        yield Cause(code="truncated", text=text)


def _lost_at_the_end(kept: Sequence[bool], lost: float) -> bool:
    """Tell whether at least half of the share ``lost`` stood at the end of the former file, as far as that is known."""
    at_the_end = sum(1 for _ in takewhile(lambda there: not there, reversed(kept)))
    return not kept or at_the_end >= HALF * lost * len(kept)


def _graduates(new: FileProfile, old: FileProfile) -> int:
    """Return the rows of the highest grade of the former file when nobody is in it any more."""
    highest = max(old.grades, key=lambda grade: -2 if (rank := _rank(grade)) is None else rank, default="")
    return 0 if new.grades.get(highest) else old.grades.get(highest, 0)


def _settled(new: FileProfile, old: FileProfile) -> int:
    """Return the rows of statuses that no row has any more: those who had left, and are not exported any longer."""
    return sum(rows for status, rows in old.statuses.items() if new.statuses and status not in new.statuses)


def _have_moved(seen: Seen) -> bool:
    """Tell whether most patrons of the absent sites move to others: a school has closed."""
    gone = absent_sites(seen.new, seen.old.named_now(seen.new.names))
    return sum(seen.leaving.get(site, 0) for site in gone) > HALF * sum(gone.values())


def _renamed(new: FileProfile, old: FileProfile) -> list[str]:
    """Return the sites of which there are many rows more or fewer, and by whose names another one is meant, or was."""
    if not old.names:
        return []
    names = (name for name in {*new.names, *old.names} if new.names.get(name) != old.names.get(name))
    sites = {file.names.get(name, "") for name in names for file in (new, old)} - {""}
    rows = {site: (new.sites.get(site, 0), old.sites.get(site, 0)) for site in sites}
    return sorted(site for site, (now, before) in rows.items() if abs(now - before) > MASS.allowed(before))


def _all_new(seen: Seen, shifts: Shifts) -> Iterator[Cause]:
    """Yield that the keys are others when almost every row names nobody, and almost nobody is named by a row."""
    counts = seen.counts
    strangers = counts.added + counts.held + counts.rejected
    if counts.missing < max(ALMOST_ALL * seen.owned, 1) or strangers < ALMOST_ALL * counts.read:
        return
    text = f"{counts.missing:,} of {seen.owned:,} patrons are named by no row, and almost every row names somebody new."
    now, before = (_beginning(keys) for keys in (shifts.new_keys, shifts.missing_keys))
    if now != before:
        text += f" The new {seen.keys} {_begin(now)}; those before {_begin(before)}."
    yield Cause(code="key_format", text=text)


def _beginning(keys: tuple[str, str] | None) -> str:
    first, last = keys or ("", "")
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _begin(prefix: str) -> str:
    return f"all begin with {prefix!r}" if prefix else "have no beginning in common"


def _step(grades: Sequence[tuple[str, str, int]], rows: int) -> int | None:
    """Return by how many grades almost everybody whose grade changes goes up, at least half of the rows."""
    changed = sum(number for before, after, number in grades if before != after)
    for step in (1, -1):
        along = _along(grades, step)
        if along >= ALMOST_ALL * changed and along >= max(HALF * rows, 1):
            return step
    return None


def _promoted(grades: Sequence[tuple[str, str, int]], step: int) -> str:
    changed = sum(number for before, after, number in grades if before != after)
    return f"{_along(grades, step):,} of the {changed:,} patrons whose grade changes"


def _along(grades: Sequence[tuple[str, str, int]], step: int) -> int:
    ranked = ((_rank(before), _rank(after), number) for before, after, number in grades)
    return sum(n for before, after, n in ranked if before is not None and after is not None and after == before + step)


def _rank(grade: str) -> int | None:
    """Return the grade as a number, kindergarten as 0, or None for what is no grade that has a next one."""
    plain = grade.strip().upper()
    numbered = _GRADE.fullmatch(plain)
    return int(numbered[1]) if numbered else _BEFORE_FIRST.get(plain)
