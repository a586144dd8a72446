"""Reading a landed file: its columns as a DuckDB source, by DuckDB's own reader where that is right, else with care."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import csv
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING, TextIO

from patron_update.errors import ColumnsMissingError, UnreadableFileError
from patron_update.files import delimiter as delimiters
from patron_update.files import rows
from patron_update.files.database import NEVER, text
from patron_update.files.encodings import Text, as_utf8, codec_name
from patron_update.files.notes import Note
from patron_update.files.scan import Scan, refuse_binary, refuse_other_files, scan
from patron_update.files.workspace import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patron_update.files.workspace import RunFolder

DECODED, CLEAN = "decoded.csv", "clean.csv"
MARK = "\ufeff"
"""The byte order mark: in front of a file, and of each file that was put behind another."""
SAMPLE = 1000
"""Rows that are looked at to tell how many columns the file has."""
LONGEST_LINE = 8 * 1024 * 1024
"""Characters that a line may have; what is longer is no row about a patron."""
MOST_COLUMNS = 1_000
"""Columns that a file may have. DuckDB's planning takes seconds for so many, and grows with their square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A landed file that was looked at: how to read it."""

    text: Text
    scan: Scan
    delimiter: str
    columns: int
    header: tuple[str, ...]
    """The last of the rows that are skipped; empty when none is."""
    rows_to_skip: int
    clean: Path = field(repr=False)
    notes: tuple[Note, ...] = ()
    header_again: bool = False
    """Rows are held against the header, as in files put together; that takes time, and hardly a file needs it."""

    @property
    def plain_rows(self) -> int:
        """Return how many rows DuckDB must find when every line is one."""
        return self.scan.lines - self.rows_to_skip

    def plain_source(self) -> str:
        """Return the SQL of the rows as DuckDB reads them: base + step * (number of the row, from 0) is the line."""
        names = _names(self.columns)
        base = f"{self.rows_to_skip + 1}::BIGINT AS base, 1::BIGINT AS step"
        trouble = f"{self._header_again()} AS trouble, NULL::VARCHAR AS detail"
        source = read_csv(self.text.path, names, self.delimiter, self.rows_to_skip, parallel=True)
        return f"SELECT {base}, {trouble}, {', '.join(names)} FROM {source}"

    def careful_source(self, needed: int) -> tuple[str, int]:
        """Write a clean copy of the file; return the SQL of its rows, as `plain_source` does, and their number.

        ``needed`` is the highest column that the properties file uses.
        """
        names = _names(self.columns)
        written = self._write_clean(needed)
        source = read_csv(self.clean, ["line", "trouble", "detail", *names], ",", 0, parallel=False, end=r"\n")
        trouble = f"coalesce(nullif(trouble, ''), {self._header_again()}) AS trouble, nullif(detail, '') AS detail"
        return f"SELECT line::BIGINT AS base, 0::BIGINT AS step, {trouble}, {', '.join(names)} FROM {source}", written

    def _header_again(self) -> str:
        """Return the SQL of the trouble with a row that says what the header says."""
        if not self.header_again:
            return "NULL::VARCHAR"
        cells = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in self.header]
        first, *others = (f"c{number} <> {text(cell)}" for number, cell in enumerate(cells, 1))
        marked = f"c1 <> {text(MARK + cells[0])}"
        # A CASE, since it ends with the first column that differs; AND looks at all of them.
        differs = " ".join(f"WHEN {each} THEN NULL" for each in (f"{first} AND {marked}", *others))
        return f"CASE {differs} ELSE 'row_header' END"

    def _write_clean(self, needed: int) -> int:
        number = 0
        with _lines(self.text) as stream, private(self.clean) as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
            found = rows.read(stream, self.delimiter, skip=self.rows_to_skip, width=self.columns, needed=needed)
            for number, row in enumerate(found, 1):  # noqa: B007 - used after the loop
                # DuckDB wants one kind of line end in a file, even inside quotes.
                cells = (cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row.cells)
                writer.writerow((row.line, row.trouble or "", row.detail or "", *cells))
        return number

    def check(self, needed: int, *, by_name: bool) -> None:
        """Raise UnreadableFileError unless the file has ``needed`` columns and, where names count, a name for each."""
        if by_name and len(self.header) != self.columns:
            raise UnreadableFileError(
                f"The header has {len(self.header)} columns, the rows have {self.columns}: names cannot tell the "
                "columns then. Have the SIS export a header that fits, or use numbers in the properties file."
            )
        if needed > self.columns:
            where = "its header was" if self.rows_to_skip else "its rows were"
            raise ColumnsMissingError(
                f"The properties file uses column {needed}, but the file has {self.columns} ({where} counted). A "
                "column is missing: have the SIS export it again, or correct the numbers in braces in the properties "
                "file.",
                columns=self.columns,
            )


def tidy(folder: RunFolder) -> None:
    """Remove what was written besides the landed file: it holds patrons, and clear passwords."""
    for name in (DECODED, CLEAN):
        folder.file(name).unlink(missing_ok=True)


def look(
    landed: Path,
    folder: RunFolder,
    *,
    encoding: str,
    rows_to_skip: int,
    declared_columns: int | None,
    delimiter: str | None = None,
) -> Landed:
    """Look at ``landed``. Raises UnreadableFileError when it cannot be the CSV that the properties file describes.

    ``delimiter`` is a name of `delimiter.DELIMITERS`; None: the file is asked, and told in a note when it is no comma.
    """
    refuse_other_files(landed)
    if not codec_name(encoding).startswith("utf-16") and not _has_utf16_mark(landed):
        refuse_binary(landed)
    decoded = as_utf8(landed, folder.file(DECODED), encoding)
    beginning = _beginning(decoded, rows_to_skip + delimiters.LOOKED_AT)
    said = delimiters.said(beginning[0])
    rows_to_skip += bool(said)
    found = said or delimiters.shown(beginning[max(rows_to_skip - 1, 0) :])
    separator, notes = (delimiters.DELIMITERS[delimiter], ()) if delimiter else (found, delimiters.note(found))
    sample = _sample(decoded, separator, rows_to_skip)
    columns, more = _columns(sample, rows_to_skip)
    _refuse_swallowed_rows(sample[:rows_to_skip], separator, columns)
    if declared_columns is not None and declared_columns != columns:
        text = f"field_type_total in the properties file says {declared_columns} columns; the file has {columns}."
        more += (Note(code="total_differs", text=text),)
    found_by_bytes = scan(decoded.path, separator, rows_to_skip)
    # The careful reader alone knows an underlined header.
    underlined = rows_to_skip > 0 and any(
        rows.is_underline(row.cells) for row in sample[rows_to_skip : rows_to_skip + 1]
    )
    return Landed(
        text=decoded,
        scan=replace(found_by_bytes, plain=found_by_bytes.plain and not underlined),
        delimiter=separator,
        columns=columns,
        header=tuple(sample[rows_to_skip - 1].cells) if rows_to_skip else (),
        rows_to_skip=rows_to_skip,
        clean=folder.file(CLEAN),
        notes=decoded.notes + notes + more,
    )


def _has_utf16_mark(landed: Path) -> bool:
    with landed.open("rb") as stream:
        return stream.read(2) in {b"\xff\xfe", b"\xfe\xff"}


def _beginning(text: Text, lines: int) -> list[str]:
    with _lines(text) as stream:
        return list(islice(stream, lines))


def _sample(text: Text, delimiter: str, rows_to_skip: int) -> list[rows.Row]:
    with _lines(text) as stream:
        return list(islice(rows.read(stream, delimiter), rows_to_skip + SAMPLE))


def _columns(sample: list[rows.Row], rows_to_skip: int) -> tuple[int, tuple[Note, ...]]:
    """Return how many columns the file has: as many as its header, unless no row at all has that many."""
    header, data = (
        sample[:rows_to_skip],
        [row for row in sample[rows_to_skip:] if _filled(row) and not rows.is_footer(row.cells)],
    )
    if not data:
        what = "only a header" if any(_filled(row) for row in header) else "no rows"
        raise UnreadableFileError(
            f"The file holds {what}: there is no row after the {rows_to_skip} that InputRowsToSkip leaves out. "
            "The SIS export did not write any patrons: run it again."
        )
    counts = Counter(len(row.cells) for row in data if row.trouble is None) or Counter([len(data[0].cells)])
    if max(counts) > MOST_COLUMNS:
        raise UnreadableFileError(
            f"The file has {max(counts):,} columns; at most {MOST_COLUMNS:,} can be read. Look at it: a line end "
            "is missing, or the wrong file was sent."
        )
    if header and len(header[-1].cells) in counts:
        return len(header[-1].cells), ()
    common = counts.most_common(1)[0][0]
    if not header:
        return common, ()
    text = (
        f"The header has {len(header[-1].cells)} columns, the rows have {common}; the rows were believed. "
        "Look whether a column was added to one of them alone."
    )
    return common, (Note(code="header_differs", text=text),)


def _refuse_swallowed_rows(skipped: list[rows.Row], delimiter: str, columns: int) -> None:
    """Raise UnreadableFileError when a quote in the header closes only behind whole rows, which would be lost with it.

    A heading of several lines is fine: none of them has the delimiters of a row.
    """
    for row in skipped:
        for cell in row.cells:
            _, *more = cell.splitlines() or [""]
            if columns > 1 and any(line.count(delimiter) >= columns - 1 for line in more):
                raise UnreadableFileError(
                    f"A quote opens in the header, at line {row.line:,}, and closes {len(more):,} lines below: the "
                    "rows between would be lost. Correct the header in the SIS export; a quote inside a quoted name is "
                    "written twice."
                )


def _filled(row: rows.Row) -> bool:
    return any(cell.strip() for cell in row.cells)


def _names(columns: int) -> list[str]:
    return [f"c{number}" for number in range(1, columns + 1)]


def read_csv(path: Path, names: list[str], delimiter: str, skip: int, *, parallel: bool, end: str = "") -> str:
    """Return the SQL of the table that DuckDB reads from ``path``: texts, of which none is NULL."""
    columns = ", ".join(f"{text(each)}: 'VARCHAR'" for each in names)
    ends = f", new_line = {text(end)}" if end else ""
    return (
        f"read_csv({text(str(path))}, columns = {{{columns}}}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {text(delimiter)}, quote = '\"', escape = '\"', nullstr = {text(NEVER)}, strict_mode = true, "
        f"null_padding = false, ignore_errors = false, parallel = {parallel}{ends})"
    )


@contextmanager
def _lines(text: Text) -> Iterator[Iterator[str]]:
    """Open a text file whose lines end with LF, CR or both; their ends are kept. Raises UnreadableFileError."""
    with text.path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            yield _bounded(stream)
        except UnicodeDecodeError:
            text.refuse()
            raise


def _bounded(stream: TextIO) -> Iterator[str]:
    """Yield the lines of ``stream``, of which one that never ends would fill the memory."""
    for number in count(1):
        line = stream.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE:
            raise UnreadableFileError(
                f"Line {number:,} is longer than {LONGEST_LINE:,} characters: that is no row about a patron. The file "
                "is damaged or no CSV; have the SIS export it again."
            )
        yield line


def private(path: Path) -> TextIO:
    """Return ``path`` open for writing anew, readable by its owner only."""
    path.unlink(missing_ok=True)
    path.touch(mode=PRIVATE_FILE)
    return path.open("w", encoding="utf-8", newline="")
