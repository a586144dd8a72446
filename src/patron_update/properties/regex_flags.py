r"""The flags of a Java regex, such as ``(?i)``, and what ``^``, ``$``, ``.`` and ``\b`` mean under them."""

from __future__ import annotations

import re

from patron_update.properties import charsets
from patron_update.properties.regex_node import Node

Flags = frozenset[str]
"""The letters of the flags that are set: i, d, m, s, u, x and U, as Java names them."""

_WRITTEN = re.compile(r"\(\?([idmsuxU]*)(?:-([idmsuxU]+))?([:)])")
_LINE_ENDS = (re.compile("[\n\r\x85\u2028\u2029]"), re.compile("\n"))
_ANY = charsets.without(())


def read_flags(pattern: str, index: int, flags: Flags) -> tuple[Flags, int, bool] | None:
    """Return the flags behind ``(?…)`` or ``(?…:`` at ``index``, where that ends, and whether a group begins there."""
    found = _WRITTEN.match(pattern, index)
    if not found:
        return None
    on, off = set(found[1]), set(found[2] or "")
    return (flags | on | ({"u"} if "U" in on else set())) - off, found.end(), found[3] == ":"


def behind_comments(pattern: str, index: int, flags: Flags) -> int:
    """Return where the next character that counts stands: under (?x) blanks and comments do not."""
    while "x" in flags and index < len(pattern):
        if pattern[index] == "#":
            index += len(_LINE_ENDS["d" in flags].split(pattern[index:], maxsplit=1)[0])
        elif pattern[index] not in "\t\n\v\f\r ":
            break
        else:
            index += 1
    return index


def line_ends(flags: Flags) -> charsets.CharSet:
    """Return the characters that end a line."""
    return charsets.of("\n") if "d" in flags else charsets.LINE_END


def cased(chars: charsets.CharSet, flags: Flags, *, folded: bool = True) -> charsets.CharSet:
    """Return ``chars`` with other cases under (?i): of ASCII letters, under (?u) of all that may be ``folded``."""
    if "i" not in flags:
        return chars
    return charsets.folded(chars) if "u" in flags and folded else charsets.any_case(chars)


def dot(flags: Flags) -> Node:
    """Return any character, or any that ends no line."""
    return Node(kind="chars", chars=_ANY if "s" in flags else charsets.without(line_ends(flags)))


def begin(flags: Flags) -> Node:
    """Return ``^``: under (?m) it is also behind a line's end, unless that ends the text or is half of CR LF."""
    start = Node(kind="start", text=r"\A")
    if "m" not in flags:
        return start
    behind = [start, _look("?<=", charsets.both(line_ends(flags), charsets.without(charsets.of("\r"))))]
    if "d" not in flags:
        behind.append(_all(_look("?<=", charsets.of("\r")), _look("?!", charsets.of("\n"))))
    return _all(_look("?=", _ANY), _one(*behind))


def end(flags: Flags) -> Node:
    """Return ``$``: under (?m) it is also before a line's end.

    Java also stops before a last line end; a value is trimmed before it gets here and has none.
    """
    last = Node(kind="end")
    if "m" not in flags:
        return last
    if "d" in flags:
        return _one(_look("?=", charsets.of("\n")), last)
    before = charsets.both(charsets.LINE_END, charsets.without(charsets.of("\n")))
    feed = _all(_look("?<!", charsets.of("\r")), _look("?=", charsets.of("\n")))
    return _one(_look("?=", before), feed, last)


def boundary(letter: str, flags: Flags) -> Node:
    r"""Return ``\b`` or ``\B``: under (?U) between any word and what is none, else between ASCII words."""
    if "U" not in flags:
        return Node(kind="boundary", text="\\" + letter)
    word = charsets.of_all("w")
    inside = _all(_look("?<=", word), _look("?=", word)), _all(_look("?<!", word), _look("?!", word))
    edge = _all(_look("?<=", word), _look("?!", word)), _all(_look("?<!", word), _look("?=", word))
    return _one(*(edge if letter == "b" else inside))


def _look(text: str, chars: charsets.CharSet) -> Node:
    return Node(kind="look", text=text, children=(Node(kind="chars", chars=chars),))


def _all(*children: Node) -> Node:
    return Node(kind="sequence", children=children)


def _one(*children: Node) -> Node:
    return Node(kind="choice", children=children)
