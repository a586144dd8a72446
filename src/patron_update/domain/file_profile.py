"""What a file looks like, in figures and shapes: what the next file of the job is compared with. No value of a patron.

A shape keeps what kind of character stands where: ``0012001`` is ``9{7}``, ``Þorvaldsdóttir`` is ``Aa``.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHAPES = 8
"""Most frequent shapes of a column that are kept."""
LONGEST_SHAPE = 24
_ASCII = {
    **{ord(c): "9" for c in "0123456789"},
    **dict.fromkeys(range(65, 91), "A"),
    **dict.fromkeys(range(97, 123), "a"),
}
_RUN = re.compile(r"A{2,}|a{2,}|9+")


def shape_of(value: str) -> str:
    """Return the shape of ``value``: letters by their case, runs of them as one; digits by their number."""
    plain = value.translate(_ASCII)
    if not plain.isascii():
        plain = "".join(("A" if c.isupper() else "a") if c.isalpha() else c for c in plain)
    return _RUN.sub(_short, plain[: 2 * LONGEST_SHAPE])[:LONGEST_SHAPE]


def _short(run: re.Match[str]) -> str:
    return f"9{{{len(run[0])}}}" if run[0][0] == "9" else run[0][0]


def shown(shape: str) -> str:
    """Return a shape as people read it: ``A 9{5}`` is ``A 99999``."""
    return re.sub(r"9\{(\d+)\}", lambda run: "9" * int(run[1]), shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column, judged by a sample of rows. Shares are between 0 and 1; those of values are of filled cells."""

    filled: float
    digits: float
    """Values of digits alone."""
    zeros: float
    """Values of several digits alone of which the first is 0."""
    shapes: Mapping[str, float]
    """The most frequent shapes with their shares."""

    def likeness(self, other: ColumnProfile) -> float:
        """Return how alike two columns are, from 0 to 1: the share of cells that could be either's."""
        both = min(self.filled, other.filled)
        alike = sum(min(share, other.shapes.get(shape, 0.0)) for shape, share in self.shapes.items())
        told = max(min(sum(self.shapes.values()), sum(other.shapes.values())), 0.01)
        return min(1 - self.filled, 1 - other.filled) + both * min(alike / told, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProfile:
    """A whole file. Names and columns of patron XML are not told: its elements have names of their own."""

    size: int
    """In bytes."""
    encoding: str = ""
    """Python's name of the encoding that it was read in; ``ascii`` fits any."""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    """Names of the columns; empty when the file tells none."""
    headless: bool = False
    """Whether the line that is skipped as the header is a row like the others."""
    columns: tuple[ColumnProfile, ...] = ()
    sampled: int = 0
    """Rows that the columns are judged by."""
    ended: bool = True
    """Whether a line end stands at the end of the file."""
    footer: bool = False
    """Whether the last line closes the file."""
    cut: str | None = None
    """In which way the last row is incomplete; None: it is not."""
    foreign: float = 0.0
    """Share of sampled cells that hold a letter beyond A to Z."""
    garbled: float = 0.0
    """Share of sampled cells that hold what becomes of é when an encoding is taken for another."""
    questioned: float = 0.0
    """Share of sampled cells that hold a question mark beside a letter."""
    implausible: bool = False
    """Whether the encoding hardly makes sense of the file."""
    year_said: int | None = None
    """Year in which the school year ends that a column of the file names."""
    rows: int | None = None
    sites: Mapping[str, int] = field(default_factory=dict)
    """Rows by site."""
    grades: Mapping[str, int] = field(default_factory=dict)
    """Rows by grade level."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Rows by status."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The site that each short name and alias meant, in small letters; empty: not known."""
    landmarks: tuple[str, ...] = ()
    """Digests, with the installation's secret, of the keys of rows at even distances, the last row's among them."""
    kept: tuple[bool, ...] = ()
    """For each landmark of the file applied last, whether a row of this one has its key; empty: not known."""
    year_shown: int | None = None
    """Year in which grade 12 graduates, as most rows with a grade and a graduation year have it."""

    @property
    def school_year(self) -> int | None:
        """Return the year in which the file's school year ends, or None when it tells none."""
        return self.year_said or self.year_shown

    def named_now(self, names: Mapping[str, str]) -> Self:
        """Return the profile with its sites called what ``names`` call them; without those that became several."""
        becomes: dict[str, set[str]] = {site: set() for site in self.sites}
        for name, site in {**{site.casefold(): site for site in self.sites}, **self.names}.items():
            if site in becomes and name in names:
                becomes[site].add(names[name])
        sites: dict[str, int] = {}
        for site, rows in self.sites.items():
            if len(becomes[site]) <= 1:
                now = next(iter(becomes[site]), site)
                sites[now] = sites.get(now, 0) + rows
        return replace(self, sites=sites)

    def with_sites_of(self, former: FileProfile, sites: Iterable[str]) -> FileProfile:
        """Return the profile of what was applied where ``sites`` wait: the rows there are still the former file's."""
        there = {site: former.sites.get(site, 0) for site in sites}
        more = sum(rows - self.sites.get(site, 0) for site, rows in there.items())
        known = {site: rows for site, rows in {**self.sites, **there}.items() if rows}
        return replace(self, rows=None if self.rows is None else self.rows + more, sites=known)

    def as_dict(self) -> dict[str, Any]:
        """Return the profile as JSON may hold it."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return the profile that `as_dict` made; a key that is not known any more is passed over."""
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        columns = tuple(ColumnProfile(**column) for column in known.pop("columns", ()))
        lists = {name: tuple(known.get(name, ())) for name in ("header", "landmarks", "kept")}
        return cls(**{**known, **lists, "columns": columns})
