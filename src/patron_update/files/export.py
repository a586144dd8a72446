"""Writes converted records: JSON lines, CSV or patron XML, and the messages about the others."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import csv
import json
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TextIO

from patron_update.domain.messages import Message
from patron_update.errors import SettingsError
from patron_update.files.database import connect, text
from patron_update.files.patron_xml import BY_DISTRICT_ID, BY_SITE_AND_BARCODE, SEPARATOR, write_patrons
from patron_update.files.patron_xml import WRITTEN as SHOWN_FIELDS
from patron_update.files.records import MESSAGES, alive
from patron_update.files.workspace import PRIVATE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from patron_update.files.workspace import RunFolder

FETCHED_AT_ONCE = 10_000
Form = Literal["json", "csv", "xml"]
_BY_SITE = f"key = site_short_name || chr({ord(SEPARATOR)}) || barcode"
_ASKED = [
    f"CASE WHEN {_BY_SITE} THEN {text(BY_SITE_AND_BARCODE)} ELSE {text(BY_DISTRICT_ID)} END",
    "action",
    "other_sites",
]
_SHOWN = ["action", f"replace(other_sites, chr({ord(SEPARATOR)}), ',')"]
_NAMES = ("line", *(field.name for field in SHOWN_FIELDS), "action", "otherSites")
REJECT_COLUMNS = ("line", "code", "severity", "field", "value", "cause", "remedy")


def write_records(
    folder: RunFolder,
    form: Form,
    out: TextIO,
    rejects: Path | TextIO | None = None,
    *,
    update_before_delete: bool = False,
) -> int:
    """Write the records that are alive to ``out``, and every message of the conversion to ``rejects``.

    JSON: one object a line, its keys the fields' names, ``line``, ``action`` and ``otherSites`` (joined by commas);
    missing values are left out, blank ones are ''. CSV: the same names as header, both written as nothing. XML:
    docs/patron-xml.md; it alone says whether rows that delete are applied before. Passwords are in none of them.
    Returns the number of records.
    """
    writers: dict[Form, Callable[[Iterator[tuple[Any, ...]], TextIO], int]] = {
        "json": _write_json,
        "csv": _write_csv,
        "xml": partial(write_patrons, update_before_delete=update_before_delete),
    }
    fields = [field.column for field in SHOWN_FIELDS]
    columns = ", ".join(["line", *(_ASKED + fields if form == "xml" else [*fields, *_SHOWN])])
    if rejects is not None:
        _write_rejects(folder, rejects)
    return writers[form](_rows(folder, f"SELECT {columns} FROM ({alive(folder)}) ORDER BY line"), out)


def _rows(folder: RunFolder, query: str) -> Iterator[tuple[Any, ...]]:
    with connect(folder) as connection:
        connection.execute(query)
        while found := connection.fetchmany(FETCHED_AT_ONCE):
            yield from found


def _write_json(rows: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the number of the last row is returned
        found = {name: value for name, value in zip(_NAMES, row, strict=True) if value is not None}
        out.write(json.dumps(found, ensure_ascii=False) + "\n")
    return count


def _write_csv(rows: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_NAMES)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the number of the last row is returned
        writer.writerow(row)
    return count


def _write_rejects(folder: RunFolder, rejects: Path | TextIO) -> None:
    if not hasattr(rejects, "write"):
        try:
            rejects.touch(mode=PRIVATE_FILE)
            out = rejects.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise SettingsError(f"{rejects} cannot be written: {error.strerror}. Choose another file.") from error
        with out:
            _write_rejects(folder, out)
        return
    writer = csv.writer(rejects, lineterminator="\n")
    writer.writerow(REJECT_COLUMNS)
    query = (
        f"SELECT line, code, field, value, detail FROM read_parquet({text(str(folder.file(MESSAGES)))}) ORDER BY line"
    )
    for line, code, field, value, detail in _rows(folder, query):
        told = Message(code=code, line=line, field=field, value=value, detail=detail)
        writer.writerow((line, code, told.severity.value, field, value, told.cause, told.remedy))
