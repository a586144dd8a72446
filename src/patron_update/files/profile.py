"""The profile of a landed file: its columns by a sample of rows, its rows by site and grade once they are converted.

The sample is of one size whatever the file's, from places all over it: a profile costs the same for any file.
"""

# ruff: noqa: S608 - statements are fixed templates; the view is made by this room

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from patron_update.domain.file_drift import A_SITE
from patron_update.domain.file_profile import SHAPES, ColumnProfile, FileProfile, shape_of
from patron_update.files import rows
from patron_update.files.convert import prepare
from patron_update.files.database import connect
from patron_update.files.records import view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from patron_update.files.reading import Landed
    from patron_update.files.workspace import RunFolder

PIECES, PIECE = 16, 64 * 1024
"""Places of a large file that are looked at, and bytes at each."""
MOST_ROWS = 2_000
"""Rows of the sample at most: a tenth of a second's work."""
END = 64 * 1024
LANDMARKS = 64
"""Rows by which a later file tells whether the end or any part of this one is missing."""
_LANDMARK = "left(sha256(getvariable('secret') || key), 16)"
_SITE, _GRADE, _STATUS, _YEAR, _ALL = 0b0111, 0b1011, 0b1101, 0b1110, 0b1111
"""What rows are counted by, as DuckDB's grouping_id tells it."""
_GARBLED = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u0192\u2018-\u2022\u20ac]|\u00e2\u20ac|\ufffd")
"""What UTF-8 looks like when it was taken for windows-1252, and the sign for what could not be read."""
_QUESTIONED = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")
"""What becomes of a letter in a word when a program writes an encoding that does not have it."""
_YEARS = re.compile(r"\D*(?:19|20)?(\d\d)\s*[-/\u2013]\s*(?:19|20)?(\d\d)")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def profile_of(found: Landed, size: int) -> FileProfile:
    """Return the profile of a landed file of ``size`` bytes, as far as the file as it lies there tells.

    Raises UnreadableFileError where that shows that it is no UTF-8, although it was taken for it.
    """
    sample = [row for row in _sample(found) if len(row) == found.columns][:MOST_ROWS]
    columns = tuple(_column([row[number] for row in sample]) for number in range(found.columns))
    headless = _is_row(found.header, columns)
    header = () if headless else tuple(" ".join(cell.split()) for cell in found.header)
    last, ended, cut = _end(found)
    cells = [cell for row in sample for cell in row if cell]
    foreign = [cell for cell in cells if not cell.isascii()]
    garbled = [cell for cell in foreign if _GARBLED.search(cell)]
    questioned = [cell for cell in cells if "?" in cell and _QUESTIONED.search(cell)]
    return FileProfile(
        size=size,
        encoding=found.text.encoding,
        delimiter=found.delimiter,
        header=header,
        headless=headless,
        columns=columns,
        sampled=len(sample),
        ended=ended,
        footer=rows.is_footer(last),
        cut=cut,
        foreign=_share(len(foreign), len(cells)),
        garbled=_share(len(garbled), len(cells)),
        questioned=_share(len(questioned), len(cells)),
        implausible=any(note.code == "encoding_implausible" for note in found.notes),
        year_said=_year_said(header, sample),
    )


def with_rows(profile: FileProfile, folder: RunFolder, former: FileProfile | None, secret: bytes) -> FileProfile:
    """Return ``profile`` with what the converted rows tell, whoever of them is rejected or skipped.

    Few rows of a site are told only when the ``former`` file had it, and which landmarks of that are left only when
    this one has fewer rows.
    """
    known = [*former.sites] if former else []
    with connect(folder) as connection:
        prepare(connection, secret, {})
        found = connection.execute(
            f"""
            SELECT grouping_id(site, grade, status, year), site, grade, status, year, count(*)
            FROM (
                SELECT coalesce(site_short_name, '') AS site, coalesce(grade_level, '') AS grade,
                       coalesce(status::VARCHAR, '') AS status,
                       try_cast(grade_level AS INTEGER) + try_cast(graduation_year AS INTEGER) - 12 AS year
                FROM ({view(folder)})
            )
            GROUP BY GROUPING SETS ((site), (grade), (status), (year), ())
            HAVING count(*) >= {A_SITE} OR grouping_id(site, grade, status, year) = {_ALL}
                OR list_contains(?::VARCHAR[], site)
            ORDER BY ALL
        """,
            [known],
        ).fetchall()
        rows = next((count for kind, *_, count in found if kind == _ALL), 0)
        fewer = former is not None and former.rows is not None and rows < former.rows
        keys = f"(SELECT line, key FROM ({view(folder)}) WHERE key <> '')"
        landmarks = _landmarks(connection, keys)
        kept = _kept(connection, keys, former.landmarks) if former and fewer else ()
    sites = {site: count for kind, site, *_, count in found if kind == _SITE}
    grades = {grade: count for kind, _, grade, *_, count in found if kind == _GRADE}
    statuses = {status: count for kind, *_, status, _, count in found if kind == _STATUS}
    years = {year: count for kind, *_, year, count in found if kind == _YEAR and year is not None}
    year = max(years, key=lambda each: years[each], default=None)
    shown = year if year and 2 * years[year] > sum(years.values()) and 1900 < year < 2200 else None  # noqa: PLR2004
    return replace(
        profile,
        rows=rows,
        sites=sites,
        grades=grades,
        statuses=statuses,
        year_shown=shown,
        landmarks=landmarks,
        kept=kept,
    )


def _landmarks(connection: duckdb.DuckDBPyConnection, keys: str) -> tuple[str, ...]:
    """Return the digest of the last key of each of so many parts of the file."""
    found = connection.execute(f"""
        WITH ends AS (SELECT min(line) AS first, max(line) + 1 - min(line) AS length FROM {keys})
        SELECT {_LANDMARK} FROM (
            SELECT max(line) AS line, arg_max(key, line) AS key FROM {keys}, ends
            GROUP BY (line - first) * {LANDMARKS} // length
        )
        ORDER BY line
    """).fetchall()
    return tuple(mark for (mark,) in found)


def _kept(connection: duckdb.DuckDBPyConnection, keys: str, landmarks: Sequence[str]) -> tuple[bool, ...]:
    there = f"SELECT mark, mark IN (SELECT {_LANDMARK} FROM {keys}) FROM (SELECT unnest(?::VARCHAR[]) AS mark)"
    found = dict(connection.execute(there, [[*landmarks]]).fetchall())
    return tuple(found[mark] for mark in landmarks)


def _is_row(header: Sequence[str], columns: Sequence[ColumnProfile]) -> bool:
    """Tell whether what is called a header is a row like the others.

    Of the columns whose values have digits, which names hardly have, most have a value of their own kind in it; or most
    of its cells are no names.
    """
    numbers = [(cell.strip(), column) for cell, column in zip(header, columns, strict=False) if _has_digits(column)]
    like_values = sum(1 for cell, column in numbers if "9" in shape_of(cell) and shape_of(cell) in column.shapes)
    filled = [cell.strip() for cell in header if cell.strip()]
    no_names = sum(1 for cell in filled if not cell[0].isalpha() or "@" in cell)
    return 2 * like_values > len(numbers) or 2 * no_names > len(filled)


def _has_digits(column: ColumnProfile) -> bool:
    return sum(share for shape, share in column.shapes.items() if "9" in shape) > 0.8  # noqa: PLR2004 - nearly all


def _sample(found: Landed) -> Iterator[list[str]]:
    size = found.text.path.stat().st_size
    with found.text.path.open("rb") as stream:
        if size <= PIECES * PIECE:
            pieces = [stream.read()]
        else:
            step = (size - PIECE) // (PIECES - 1)
            pieces = [_piece(stream.seek(number * step), stream.read(PIECE)) for number in range(PIECES)]
    texts = [piece.decode("utf-8-sig", "replace") for piece in pieces]
    if any("\ufffd" in text for text in texts):
        found.text.refuse()
    for number, text in enumerate(texts):
        lines = _LINE_ENDS.split(text)
        whole = lines[found.rows_to_skip :] if number == 0 else lines
        most = MOST_ROWS // len(texts) + 1
        yield from _parsed(whole[:most], found.delimiter)


def _piece(start: int, read: bytes) -> bytes:
    """Return the whole lines of what was read: the first one, unless the file begins there, and the last are parts."""
    for end in (b"\n", b"\r"):
        if end in read:
            first = read.find(end) + 1 if start else 0
            return read[first : read.rfind(end)]
    return b""


def _parsed(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:  # a quote that never closes: what was read before it is sample enough
        return


def _column(cells: Sequence[str]) -> ColumnProfile:
    filled = [cell for cell in (cell.strip() for cell in cells) if cell]
    digits = [cell for cell in filled if cell.isascii() and cell.isdigit()]
    shapes = Counter(map(shape_of, filled))
    total = max(len(filled), 1)
    return ColumnProfile(
        filled=_share(len(filled), len(cells)),
        digits=_share(len(digits), total),
        zeros=_share(sum(1 for cell in digits if len(cell) > 1 and cell[0] == "0"), total),
        shapes={shape: _share(number, total) for shape, number in shapes.most_common(SHAPES)},
    )


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 5)


def _end(found: Landed) -> tuple[list[str], bool, str | None]:
    """Return the cells of the last line, whether it has an end, and how it is incomplete."""
    path = found.text.path
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - END, 0))
        text = stream.read().decode("utf-8", "replace")
    ended = text.endswith(("\n", "\r"))
    last = next((line for line in reversed(_LINE_ENDS.split(text)) if line.strip()), "")
    cells = next(chain(_parsed([last], found.delimiter), [[]]))
    if ended or rows.is_footer(cells):
        return cells, ended, None
    if last.count('"') % 2:
        return cells, ended, "its last row ends inside a quoted value"
    if len(cells) < found.columns and last.strip("\x1a"):
        return cells, ended, f"its last row has {len(cells)} of {found.columns} columns and no line end"
    return cells, ended, None


def _year_said(header: Sequence[str], sample: Sequence[Sequence[str]]) -> int | None:
    """Return the year in which the school year ends that a column named so tells in most rows."""
    for number, name in enumerate(header):
        if re.sub(r"[^a-z]", "", name.casefold()) in {"schoolyear", "academicyear", "yearofschool", "schoolyr"}:
            said = Counter(year for row in sample if (year := _year(row[number])))
            if said:
                return said.most_common(1)[0][0]
    return None


def _year(value: str) -> int | None:
    """Return 2026 for 2025-26, 2025-2026, 25/26, and for 2026 alone."""
    both = _YEARS.fullmatch(value.strip())
    if both:
        return 2000 + int(both[2])
    return int(value) if re.fullmatch(r"20\d\d", value.strip()) else None
