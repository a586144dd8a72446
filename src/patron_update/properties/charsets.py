"""Sets of characters as sorted ranges of code points: what a regex's character class means, in no regex dialect."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

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


@lru_cache
def _foldings() -> tuple[tuple[int, int, int], ...]:
    """Return the characters that have another case, each with its capital and the small letter of that."""
    pairs = ((chr(point), _capital(chr(point))) for point in range(LAST + 1))
    found = ((ord(each), ord(upper), ord(_small(upper))) for each, upper in pairs)
    return tuple(each for each in found if len(set(each)) > 1)


def _capital(character: str) -> str:
    """Return the one character that Java has for a capital, where Python may know two."""
    return next((each for each in (character.upper(), character.title()) if len(each) == 1), character)


def _small(character: str) -> str:
    return character.lower()[0]


def folded(chars: CharSet) -> CharSet:
    """Return a character or a range of them with the other cases that Java finds for it by (?iu)."""
    if len(chars) == 1 and chars[0][0] == chars[0][1]:
        small = ord(_small(_capital(chr(chars[0][0]))))
        also = [point for point, _, lower in _foldings() if lower == small]
        return merged((*chars, (small, small), *((point, point) for point in also)))
    inside = {point for low, high in chars for point in range(low, high + 1)}
    also = [point for point, upper, lower in _foldings() if upper in inside or lower in inside]
    return merged((*chars, *((point, point) for point in also)))


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


_CASED = ("Lu", "Ll", "Lt")
_CATEGORIES: dict[str, str | tuple[str, ...]] = {
    "Letter": "L",
    "Digit": "Nd",
    "Punctuation": "P",
    "Control": "Cc",
    "LC": _CASED,
}
_OF_UNICODE = re.compile(r"(?:Is|In|script=|sc=|block=|blk=)[A-Za-z0-9_ -]+")


_UNICODE = {
    "d": r"\p{Nd}",
    "s": r"\p{White_Space}",
    "w": r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]",
    "Lower": r"\p{Lowercase}",
    "Upper": r"\p{Uppercase}",
    "Alpha": r"\p{Alphabetic}",
    "Digit": r"\p{Nd}",
    "Alnum": r"[\p{Alphabetic}\p{Nd}]",
    "Punct": r"\p{P}",
    "Graph": r"[^\p{Z}\p{Cc}\p{Cs}\p{Cn}]",
    "Print": r"[^\p{Zl}\p{Zp}\p{Cc}\p{Cs}\p{Cn}]",
    "Blank": r"[\p{Zs}\t]",
    "Cntrl": r"\p{Cc}",
    "XDigit": r"[\p{Nd}\p{Hex_Digit}]",
    "Space": r"\p{White_Space}",
}
"""What (?U) makes of the sets that are ASCII's without it."""


@lru_cache
def of_all(name: str, *, ignore_case: bool = False) -> CharSet:
    r"""Return the set that (?U) makes of ``\w``, ``\d``, ``\s`` or a POSIX name."""
    both_cases = ignore_case and name in {"Lower", "Upper"}
    return _matched(r"[\p{Lowercase}\p{Uppercase}\p{Lt}]" if both_cases else _UNICODE[name])


@lru_cache
def named(name: str, *, ignore_case: bool = False, unicode: bool = False) -> CharSet:
    r"""Return the set of ``\p{name}``: a POSIX name, or a category, script, block or property that Unicode has.

    As in Java, ``(?i)`` makes one set of capitals and small letters; (?U), ``unicode``, knows more than ASCII. Raises
    SyntaxMistakeError.
    """
    if unicode and name in _UNICODE:
        return of_all(name, ignore_case=ignore_case)
    if name in _POSIX:
        return _POSIX[name]
    word = name.removeprefix("Is").removeprefix("general_category=").removeprefix("gc=")
    categories = _CASED if ignore_case and word in _CASED else _CATEGORIES.get(word, word)
    found = (point for point in range(LAST + 1) if unicodedata.category(chr(point)).startswith(categories))
    chars = (merged((point, point) for point in found) if categories else ()) or _of_unicode(name)
    if not chars:
        raise SyntaxMistakeError(
            rf"The regex uses \p{{{name}}}, which is not supported.", r"Use \p{L}, \p{Lu} or \p{IsLatin}."
        )
    return both(chars, without(()))


def _of_unicode(name: str) -> CharSet:
    """Return the characters of a script, a block or a binary property; an empty set when there is none of the name."""
    try:
        return _matched(rf"\p{{{name}}}") if _OF_UNICODE.fullmatch(name) else ()
    except regex.error:
        return ()


def _matched(one_character: str) -> CharSet:
    """Return the characters that a regex of the package ``regex`` matches."""
    one = regex.compile(f"(?:{one_character})+")
    low, high = _SURROGATES
    halves = ((0, "".join(map(chr, range(low)))), (high + 1, "".join(map(chr, range(high + 1, LAST + 1)))))
    spans = ((start, found.span()) for start, text in halves for found in one.finditer(text))
    return merged((start + begin, start + end - 1) for start, (begin, end) in spans)
