"""How findings speak of rows and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.messages import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron_update.files.survey import Tally

SHOWN = 5
SHOWN_LENGTH = 40
"""Characters of a value that a finding shows."""


def told_apart(text: str) -> tuple[str, str]:
    """Return the first sentence of ``text``, which says what is the matter, and the others, which say what to do."""
    first, end, remedy = text.partition(". ")
    return (first + end.strip(), remedy) if remedy else (text, "")


def rows_of(number: int) -> str:
    """Return '1 row' or '1,234 rows'."""
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def of_rows(number: int, total: int) -> str:
    """Return '12 of 1,234 rows'."""
    return f"{number:,} of {rows_of(total)}"


def examples(tally: Tally) -> str:
    """Return the most frequent values with their numbers of rows."""
    shown = [f"{quoted(value)} ({rows:,})" for value, rows in tally.values[:SHOWN]]
    return listed(shown, more=len(tally.values) > SHOWN)


def listed(parts: Sequence[str], *, more: bool = False) -> str:
    """Return the parts with commas, and an ellipsis when there are more of them."""
    return ", ".join([*parts, *(["…"] if more else [])])


def quoted(value: str) -> str:
    """Return a value of the file in quotes."""
    return f'"{printable(value, SHOWN_LENGTH)}"'
