"""The careful reader: one row for each record of a CSV, however broken, with the line where it begins.

Python's csv module in its strict mode reads; this module sees to it that a quote which never closes costs one row and
not the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_ROW = 200
"""Lines that one row may span; a quote that is open longer was never meant to be one."""
FEWEST = 3
"""Delimiters that a line inside a value has at least when it looks like a row; one with fewer may be of an address."""
MOST_FOOTERS = 20
"""Lines at the end of a file that are looked at for footers."""
CLOSING_WORDS = frozenset(
    re.findall(
        r"\w+",
        "total totals grand count number of the is are and record records row rows line lines students patrons "
        "end eof file report data export extract list trailer trl exported extracted selected affected "
        "processed written generated created printed completion completed run on at by date time am pm t z utc",
    )
)
"""What an export writes below its rows besides digits: how many they are, when it ran, that it ends."""
MOST_CELLS = 2
_CTRL_Z = "\x1a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it stands in the file. ``trouble`` is a message code, ``detail`` what the message adds."""

    line: int
    cells: list[str]
    trouble: str | None = None
    detail: str | None = None


class _QuoteRunsOnError(Exception):
    """A quoted value spans more than `LONGEST_ROW` lines."""


class _Lines:
    """The lines of a file, some of which may be given back to be read again."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LONGEST_ROW:
            raise _QuoteRunsOnError
        line = self._given_back.popleft() if self._given_back else next(self._stream)
        self.taken.append(line)
        return line

    def keep_first_only(self) -> str:
        """Give back every line taken but the first, and return that one."""
        self._given_back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.taken[0]


def read(
    stream: Iterator[str], delimiter: str, *, skip: int = 0, width: int | None = None, needed: int = 0
) -> Iterator[Row]:
    """Yield the rows of ``stream``, whose elements are lines with their ends, without the first ``skip``.

    With ``width`` given every row comes with that many cells; one that has fewer, where the first ``needed`` are not
    all there, or more, where the others are not all blank, comes with a trouble, its cells as they are. So does a row
    that is no valid CSV, with the cells before its first quote alone, and a line at the end that only counts or closes
    the rows.
    """
    found = _read(stream, delimiter, skip, width, needed)
    return found if width is None else _footers_told(found)


def _read(stream: Iterator[str], delimiter: str, skip: int, width: int | None, needed: int) -> Iterator[Row]:
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 1
    for index in count():
        lines.taken.clear()
        try:
            cells = next(reader)
            row = Row(line=number, cells=cells)
            if len(lines.taken) > 1 and index >= skip and width is not None:
                reason = _swallows(cells, delimiter, width)
                row = _unreadable(number, lines, delimiter, reason) if reason else row
        except StopIteration:
            return
        except _QuoteRunsOnError:
            row = _unreadable(number, lines, delimiter, f"a quote does not close within {LONGEST_ROW} lines")
        except csv.Error as error:
            row = _unreadable(number, lines, delimiter, _reason(error))
        number += len(lines.taken)
        if any("\0" in line for line in lines.taken):
            row = _without_nul(row)
        if index == skip > 0 and row.trouble is None and is_underline(row.cells):
            row = replace(row, trouble="row_header")
        if index >= skip:
            yield row if width is None else _shaped(row, width, needed)


def _swallows(cells: list[str], delimiter: str, width: int) -> str | None:
    """Return why a row of several lines was hardly meant to be one: two stray quotes take in what is between them.

    A line inside has the delimiters of a whole row, or the last one has those of the columns before its quote.
    """
    if len(cells) != width:
        return "a quoted value runs on over the end of the line"
    for index, cell in enumerate(cells):
        counts = [line.count(delimiter) for line in cell.splitlines()[1:]]
        if any(number >= max(width - 1, FEWEST) for number in counts) or (index >= FEWEST and counts[-1:] == [index]):
            return "a quoted value holds what looks like rows"
    return None


def is_underline(cells: Sequence[str]) -> bool:
    """Tell whether a row has nothing but dashes, as tools for SQL write them below a header."""
    return "".join(cells).strip(" ") != "" and not "".join(cells).strip("- ")


def is_footer(cells: Sequence[str]) -> bool:
    """Tell whether a row at the end of a file, of any number of columns, only counts or closes the rows."""
    filled = [cell for cell in cells if cell.strip()]
    text = " ".join(filled).lower()
    words = re.findall(r"[^\W\d_]+", text)
    closes = (bool(words) and CLOSING_WORDS.issuperset(words)) or text == _CTRL_Z
    return closes and len(filled) <= MOST_CELLS


def _footers_told(found: Iterator[Row]) -> Iterator[Row]:
    waiting: deque[Row] = deque()
    for row in found:
        closing = row.trouble != "row_unreadable" and is_footer(row.cells)
        if not closing and not (waiting and not any(cell.strip() for cell in row.cells)):
            yield from waiting
            waiting.clear()
            yield row
            continue
        waiting.append(row)
        if len(waiting) > MOST_FOOTERS:
            yield waiting.popleft()
    for row in waiting:
        yield replace(row, trouble="row_footer", detail=None) if is_footer(row.cells) else row


def _unreadable(number: int, lines: _Lines, delimiter: str, detail: str) -> Row:
    """Return the row with the cells before its first quote: behind it nobody knows which column a value stands in."""
    sound, quote, _ = lines.keep_first_only().rstrip("\r\n").partition('"')
    cells = [cell.strip() for cell in sound.split(delimiter)]
    if quote:
        cells.pop()
    return Row(line=number, cells=cells, trouble="row_unreadable", detail=detail)


def _reason(error: csv.Error) -> str:
    text = str(error)
    if "expected after" in text:
        return "text follows a closing quote"
    if "unexpected end" in text:
        return "a quote opens and never closes"
    if "field larger" in text:
        return f"a value is longer than {csv.field_size_limit():,} characters"
    return "its quotes do not match"


def _without_nul(row: Row) -> Row:
    cells = [cell.replace("\0", " ") for cell in row.cells]
    return Row(line=row.line, cells=cells, trouble="row_unreadable", detail=row.detail or "it holds a NUL character")


def _shaped(row: Row, width: int, needed: int) -> Row:
    cells, found = row.cells, len(row.cells)
    if found == width:
        return row
    trouble, detail = row.trouble, row.detail
    if trouble is None:
        if found < width and found < needed and any(cell.strip() for cell in cells):
            trouble = "row_too_few_columns"
        elif found > width and any(cell.strip() for cell in cells[width:]):
            trouble = "row_too_many_columns"
        detail = f"{found} instead of {width}" if trouble else None
    cells = cells[:width] + [""] * (width - found)
    return Row(line=row.line, cells=cells, trouble=trouble, detail=detail)
