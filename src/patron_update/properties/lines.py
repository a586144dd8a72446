"""The shape of the file: physical lines, comments, continuation, key and value, escapes. Knows no key by name.

The shape is that of Java's properties files with two differences, because real files mean it so. The value stays as
written, since the backslashes of a regex must survive; whoever needs its text calls `unescape`. And a key that begins
with ``map_`` ends at the first ``=`` alone, since the words it translates may hold spaces and colons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.findings import SyntaxMistakeError

if TYPE_CHECKING:
    from collections.abc import Iterator

INDENT = " \t\f"
COMMENTS_BEGIN = "#COMMENTS_BEGIN"
COMMENTS_END = "#COMMENTS_END"
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}

_ESCAPED = {"\\": "\\\\", **{character: f"\\{letter}" for letter, character in ESCAPES.items()}}
_PHYSICAL = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One logical line. ``raw`` is its exact text with line ends; ``key`` is None for comments and blank lines.

    ``key`` and ``value`` are as written, escapes and all; ``number`` is where the logical line begins.
    """

    number: int
    raw: str
    key: str | None = None
    value: str = ""


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the logical lines of ``text``; their ``raw`` texts joined are ``text`` again."""
    return tuple(_logical(_PHYSICAL.findall(text)))


def _logical(physical: list[str]) -> Iterator[Line]:
    index = 0
    while index < len(physical):
        first = index
        body = physical[index].rstrip("\r\n").lstrip(INDENT + "\ufeff")
        index += 1
        if not body or body[0] in "#!":
            yield Line(number=first + 1, raw=physical[first])
            continue
        while _continues(body):
            body = body[:-1]
            if index == len(physical):
                break
            body += physical[index].rstrip("\r\n").lstrip(INDENT)
            index += 1
        key, value = _split(body)
        yield Line(number=first + 1, raw="".join(physical[first:index]), key=key, value=value)


def _continues(body: str) -> bool:
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1


def _split(body: str) -> tuple[str, str]:
    end = _end_of_key(body, "=") if body.startswith("map_") else len(body)
    if end == len(body):
        end = _end_of_key(body, "=:" + INDENT)
    rest = body[end:].lstrip(INDENT)
    if rest[:1] in {"=", ":"}:
        rest = rest[1:].lstrip(INDENT)
    return body[:end].rstrip(INDENT), rest


def _end_of_key(body: str, separators: str) -> int:
    index = 0
    while index < len(body) and body[index] not in separators:
        index += 2 if body[index] == "\\" else 1
    return min(index, len(body))


def read_escape(text: str, index: int) -> tuple[str, int]:
    r"""Return the character that the backslash at ``index`` stands for, and the index behind it.

    Java's rules: ``\t \n \r \f \uXXXX``; before any other character the backslash only disappears.
    """
    if text.startswith("\\u", index):
        found = _UNICODE.match(text, index)
        if not found:
            raise SyntaxMistakeError(r"'\u' is not followed by four hexadecimal digits.", r"Write \u00e9, for example.")
        return chr(int(found[1], 16)), found.end()
    follower = text[index + 1 : index + 2]
    return ESCAPES.get(follower, follower), index + 2


def escape(text: str) -> str:
    """Return ``text`` with escapes for what a line cannot hold or would read otherwise; `unescape` gives it back."""
    return "".join(_ESCAPED.get(character, character) for character in text)


def unescape(text: str) -> str:
    """Return ``text`` with its escapes replaced by what they stand for."""
    result, index = [], 0
    while index < len(text):
        if text[index] == "\\":
            piece, index = read_escape(text, index)
        else:
            piece, index = text[index], index + 1
        result.append(piece)
    # A pair of escaped surrogates is one character.
    joined = "".join(result)
    try:
        return joined.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise SyntaxMistakeError("Half of a surrogate pair.", "Write both halves, or the character itself.") from None
