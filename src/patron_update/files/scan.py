"""A quick look over the bytes: is this a CSV at all, and is it plain enough for DuckDB's reader?

Plain means that every line of the file is one row. That is proved afterwards, by the count of the rows that DuckDB
read; here stands what would deceive it or what it reads otherwise than Python's csv module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.errors import UnreadableFileError
from patron_update.files.encodings import CHUNK

if TYPE_CHECKING:
    from pathlib import Path

OVERLAP = 4
LONGEST_FIRST_LINE = 1024 * 1024
_DELIMITERS = ("\t", ";", "|")
_DELIMITER_NAMES = {"\t": "tabs", ";": "semicolons", "|": "vertical bars"}
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_ODD_SPACES = (b"\xc2\xa0", b"\xe2\x80", b"\xe3\x80\x80", b"\xef\xbb\xbf")
_WEB_PAGES = (b"<html", b"<!doctype html")
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a look over a file's bytes tells."""

    lines: int
    """Physical lines, if only line feeds end them."""
    plain: bool
    control_characters: bool
    odd_spaces: bool


def refuse_other_files(landed: Path) -> None:
    """Raise UnreadableFileError when ``landed`` is empty or visibly something else than a text file of lines."""
    with landed.open("rb") as stream:
        head = stream.read(LONGEST_FIRST_LINE)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise UnreadableFileError(
            f"The file is empty ({landed.stat().st_size:,} bytes). The SIS export did not write any rows: run it again."
        )
    what = _other_kind(head)
    if what:
        raise UnreadableFileError(f"The file is no CSV; it seems to be {what}. Have the SIS export plain CSV text.")


def _other_kind(head: bytes) -> str | None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    text = head[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith(_WEB_PAGES):
        return "a web page, perhaps a log-in or an error page"
    if text.startswith(b"<?xml"):
        return "XML"
    if text.startswith((b'{"', b"[{")):
        return "JSON"
    if len(head) == LONGEST_FIRST_LINE and not (b"\n" in head or b"\r" in head):
        return "data without any line break"
    return None


def refuse_binary(landed: Path) -> None:
    """Raise UnreadableFileError when many bytes of a file that is not declared as UTF-16 are zero."""
    with landed.open("rb") as stream:
        head = stream.read(64 * 1024)
    zeros = head.count(0)
    if zeros * 10 < len(head):
        return
    if zeros * 3 > len(head) and 0 in (head[0::2].count(0), head[1::2].count(0)):
        raise UnreadableFileError(
            "Every second byte of the file is zero: it is UTF-16. Set CsvTextEncoding=UTF-16 in the properties file, "
            "or `encoding: UTF-16` in the job file; or have the SIS export UTF-8."
        )
    raise UnreadableFileError("The file is no CSV; it seems to be binary data. Have the SIS export plain CSV text.")


def delimiter_of(heading: str) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter of a file whose first line is ``heading``, with a note when it is not the comma."""
    found = max(_DELIMITERS, key=heading.count)
    if "," in heading or found not in heading:
        return ",", ()
    return found, (f"The columns are separated by {_DELIMITER_NAMES[found]}, not by commas; the file was read so.",)


def scan(path: Path, delimiter: str, rows_to_skip: int) -> Scan:
    """Look over the bytes of ``path``, a UTF-8 file."""
    mark = delimiter.encode()
    quoted_oddly = _near_quotes(mark)
    controls = _CONTROLS if delimiter == "\t" else _CONTROLS + b"\t"
    lines = carriage = pairs = 0
    deceptive = control_characters = odd_spaces = False
    before = b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            window = before + chunk
            lines += chunk.count(b"\n")
            carriage += chunk.count(b"\r")
            pairs += (window[len(before) - 1 :]).count(b"\r\n")
            deceptive = deceptive or _deceptive(window, quoted_oddly)
            control_characters = control_characters or len(chunk.translate(None, controls)) != len(chunk)
            odd_spaces = odd_spaces or any(space in chunk for space in _ODD_SPACES)
            before = window[-OVERLAP:]
    ended = before.endswith(b"\n")
    deceptive = deceptive or (not ended and before.endswith((b'" ', b'" \r')))
    plain = not deceptive and carriage == pairs and _plain_beginning(path, rows_to_skip)
    return Scan(
        lines=lines + (not ended),
        plain=plain,
        control_characters=control_characters or not plain,
        odd_spaces=odd_spaces,
    )


def _near_quotes(mark: bytes) -> tuple[bytes, ...]:
    """Return the sequences at which DuckDB forgives spaces beside quotes, and Python's csv module does not."""
    before = (mark + b' "', b'\n "', b'  "')
    return (*before, b'" ' + mark, b'" \r', b'" \n', b'"  ')


def _deceptive(window: bytes, quoted_oddly: tuple[bytes, ...]) -> bool:
    """Tell whether the bytes hold a NUL, a blank line, or a space beside a quote."""
    if b"\0" in window or b"\n\n" in window or b"\n\r\n" in window:
        return True
    return b'"' in window and any(sequence in window for sequence in quoted_oddly)


def _plain_beginning(path: Path, rows_to_skip: int) -> bool:
    """Tell whether the rows to skip are one line each and no byte order mark gets into the data."""
    with path.open("rb") as stream:
        first = [stream.readline(LONGEST_FIRST_LINE) for _ in range(max(rows_to_skip, 1))]
    if rows_to_skip == 0:
        return not first[0].startswith(b"\xef\xbb\xbf")
    return all(line.count(b'"') % 2 == 0 for line in first)

