r"""Java regexes, written again for the two engines that run them: RE2 in DuckDB, and Python's ``re``.

The pattern is parsed as Java reads it and written so that both engines find the same: classes become explicit sets
(``\s``, ``.`` and ``\p{…}`` mean something else in each engine), escapes of punctuation become the character. What RE2
cannot do, or does otherwise (lookaround, back references, possessive quantifiers, repeated empty matches), is Python's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import regex

from patron_update.errors import EndlessRegexError
from patron_update.properties import charsets
from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.regex_node import Node
from patron_update.properties.regex_parser import parse_regex

RE2_REPEAT = 1000
"""The highest count that RE2 takes in ``{…}``, nested counts multiplied."""
RE2_SIZE = 10_000
"""Our bound for the size of a pattern given to RE2, far below what exhausts its memory."""
DUCKDB_GROUPS = 9
"""The highest group number that DuckDB's regexp_extract takes."""

SECONDS = 2.0
"""How long Python may look for a regex in one value; most need some millionths of that."""
SHORT = 10
"""Repetitions that Python may try in all ways without anybody noticing."""

_PYTHON_ONLY = {"look", "atomic", "back", "cluster"}
_WORD = "[0-9A-Z_a-z]"
_EDGE = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_NO_EDGE = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"
r"""``\b`` and ``\B`` between ASCII words."""
_PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@ ")


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaRegex:
    """A regex as written (``pattern``), for Python, and for RE2 (None when only Python can run it)."""

    pattern: str
    python: str
    re2: str | None
    groups: int
    re2_needed: str | None = None
    """The part of ``re2`` that tells whether it is found, and what its groups are: without an end that may be empty."""


@lru_cache(maxsize=256)
def java_regex(pattern: str) -> JavaRegex:
    """Return the regex that ``pattern`` writes in Java's syntax. Raises SyntaxMistakeError."""
    root, groups = parse_regex(pattern)
    python = _written(root, re2=False)
    try:
        compiled(python)
    except (regex.error, OverflowError, RecursionError) as error:
        raise SyntaxMistakeError(f'The regex "{pattern}" is not supported: {error}.', "Write it simpler.") from None
    fits = _fits_re2(root) and groups <= DUCKDB_GROUPS
    if not fits and _runs_away(root):
        raise SyntaxMistakeError(
            f'The regex "{pattern}" repeats what can be repeated in many ways: with some values it would run for ever.',
            "Make the inner repetition possessive, (a++)+ for (a+)+, or do without lookaround and back references.",
        )
    return JavaRegex(
        pattern=pattern,
        python=python,
        re2=_written(root, re2=True) if fits else None,
        groups=groups,
        re2_needed=_written(_without_optional_end(root), re2=True) if fits else None,
    )


@lru_cache(maxsize=256)
def compiled(python: str) -> re.Pattern[str] | regex.Pattern[str]:
    """Return what searches for a regex written for Python: ``re`` itself where that can, else the package ``regex``."""
    try:
        return re.compile(python)
    except re.error:
        return regex.compile(python)


def read_replacement(text: str) -> tuple[str | int, ...]:
    """Return the texts and group numbers of a replacement such as ``{$2}.{$1}``. Raises SyntaxMistakeError."""
    parts: list[str | int] = []
    for piece in re.findall(r"\{\$[0-9]{1,2}\}|[^{}]+|.", text, re.DOTALL):
        if piece in {"{", "}"}:
            raise SyntaxMistakeError("The replacement of the regex holds other braces than {$n}.", "Write {$1}.")
        parts.append(int(piece[2:-1]) if piece.startswith("{$") else piece)
    return tuple(parts)


def expand(found: regex.Match[str] | re.Match[str], replacement: tuple[str | int, ...]) -> str:
    """Return ``replacement`` with its group numbers filled from ``found``; a group that took no part is empty."""
    return "".join(part if isinstance(part, str) else found[part] or "" for part in replacement)


def patron_regex(value: str | None, pattern: str, replacement: str) -> str:
    """Do in Python what RE2 cannot: ``=`` and the result, or an empty text when ``pattern`` is not found in ``value``.

    DuckDB calls it by this name. ``pattern`` is written for Python; ``replacement`` is as `read_replacement` reads it.
    In a NULL nothing is found, whichever way the function is registered. Raises EndlessRegexError after `SECONDS`:
    `re` knows no such bound, and what `java_regex` refuses is not everything that runs away.
    """
    try:
        found = None if value is None else regex.search(pattern, value, timeout=SECONDS)
    except TimeoutError:
        raise EndlessRegexError(
            f"A regex took more than {SECONDS:g} seconds for one value; as it is written for Python it is {pattern} . "
            "Repeat less in it: make repetitions possessive, a++ for a+, or do without lookaround and back references."
        ) from None
    return "=" + expand(found, _cached_replacement(replacement)) if found else ""


_cached_replacement = lru_cache(maxsize=256)(read_replacement)


def _without_optional_end(root: Node) -> Node:
    """Return ``root`` without the last piece of its sequence where that holds no group and may be empty."""
    if root.kind != "sequence" or not root.children:
        return root
    last = root.children[-1]
    optional = last.kind == "repeat" and last.least == 0 and not any(node.kind == "group" for node in last.walk())
    return replace(root, children=root.children[:-1]) if optional else root


def _written(node: Node, *, re2: bool) -> str:  # noqa: PLR0911 - one return per kind
    inner = [_written(child, re2=re2) for child in node.children]
    match node.kind:
        case "chars":
            return _chars(node, re2=re2)
        case "sequence":
            return "".join(inner)
        case "choice":
            return f"(?:{'|'.join(inner)})"
        case "group":
            return f"({inner[0]})"
        case "repeat":
            return f"(?:{inner[0]}){node.text}"
        case "look" | "atomic":
            return f"({node.text}{inner[0]})"
        case "back":
            return rf"(?:\{node.text})"
        case "end":
            return r"\z" if re2 else r"\Z"
        case "boundary" if not re2:
            return _EDGE if node.text == r"\b" else _NO_EDGE
        case _:
            return node.text


def _chars(node: Node, *, re2: bool) -> str:
    if len(node.chars) == 1 and node.chars[0][0] == node.chars[0][1] and chr(node.chars[0][0]) in _PLAIN:
        return chr(node.chars[0][0])
    if not node.chars:
        return r"[^\x{0}-\x{10FFFF}]" if re2 else r"(?!)"

    def point(code: int) -> str:
        if chr(code) in _PLAIN:
            return chr(code)
        return rf"\x{{{code:X}}}" if re2 else rf"\U{code:08x}"

    single = all(low == high for low, high in node.chars)
    if re2 and single and len(node.chars) == len("Aa") and node.chars == charsets.any_case(node.chars[:1]):
        # RE2 takes [Aa] for a literal that ignores case and then merges it with another branch's plain a: a|[Aa]
        # does not find A. It has no such trouble with a choice.
        return f"(?:{'|'.join(point(code) for code, _ in node.chars)})"
    return "[" + "".join(point(a) if a == b else f"{point(a)}-{point(b)}" for a, b in node.chars) + "]"


def _fits_re2(root: Node) -> bool:
    return (
        not any(_needs_python(node) for node in root.walk())
        and _size(root) <= RE2_SIZE
        and _repeats(root) <= RE2_REPEAT
    )


def _needs_python(node: Node) -> bool:
    possessive = node.kind == "repeat" and node.text.endswith("+") and len(node.text) > 1
    empty_loop = node.kind == "repeat" and node.most > 1 and _may_be_empty(node.children[0])
    return node.kind in _PYTHON_ONLY or possessive or empty_loop


def _may_be_empty(node: Node) -> bool:
    match node.kind:
        case "chars":
            return False
        case "sequence" | "group" | "atomic":
            return all(_may_be_empty(child) for child in node.children)
        case "choice":
            return any(_may_be_empty(child) for child in node.children)
        case "repeat":
            return node.least == 0 or _may_be_empty(node.children[0])
        case _:
            return True


def _runs_away(node: Node, *, repeated: bool = False) -> bool:
    """Tell whether Python could try a number of ways that doubles with each character: RE2 never goes back.

    So it can where something that is repeated without an end may itself be long or short, or one or another branch of
    a choice for the same text. Possessive repetitions and atomic groups are not tried again.
    """
    if node.kind == "repeat":
        varies = node.least != node.most and not node.text.endswith("+", 1)
        if varies and repeated:
            return True
        repeated = varies and (repeated or node.most > SHORT)
    elif node.kind == "atomic":
        repeated = False
    elif node.kind == "choice" and repeated:
        firsts = [_first(child) for child in node.children]
        if any(first is None or charsets.both(first, other or ()) for other, first in combinations(firsts, 2)):
            return True
    return any(_runs_away(child, repeated=repeated) for child in node.children)


def _first(node: Node) -> charsets.CharSet | None:
    """Return the characters with which a text of ``node`` begins; None when that is not told at a glance."""
    match node.kind:
        case "chars":
            return node.chars
        case "sequence" | "group" if node.children:
            return _first(node.children[0])
        case _:
            return None


def _size(node: Node) -> int:
    own = 2 + 4 * len(node.chars) + sum(_size(child) for child in node.children)
    return own * (_count(node) if node.kind == "repeat" else 1)


def _repeats(node: Node) -> int:
    inner = max((_repeats(child) for child in node.children), default=1)
    return inner * (_count(node) if node.kind == "repeat" else 1)


def _count(node: Node) -> int:
    return max(1, node.least, 0 if node.most == Node.MANY else node.most)
