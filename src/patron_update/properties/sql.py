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


def stripped(expression: str) -> str:
    """Return ``expression`` without the blanks around it, whatever it begins with."""
    return f"trim({expression}, {quoted(BLANKS)})"


def joined(expressions: Sequence[str]) -> str:
    """Return the concatenation, NULL when one of them is; balanced, so that its depth stays small."""
    if len(expressions) <= 1:
        return expressions[0] if expressions else "''"
    middle = len(expressions) // 2
    return f"({joined(expressions[:middle])} || {joined(expressions[middle:])})"
