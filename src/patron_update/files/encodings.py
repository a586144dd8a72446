"""Encodings: Java's names for them, strict decoding while the bytes stream, and what to do when a byte does not fit.

Ours, not the vendor's: a file that is valid UTF-8 with multi-byte characters in it is read as UTF-8 even when a
single-byte encoding was declared, and a file with a byte order mark by its mark. Either is told. Anything else would
write JosÃ© for José.
"""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.errors import UnreadableFileError
from patron_update.files.notes import Note
from patron_update.files.plausibility import likelier, likeliest, places
from patron_update.files.utf8 import is_utf8
from patron_update.files.workspace import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1024 * 1024
FEWEST_WHOLE = 3
"""Letters of several bytes that tell UTF-8, and for each damaged place as many again."""
_REPLACEMENT = "\ufffd"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_JAVA_NAMES = {
    "utf8": "utf-8",
    "utf8sig": "utf-8",
    "utf16": "utf-16",
    "xutf16lebom": "utf-16",
    "unicode": "utf-16",
    "utf16le": "utf-16-le",
    "unicodelittleunmarked": "utf-16-le",
    "utf16be": "utf-16-be",
    "unicodebigunmarked": "utf-16-be",
    "windows1252": "cp1252",
    "ansi": "cp1252",
    "macroman": "mac_roman",
    "xmacroman": "mac_roman",
    "macintosh": "mac_roman",
    "iso88591": "latin-1",
    "latin1": "latin-1",
    "usascii": "ascii",
    "ascii": "ascii",
}
_NO_TEXT_OF_A_SIS = {"unicode_escape", "raw_unicode_escape", "punycode", "idna", "utf_7", "charmap", "undefined"}
"""Codecs that Python has besides: they would take backslashes or plus signs in values for something else."""
_MARKS = (
    *((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")),
    *((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A CSV file as UTF-8: the landed file itself where its bytes already are, else a private copy."""

    path: Path
    notes: tuple[Note, ...] = ()
    encoding: str = "utf-8"
    """Python's name of the encoding that the landed file was read in; ``ascii`` where any would do."""
    taken_for: str | None = None
    """The encoding, as declared, by which the bytes should be UTF-8, where nobody has looked: whoever reads them must
    find out, and `refuse` them if they are not."""

    def refuse(self) -> None:
        """Raise UnreadableFileError, with line and column, at the first byte that is not UTF-8, if there is one."""
        for _ in _texts(self.path, "utf-8", self.taken_for or "utf-8"):
            pass


def codec_name(declared: str) -> str:
    """Return Python's name of the encoding that Java calls ``declared``. Raises UnreadableFileError."""
    plain = re.sub(r"[^a-z0-9]", "", declared.lower())
    name = _JAVA_NAMES.get(plain, re.sub(r"^windows-?", "cp", declared.strip().lower()))
    try:
        "".encode(name)
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if not codec or codec.replace("-", "_") in _NO_TEXT_OF_A_SIS:
        raise UnreadableFileError(
            f"The encoding {declared!r} is not known. Set CsvTextEncoding in the properties file, or `encoding` in the "
            "job file, to one of UTF-8, UTF-16, windows-1252, MacRoman, ISO-8859-1; or IBM437 or IBM850, those of DOS."
        )
    return codec


def as_utf8(landed: Path, copy: Path, declared: str) -> Text:
    """Return ``landed`` as UTF-8, decoded strictly; ``copy`` is written only when its bytes are not UTF-8 already.

    Raises UnreadableFileError, with line and column, at the first byte that the encoding does not have; a file that
    should be UTF-8 is not looked at for that, see `Text.taken_for`.
    """
    codec = codec_name(declared)
    head = next(_chunks(landed), b"")
    marked = _marked(head)
    if marked:
        note, name = ((), declared) if codec[:6] == marked[:6] else ((_read_as(declared, marked),), _shown(marked))
        return _decoded(landed, copy, marked, name, note)
    if codec.startswith("utf-16"):
        return _wide(landed, copy, head, codec, declared)
    if all(chunk.isascii() for chunk in _chunks(landed)):
        return Text(path=landed, encoding="ascii")
    if codec != "utf-8" and _single_byte(codec) and is_utf8(landed):
        return Text(path=landed, notes=(_read_as(declared, "utf-8"),))
    if codec == "iso8859-1" and any(re.search(rb"[\x80-\x9f]", chunk) for chunk in _chunks(landed)):
        shown = f"windows-1252, as which {declared} with bytes from 0x80 to 0x9F is read"
        return _decoded(landed, copy, "cp1252", shown, (_read_as(declared, "windows-1252"),))
    if codec != "utf-8" and _single_byte(codec):
        _refuse_damaged_utf8(landed, declared)
    better = likelier(places(_chunks(landed)), codec) if _single_byte(codec) else None
    return _decoded(landed, copy, codec, declared, (_implausible(declared, better),) if better else ())


def _refuse_damaged_utf8(landed: Path, declared: str) -> None:
    """Raise UnreadableFileError for UTF-8 with few damaged bytes: read otherwise, every accent would be garbled."""
    whole = broken = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for chunk in _chunks_and_end(landed):
        text = decoder.decode(chunk, final=not chunk)
        broken += text.count(_REPLACEMENT)
        whole += len(_BEYOND_ASCII.findall(text))
    whole -= broken
    if whole >= FEWEST_WHOLE and broken * FEWEST_WHOLE <= whole:
        line, column = _place_of_error(landed, "utf-8")
        raise UnreadableFileError(
            f"The file is UTF-8, although {declared} is declared, but something is damaged at line {line:,}, column "
            f"{column:,}: a letter was cut there, perhaps. Read as {declared}, every letter with an accent would be "
            "garbled. Have the SIS export the file again, with values cut between letters."
        )


def _marked(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _wide(landed: Path, copy: Path, head: bytes, codec: str, declared: str) -> Text:
    """Decode UTF-16 without a mark in the byte order that its bytes are in. A CSV has zeros in it then: its commas."""
    if not head.count(0):
        likely = "UTF-8" if is_utf8(landed) else likeliest(places(_chunks(landed))) or "windows-1252"
        raise UnreadableFileError(f"The file is not {declared}: it has one byte for a letter. {_remedy(likely)}")
    order = _byte_order(head)
    notes = () if codec in {"utf-16", order} else (_read_as(declared, order),)
    return _decoded(landed, copy, order, declared, notes)


def _decoded(landed: Path, copy: Path, codec: str, declared: str, notes: tuple[Note, ...] = ()) -> Text:
    if codec == "utf-8":
        return Text(path=landed, notes=notes, taken_for=declared)
    with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as out:
        for text in _texts(landed, codec, declared):
            out.write(text.encode())
    return Text(path=copy, notes=notes, encoding=codec)


def _texts(path: Path, codec: str, declared: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    for chunk in _chunks_and_end(path):
        try:
            yield decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise _byte_error(path, error, codec, declared, _place_of_error(path, codec)) from None


def _place_of_error(path: Path, codec: str) -> tuple[int, int]:
    """Return line and column, both from 1, of the first byte that ``codec`` does not have."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line, column = 1, 1
    for chunk in _chunks_and_end(path):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            text = bytes(error.object[: error.start]).decode(codec, "replace")
            return _position(line, column, text)
        line, column = _position(line, column, text)
    return line, column


def _position(line: int, column: int, text: str) -> tuple[int, int]:
    """Return line and column, both from 1, of what follows ``text``, which begins at ``line`` and ``column``."""
    end = "\n" if "\n" in text else "\r"
    if end not in text:
        return line, column + len(text)
    return line + text.count(end), len(text) - text.rfind(end)


def _byte_error(
    path: Path, error: UnicodeDecodeError, codec: str, declared: str, position: tuple[int, int]
) -> UnreadableFileError:
    line, column = position
    likely = None
    wide = codec.startswith(("utf-16", "utf-32"))
    if not wide and not _marked(next(_chunks(path), b"")):
        likely = "UTF-8" if codec != "utf-8" and is_utf8(path) else likeliest(places(_chunks(path)), without=codec)
    odd = error.object[error.start : max(error.end, error.start + 1) if wide else error.start + 1]
    what = "the bytes" if len(odd) > 1 else "byte"
    place = f"{' '.join(f'0x{byte:02X}' for byte in odd)} at line {line:,}, column {column:,}"
    return UnreadableFileError(
        f"The file is not {declared}: {what} {place} {'do' if len(odd) > 1 else 'does'} not exist there. "
        + (_remedy(likely) if likely else f"The file is damaged, or in no encoding that is known here. {_EXPORT}")
    )


_EXPORT = "Have the SIS export it as declared."


def _remedy(likely: str) -> str:
    return (
        f"The file is probably {likely}: set CsvTextEncoding={likely} in the properties file, or `encoding: {likely}` "
        "in the job file; or have the SIS export it as declared."
    )


def _implausible(declared: str, better: str) -> Note:
    text = (
        f"The file was read as {declared}, as is declared, and holds characters that hardly belong into words. "
        f"{_remedy(better)}"
    )
    return Note(code="encoding_implausible", text=text)


def _read_as(declared: str, actual: str) -> Note:
    actual = _shown(actual)
    text = (
        f"The file was read as {actual}, which its bytes are, although {declared} is declared. "
        f"Set CsvTextEncoding={actual} in the properties file, or `encoding: {actual}` in the job file."
    )
    return Note(code="encoding_differs", text=text)


def _shown(codec: str) -> str:
    return {"cp1252": "windows-1252"}.get(codec, codec).replace("utf", "UTF").replace("-le", "LE").replace("-be", "BE")


def _byte_order(head: bytes) -> str:
    """Return the UTF-16 without a mark that ``head`` is in: the one whose zero bytes stand on the high side."""
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _single_byte(codec: str) -> bool:
    return len(bytes(range(256)).decode(codec, "replace")) == len(range(256))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _chunks_and_end(path: Path) -> Iterator[bytes]:
    """Yield the file's chunks, then one empty one: a character that is cut off at the end is an error too."""
    yield from _chunks(path)
    yield b""
