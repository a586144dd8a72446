"""A quick look over the bytes: whether this is a CSV at all, and plain enough for DuckDB's reader.

Plain means that every line of the file is one row. That is proved afterwards, by the count of the rows that DuckDB
read; here stands what would deceive it or what it reads otherwise than Python's csv module.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from patron_update.domain.fields import BLANKS
from patron_update.errors import UnreadableFileError
from patron_update.files.pieces import PIECE, at_once, pieces
from patron_update.files.rows import is_footer

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    Bytes = np.ndarray[Any, np.dtype[Any]]

OVERLAP = 4
COMPOSED = ((0x00, 0x2FF), (0x1E00, 0x1EFF), (0x2010, 0x2027))
"""Characters that are in NFC as they stand, whatever stands beside them: Latin letters and the usual punctuation."""
_LF, _CR, _SPACE, _QUOTE, _DELETE = b'\n\r "\x7f'
_LATIN_1, _BEYOND_LATIN = 0xC2, 0xCC
"""The first byte, in UTF-8, of U+0080 to U+00BF, and the least of characters above U+02FF."""
_THREE_BYTES, _FOUR_BYTES = 0xE0, 0xF0
"""The least first bytes, in UTF-8, of characters of so many bytes."""
_LATIN_BLANKS = [blank.encode() for blank in BLANKS if "\x7f" < blank <= "\u02ff"]
LONGEST_FIRST_LINE = 1024 * 1024
END = 4096
"""Bytes at the end of a file in which a footer is looked for."""
A_FEW_CONTROLS = 8
"""Control characters that a short file may hold and still be a text."""
LEAST_ZEROS = 20
"""One byte in so many is zero at least where a text is UTF-16: those of commas, digits and line ends."""
_BINARY_BYTES = frozenset(range(1, 32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")
_TEXTS = (
    ((b"<html", b"<!doctype html"), "a web page, perhaps a log-in or an error page"),
    ((b"<?xml",), "XML (a job reads patron XML when it says `properties: null`)"),
    ((b'{"', b"[{"), "JSON"),
)
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
    """Blanks other than the ordinary space and the control characters."""
    composed: bool
    """Every character is one of `COMPOSED`, so the text is in NFC as it stands."""


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
    for starts, what in _TEXTS:
        if text.startswith(starts):
            return what
    if len(head) == LONGEST_FIRST_LINE and not (b"\n" in head or b"\r" in head):
        return "data without any line break"
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    controls = sum(head.count(byte) for byte in _BINARY_BYTES)
    if controls > max(A_FEW_CONTROLS, len(head) // 50) and not (marked or is_wide(head)):
        return "binary data, such as a picture or a program"
    return None


def refuse_binary(landed: Path) -> None:
    """Raise UnreadableFileError when many bytes of a file that is not declared as UTF-16 are zero."""
    with landed.open("rb") as stream:
        head = stream.read(64 * 1024)
    if is_wide(head):
        raise UnreadableFileError(
            "The file looks like UTF-16: it has two bytes for a letter. Set CsvTextEncoding=UTF-16 in the properties "
            "file, or `encoding: UTF-16` in the job file; or have the SIS export UTF-8."
        )
    if head.count(0) * 10 < len(head):
        return
    raise UnreadableFileError("The file is no CSV; it seems to be binary data. Have the SIS export plain CSV text.")


def is_wide(head: bytes) -> bool:
    """Tell whether ``head`` is a text in UTF-16, without a mark perhaps: lines, and hardly a control character."""
    if head.count(0) * LEAST_ZEROS < len(head):
        return False
    codec = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)("strict").decode(head)
    except UnicodeDecodeError:
        return False
    controls = sum(text.count(chr(byte)) for byte in (0, *_BINARY_BYTES))
    return ("\n" in text or "\r" in text) and controls <= max(1, len(text) // 50)


def scan(path: Path, delimiter: str, rows_to_skip: int) -> Scan:
    """Look over the bytes of ``path``, a UTF-8 file."""
    looks = at_once(partial(_look, path, delimiter), path)
    looks[-1].finish()
    deceptive = any(look.deceptive for look in looks) or looks[-1].ends_oddly()
    return Scan(
        lines=sum(look.lines for look in looks) + (looks[-1].before[-1:] != b"\n"),
        plain=not deceptive and _plain_beginning(path, rows_to_skip) and not _footer(path, delimiter),
        control_characters=any(look.control_characters for look in looks),
        odd_spaces=any(look.odd_spaces for look in looks),
        composed=all(look.composed for look in looks),
    )


def _look(path: Path, delimiter: str, start: int, end: int) -> _Look:
    """Look over the bytes from ``start`` to ``end``, and over the last few before them again."""
    look = _Look(delimiter)
    with path.open("rb") as stream:
        if start:
            stream.seek(max(start - OVERLAP, 0))
            look.before = stream.read(min(start, OVERLAP))
        for chunk in pieces(stream, end, PIECE):
            look.at(chunk)
    return look


class _Look:
    """A look over the bytes, chunk by chunk. Each test is a sweep over the chunk that looks at many bytes at once."""

    def __init__(self, delimiter: str) -> None:
        self.lines = 0
        self.composed = True
        self.control_characters = self.odd_spaces = self.deceptive = False
        self.before = b"\n"
        self._tabs_separate = delimiter == "\t"
        separators = [*delimiter.encode(), _LF, _SPACE]
        self._before_quote, self._after_quote = np.zeros((2, 256), dtype=bool)
        self._before_quote[separators] = self._after_quote[[*separators, _CR]] = True

    def at(self, chunk: bytes) -> None:
        """Look at the next chunk, together with the last bytes of the one before."""
        window = self.before + chunk
        found = np.frombuffer(window, dtype=np.uint8)
        ends, returns = found == _LF, found == _CR if b"\r" in window else None
        self.lines += int(np.count_nonzero(ends[len(self.before) :]))
        self._controls(window, found, ends, returns)
        self.deceptive = self.deceptive or bool((ends[1:] & ends[:-1]).any())
        self.deceptive = self.deceptive or (returns is not None and _odd_returns(returns, ends))
        self.deceptive = self.deceptive or (b'"' in window and self._odd_quotes(found))
        self._characters(window, found)
        self.before = window[-OVERLAP:]

    def finish(self) -> None:
        """Look at the last character, to which nothing was known to follow."""
        window = self.before + b"\n\n"
        self._characters(window, np.frombuffer(window, dtype=np.uint8))

    def _characters(self, window: bytes, found: Bytes) -> None:
        if window.isascii():
            return
        if _LATIN_1 in window:
            self.odd_spaces = self.odd_spaces or any(blank in window for blank in _LATIN_BLANKS)
        kinds = _KINDS[_beyond_latin(found)]
        self.odd_spaces = self.odd_spaces or bool((kinds == _BLANK).any())
        self.composed = self.composed and not kinds.any()

    def _controls(self, window: bytes, found: Bytes, ends: Bytes, returns: Bytes | None) -> None:
        controls = np.count_nonzero(found < _SPACE) - np.count_nonzero(ends)
        controls -= 0 if returns is None else np.count_nonzero(returns)
        # To look for one byte is much faster than to count it, and to count in numpy than in bytes.
        controls += window.count(_DELETE) if _DELETE in window else 0
        if not controls:
            return
        self.deceptive = self.deceptive or b"\0" in window
        separators = window.count(b"\t") if self._tabs_separate else 0
        self.control_characters = self.control_characters or bool(controls > separators)

    def _odd_quotes(self, found: Bytes) -> bool:
        """Tell whether spaces stand between a quote and a separator: DuckDB forgives them, Python's csv does not."""
        quotes, spaces = found == _QUOTE, found[1:-1] == _SPACE
        opening, closing = spaces & quotes[2:], spaces & quotes[:-2]
        return bool(
            (opening.any() and self._before_quote[found[:-2][opening]].any())
            or (closing.any() and self._after_quote[found[2:][closing]].any())
        )

    def ends_oddly(self) -> bool:
        """Tell, at the end of the file, whether that would deceive DuckDB's reader."""
        return self.before.endswith((b'" ', b"\r"))


def _kinds() -> Bytes:
    """Return by code point (`_ABOVE`: all from there): 0 for `COMPOSED`, `_BLANK` for an odd blank, 1 for others."""
    kinds = np.ones(_ABOVE + 1, dtype=np.uint8)
    for least, most in COMPOSED:
        kinds[least : most + 1] = 0
    kinds[[ord(blank) for blank in BLANKS if blank > "\x7f"]] = _BLANK
    return kinds


_ABOVE, _BLANK = 0x10000, 2
_KINDS = _kinds()


def _beyond_latin(found: Bytes) -> Bytes:
    """Return the code points of the characters above U+02FF whose first three bytes are there.

    One of four bytes comes as `_ABOVE`. The file has been found to be valid UTF-8.
    """
    at = np.flatnonzero(found[:-2] >= _BEYOND_LATIN)
    first, second, third = found[at].astype(np.int32), found[at + 1] & 0x3F, found[at + 2] & 0x3F
    two = (first & 0x1F) << 6 | second
    points: Bytes = np.where(first < _THREE_BYTES, two, (two & 0x3FF) << 6 | third)
    points[first >= _FOUR_BYTES] = _ABOVE
    return points


def _odd_returns(returns: Bytes, ends: Bytes) -> bool:
    """Tell whether a CR comes without LF, or CR LF right after LF. The last byte is judged with the next chunk."""
    lone = returns[:-1] & ~ends[1:]
    blank_line = ends[:-2] & returns[1:-1] & ends[2:]
    return bool(lone.any() or blank_line.any())


def _plain_beginning(path: Path, rows_to_skip: int) -> bool:
    """Tell whether the rows to skip are one line each and no byte order mark gets into the data."""
    with path.open("rb") as stream:
        first = [stream.readline(LONGEST_FIRST_LINE) for _ in range(max(rows_to_skip, 1))]
    if rows_to_skip == 0:
        return not first[0].startswith(b"\xef\xbb\xbf")
    return all(line.count(b'"') % 2 == 0 for line in first)


def _footer(path: Path, delimiter: str) -> bool:
    """Tell whether the last line that is not blank closes the file rather than naming a patron."""
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - END, 0))
        lines = stream.read().decode("utf-8", "replace").splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "")
    return is_footer([cell.strip('" ') for cell in last.split(delimiter)])
