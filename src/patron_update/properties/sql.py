"""Pieces of DuckDB SQL. Every text from a properties file goes through `quoted`; nothing of it is ever executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.properties.template import BLANKS

if TYPE_CHECKING:
    from collections.abc import Sequence

NUL = "chr(0)"


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal. A quote is doubled; a NUL, which no literal can hold, becomes a call."""
    pieces = ["'" + piece.replace("'", "''") + "'" for piece in text.split("\0")]
    return pieces[0] if len(pieces) == 1 else f"({f' || {NUL} || '.join(pieces)})"


def literal(text: str | None) -> str:
    """Return ``text`` as an SQL literal, None as NULL."""
    return "NULL" if text is None else quoted(text)


_CLASS = "".join(rf"\x{{{ord(blank):X}}}" for blank in BLANKS)
_FILLED, _BLANK_AROUND = quoted(f"[^{_CLASS}]"), quoted(rf"\A[{_CLASS}]|[{_CLASS}]\z")


def filled(expression: str) -> str:
    """Return the condition that ``expression`` holds more than blanks; NULL for NULL."""
    return f"regexp_matches({expression}, {_FILLED})"


def stripped(expression: str) -> str:
    """Return ``expression``, which should be short, without the blanks around it.

    To look for blanks takes a small part of the time that DuckDB takes to trim so many kinds of them.
    """
    trimmed = f"trim({expression}, {quoted(BLANKS)})"
    return f"CASE WHEN regexp_matches({expression}, {_BLANK_AROUND}) THEN {trimmed} ELSE {expression} END"


def joined(expressions: Sequence[str]) -> str:
    """Return the concatenation, NULL when one of them is; balanced, so that its depth stays small."""
    if len(expressions) <= 1:
        return expressions[0] if expressions else "''"
    middle = len(expressions) // 2
    return f"({joined(expressions[:middle])} || {joined(expressions[middle:])})"
