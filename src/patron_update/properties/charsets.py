"""Sets of characters as sorted ranges of code points: what a regex's character class means, in no regex dialect."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from patron_update.properties.findings import SyntaxMistakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

CharSet = tuple[tuple[int, int], ...]

LAST = sys.maxunicode
_SURROGATES = (0xD800, 0xDFFF)
_CASE = ord("a") - ord("A")


def of(*ranges: str | tuple[str, str]) -> CharSet:
    """Return the set of single characters and of (first, last) pairs."""
    return merged((ord(item[0]), ord(item[-1])) for item in ranges)


def merged(ranges: Iterable[tuple[int, int]]) -> CharSet:
    """Return ``ranges`` sorted, with those that touch joined."""
    result: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


def without(chars: CharSet) -> CharSet:
    """Return every character that is not in ``chars``; surrogates are no characters."""
    result, start = [], 0
    for low, high in merged((*chars, _SURROGATES)):
        if start < low:
            result.append((start, low - 1))
        start = high + 1
    return (*result, (start, LAST)) if start <= LAST else tuple(result)


def both(one: CharSet, other: CharSet) -> CharSet:
    """Return the characters that are in both sets."""
    return without(merged((*without(one), *without(other))))


def any_case(chars: CharSet) -> CharSet:
    """Return ``chars`` with the other case of its ASCII letters: Java's (?i) without (?u)."""
    upper = both(chars, of(("A", "Z")))
    lower = both(chars, of(("a", "z")))
    return merged((*chars, *((a + _CASE, b + _CASE) for a, b in upper), *((a - _CASE, b - _CASE) for a, b in lower)))


DIGIT = of(("0", "9"))
WORD = of(("A", "Z"), ("a", "z"), ("0", "9"), "_")
SPACE = of(("\t", "\r"), " ")
HORIZONTAL = of(" ", "\t", "\xa0", "\u1680", "\u180e", ("\u2000", "\u200a"), "\u202f", "\u205f", "\u3000")
LINE_END = of("\n", "\r", "\x85", "\u2028", "\u2029")
VERTICAL = of(("\n", "\r"), "\x85", "\u2028", "\u2029")

_POSIX = {
    "Lower": of(("a", "z")),
    "Upper": of(("A", "Z")),
    "ASCII": of(("\0", "\x7f")),
    "Alpha": of(("A", "Z"), ("a", "z")),
    "Digit": DIGIT,
    "Alnum": of(("A", "Z"), ("a", "z"), ("0", "9")),
    "Punct": of(("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "Graph": of(("!", "~")),
    "Print": of((" ", "~")),
    "Blank": of(" ", "\t"),
    "Space": SPACE,
    "XDigit": of(("0", "9"), ("a", "f"), ("A", "F")),
}


@lru_cache
def named(name: str) -> CharSet:
    r"""Return the set of ``\p{name}``: the POSIX names, or a Unicode general category. Raises SyntaxMistakeError."""
    if name in _POSIX:
        return _POSIX[name]
    category = name.removeprefix("Is").removeprefix("general_category=").removeprefix("gc=")
    found = (point for point in range(LAST + 1) if unicodedata.category(chr(point)).startswith(category))
    chars = merged((point, point) for point in found) if category else ()
    if not chars:
        raise SyntaxMistakeError(
            rf"The regex uses \p{{{name}}}, which is not supported.", r"Use \p{L}, \p{Lu} or \p{Nd}."
        )
    return both(chars, without(()))
