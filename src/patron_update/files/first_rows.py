"""The first rows of a file: enough of its bytes to convert them, and what the conversion made of each."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import FIELDS, Kind
from patron_update.domain.messages import Message
from patron_update.errors import UnreadableFileError
from patron_update.files.database import connect, text
from patron_update.files.records import MESSAGES, view
from patron_update.files.workspace import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from patron_update.files.workspace import RunFolder

HEAD = 4 * 1024 * 1024
"""Bytes that are read for the first rows: room for thousands."""
_FIELDS = tuple(field for field in FIELDS if field.kind is not Kind.PASSWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedRow:
    """One row: the columns that were kept, by number, the values by field (None: left out), and what was told of it."""

    line: int
    outcome: str | None
    """None: the row goes on."""
    columns: Mapping[int, str]
    values: Mapping[str, str | None]
    """Without the password."""
    has_password: bool
    messages: tuple[Message, ...]


def write_head(landed: Path, head: Path) -> None:
    """Write the first `HEAD` bytes of ``landed`` to ``head``, without the line that they cut off.

    Raises UnreadableFileError when that line is most of them, which no row about a patron is.
    """
    with landed.open("rb") as stream:
        content = stream.read(HEAD)
    if len(content) == HEAD:
        content = content[: _last_end(content)]
        if len(content) < HEAD // 2:
            raise UnreadableFileError(
                f"A line of the file is longer than {HEAD // 2:,} bytes: that is no row about a patron. The file is "
                "damaged or no CSV; have the SIS export it again."
            )
    with os.fdopen(os.open(head, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as out:
        out.write(content)


def _last_end(content: bytes) -> int:
    """Return where the last whole line ends, in whichever encoding; 0 when there is no line end."""
    for end in (b"\n", b"\r"):
        found = content.rfind(end)
        wide = content[found - found % 2 : found - found % 2 + 2]
        if found >= 0:
            return found - found % 2 + 2 if wide in {end + b"\0", b"\0" + end} else found + 1
    return 0


def first_rows(folder: RunFolder, rows: int, columns: Collection[int]) -> list[ConvertedRow]:
    """Return the first ``rows`` converted rows of ``folder``, whose conversion kept ``columns``."""
    numbers = sorted(columns)
    kept = "".join(f", c{number}" for number in numbers)
    fields = ", ".join(field.column for field in _FIELDS)
    with connect(folder) as connection:
        found = connection.execute(
            f"SELECT line, outcome, coalesce(password, '') <> '', {fields}{kept} FROM ({view(folder)}) "
            "ORDER BY line LIMIT ?",
            [rows],
        ).fetchall()
        told = connection.execute(
            f"SELECT line, code, field, value, detail FROM read_parquet({text(str(folder.file(MESSAGES)))}) "
            "WHERE line <= ? ORDER BY ALL",
            [found[-1][0] if found else 0],
        ).fetchall()
    messages: dict[int, list[Message]] = {}
    for line, code, field, value, detail in told:
        messages.setdefault(line, []).append(Message(code=code, line=line, field=field, value=value, detail=detail))
    return [
        ConvertedRow(
            line=line,
            outcome=outcome,
            has_password=has_password,
            values=dict(zip((field.name for field in _FIELDS), cells, strict=False)),
            columns=dict(zip(numbers, cells[len(_FIELDS) :], strict=True)),
            messages=tuple(messages.get(line, ())),
        )
        for line, outcome, has_password, *cells in found
    ]
