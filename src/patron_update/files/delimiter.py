"""What separates the columns of a file: what the job says, what the file itself says, or what its rows show."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from patron_update.files import rows
from patron_update.files.notes import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}
"""By the names that a job file uses."""
LOOKED_AT = 50
"""Lines from the header on that are looked at."""
_PLURALS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "vertical bars"}
_SAID = re.compile(r'\s*"?sep=([,\t;|])"?\s*', re.IGNORECASE)


def said(first_line: str) -> str | None:
    """Return the delimiter that a first line such as ``sep=;`` names: a spreadsheet program's, and no row."""
    found = _SAID.fullmatch(first_line.lstrip("\ufeff"))
    return found[1] if found else None


def shown(lines: Sequence[str]) -> str:
    """Return the delimiter of a file that goes on with ``lines``, its header (or first row) the first of them.

    The one that parts every row alike, and into most columns; the comma, the only one that the original knows, unless
    another does better. Where none parts every row alike, the header decides.
    """
    counts = {delimiter: _columns(lines, delimiter) for delimiter in DELIMITERS.values()}
    alike = {delimiter: max(found) for delimiter, found in counts.items() if len(found) == 1 and max(found) > 1}
    commas = counts[","].most_common(1)[0][0] if counts[","] else 0
    best = max(alike, key=lambda delimiter: alike[delimiter], default=",")
    if best != "," and alike[best] > commas:
        return best
    heading = lines[0] if lines else ""
    found = max(DELIMITERS.values(), key=heading.count)
    return "," if "," in heading or "," in alike or found not in heading else found


def _columns(lines: Sequence[str], delimiter: str) -> Counter[int]:
    """Return how many rows have how many columns; the last row, which may be cut off, and blank ones do not count."""
    found = [row for row in rows.read(iter(lines), delimiter) if any(cell.strip() for cell in row.cells)]
    whole = found[:-1] if len(lines) >= LOOKED_AT else found
    return Counter(len(row.cells) for row in whole if row.trouble is None)


def note(delimiter: str) -> tuple[Note, ...]:
    """Return a note when nobody asked for ``delimiter`` and it is not the comma."""
    if delimiter == ",":
        return ()
    (name,) = [name for name, each in DELIMITERS.items() if each == delimiter]
    text = f"The columns are separated by {_PLURALS[delimiter]}, not by commas; the file was read so. "
    text += f"Write `delimiter: {name}` in the job file if that is how it should be."
    return (Note(code="delimiter_found", text=text),)
