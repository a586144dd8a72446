"""Reading patron XML: its patrons become a source of rows for the conversion, as those of a CSV are."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import BLANKS, FIELDS
from patron_update.errors import UnreadableFileError
from patron_update.files import patron_xml as words
from patron_update.files.conversion_sql import Compiled
from patron_update.files.reading import private, read_csv
from patron_update.files.scan import COMPOSED, Scan
from patron_update.files.xml_parsing import PatronStream

if TYPE_CHECKING:
    from pathlib import Path

_MISSING = "\x01"
"""Stands for an element that is missing; XML has no such character."""
_COLUMNS = [f"c{number}" for number in range(1, len(FIELDS) + 3)]
_NAMES = [field.name for field in FIELDS]
_ODD_BLANKS = re.compile(f"[{''.join(blank for blank in BLANKS if not blank.isascii())}]")
_NOT_COMPOSED = re.compile(f"[^{''.join(f'{chr(least)}-{chr(most)}' for least, most in COMPOSED)}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronsFile:
    """A patron XML file that was read whole, as a source of rows for the conversion."""

    patrons: int
    match_using_district_id: bool
    update_before_delete: bool
    fields: frozenset[str]
    """The fields that some patron has an element for."""
    asks: bool
    """Some patron has an action or further sites."""
    scan: Scan
    clean: Path

    @property
    def compiled(self) -> Compiled:
        """Return what the columns mean: the 45 fields, the action, the further sites."""
        columns = dict(zip((each.name for each in FIELDS), _COLUMNS, strict=False))
        action, other_sites = _COLUMNS[len(FIELDS) :]
        return Compiled(
            expressions={name: f"nullif({columns[name]}, chr({ord(_MISSING)}))" for name in sorted(self.fields)},
            columns_used=frozenset(),
            action=f"nullif({action}, '')" if self.asks else "NULL",
            updates_deleted=self.update_before_delete,
            other_sites=f"nullif({other_sites}, '')" if self.asks else "NULL",
        )

    @property
    def fingerprint(self) -> str:
        """Return what stands in the place of a properties file's fingerprint: what the file says of all its patrons."""
        said = f"{words.NAMESPACE} {self.match_using_district_id} {self.update_before_delete}"
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def columns(self) -> int:
        """Return the number of the columns of the source."""
        return len(_COLUMNS)

    def source(self) -> str:
        """Return the SQL of the rows, in the form of `reading.Landed.careful_source`."""
        source = read_csv(self.clean, ["line", *_COLUMNS], ",", 0, parallel=False, end=r"\n")
        trouble = "NULL::VARCHAR AS trouble, NULL::VARCHAR AS detail"
        return f"SELECT line::BIGINT AS base, 0::BIGINT AS step, {trouble}, {', '.join(_COLUMNS)} FROM {source}"


def read_file(landed: Path, clean: Path) -> PatronsFile:
    """Read ``landed`` and write its patrons to ``clean``, a private file. Raises UnreadableFileError with the line."""
    count, match, fields = 0, words.BY_DISTRICT_ID, set[str]()
    asks, odd_spaces, composed, printable = False, False, True, True
    stream = PatronStream(landed)
    with private(clean) as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for count, patron in enumerate(stream, 1):
            if count == 1:
                match = patron.match
            elif patron.match != match:
                raise UnreadableFileError(
                    f'Line {patron.line:,}: a patron is matched by "{patron.match}", those before it by "{match}". '
                    "Put them into two files, each with a job of its own."
                )
            values = patron.values
            fields.update(values)
            asks = asks or bool(patron.action or patron.other_sites)
            text = "".join((*values.values(), *patron.other_sites))
            if not text.isascii():
                odd_spaces = odd_spaces or bool(_ODD_BLANKS.search(text))
                composed = composed and not _NOT_COMPOSED.search(text)
            printable = printable and text.isprintable()
            cells = [values.get(name, _MISSING) for name in _NAMES]
            cells += patron.action, words.SEPARATOR.join(patron.other_sites)
            if "\r" in text:
                # DuckDB wants one kind of line end in a file, even inside quotes.
                cells = [cell.replace("\r", "\n") for cell in cells]
            writer.writerow((patron.line, *cells))
    if not count:
        raise UnreadableFileError(f"The file holds no <{words.PATRON}>: run the export again.")
    return PatronsFile(
        patrons=count,
        match_using_district_id=match == words.BY_DISTRICT_ID,
        update_before_delete=stream.update_before_delete,
        fields=frozenset(fields),
        asks=asks,
        scan=Scan(lines=0, plain=False, control_characters=not printable, odd_spaces=odd_spaces, composed=composed),
        clean=clean,
    )
