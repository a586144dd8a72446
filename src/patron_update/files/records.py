"""The records of a run as one relation, whatever files they lie in.

``records.parquet`` holds what one pass over the file could tell; rows that other rows or an expectation took out stand
in small files beside it, so that a few duplicates do not make the big file be written twice.
"""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.fields import FIELDS
from patron_update.files.database import ENGINE_ERROR, text

if TYPE_CHECKING:
    from patron_update.files.workspace import RunFolder

RECORDS, DUPLICATES, HELD = "records.parquet", "duplicates.parquet", "held.parquet"
MESSAGES, HELD_MESSAGES = "messages.parquet", "held-messages.parquet"
CHANGED, MISSING, TOLD, UNSTAGED = "changed.csv", "missing.csv", "messages.csv", "unstaged.json"
MADE_HERE = (RECORDS, DUPLICATES, HELD, MESSAGES, HELD_MESSAGES, CHANGED, MISSING, TOLD, UNSTAGED, ENGINE_ERROR)
"""What a run's folder holds of this room; the conversion, which everything else follows from, removes it first."""

_COLUMNS = [*(field.column for field in FIELDS), "action", "other_sites"]
COLUMNS = ", ".join(_COLUMNS)
"""The 45 columns, then what the row asks for besides: ``action`` (NULL, delete, associate) and ``other_sites`` (short
names of further sites, joined by U+001F)."""


def view(folder: RunFolder, *, problems: bool = False) -> str:
    """Return the query of all rows: line, outcome (NULL: alive), key, fingerprint and `COLUMNS`."""
    # Where every line of the file is a row, a row's line follows from its number in the parquet file. That holds only
    # the columns which may have a value.
    none = ", ".join(f"NULL::VARCHAR AS {column}" for column in _COLUMNS)
    rows = (
        f"SELECT base + step * file_row_number AS line, * EXCLUDE (base, step, file_row_number"
        f"{'' if problems else ', problems'}) "
        f"FROM read_parquet({text(str(folder.file(RECORDS)))}, file_row_number = true) "
        f"UNION ALL BY NAME SELECT {none} WHERE FALSE"
    )
    taken_out = [folder.file(name) for name in (DUPLICATES, HELD) if folder.file(name).exists()]
    if not taken_out:
        return rows
    files = ", ".join(text(str(path)) for path in taken_out)
    return (
        "SELECT rows.* REPLACE (coalesce(rows.outcome, taken_out.outcome) AS outcome) "
        f"FROM ({rows}) AS rows LEFT JOIN (SELECT line, outcome FROM read_parquet([{files}])) AS taken_out USING (line)"
    )


def alive(folder: RunFolder) -> str:
    """Return the query of the rows that go on."""
    return f"SELECT * FROM ({view(folder)}) WHERE outcome IS NULL"
