"""Sample output: for the first rows of a CSV, what each field is made of and what becomes of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from patron_update.conversion import check_at_hand, convert_landed, day_of
from patron_update.domain.messages import printable
from patron_update.files.first_rows import first_rows, write_head
from patron_update.files.workspace import RunFolder
from patron_update.jobs.reading import AS_DECLARED
from patron_update.properties import for_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron_update.files.first_rows import ConvertedRow
    from patron_update.jobs.reading import Reading
    from patron_update.properties import Properties

ROWS = 5
LONGEST = 40
"""Characters of a cell that the text form shows; JSON has them all."""
MASK = "••••••"
_NO_SECRET = bytes(32)
_SECRET = "password"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One cell that a field is made of: the column's number, its name in the header ('' without one), its text."""

    column: int
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One field of one row. ``result`` is as it would be stored: None when it is left out, '' when it is cleared."""

    field: str
    sources: tuple[Source, ...]
    template: str
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message about a row."""

    code: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """One row, which begins at ``line``. ``outcome``: None when it goes on, else skipped, rejected or held."""

    line: int
    outcome: str | None
    fields: tuple[Made, ...]
    messages: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first rows of a file, and what stood out about the part of it that was read."""

    rows: tuple[SampleRow, ...]
    notes: tuple[str, ...]


def sample(properties: Properties, csv: Path, reading: Reading = AS_DECLARED, *, rows: int = ROWS) -> Sample:
    """Return what becomes of the first ``rows`` rows of ``csv``, blank and rejected ones included.

    Only the beginning of the file is read (4 MiB), so this is quick for a file of any size. The password is masked, its
    template too, and so is every column that feeds it alone. Raises UnreadableFileError when the file is not what it
    should be.
    """
    check_at_hand(csv)
    with TemporaryDirectory(prefix="patron-update-") as place:
        folder = RunFolder(path=Path(place))
        head = folder.file("head.csv")
        write_head(csv, head)
        result = convert_landed(
            head,
            folder,
            properties,
            reading,
            secret=_NO_SECRET,
            today=day_of(csv),
            keep_columns=True,
        )
        known = for_file(properties, result.header, day_of(csv))
        found = first_rows(folder, rows, known.columns_shown)
    made = tuple(_row(known, result.header, row) for row in found)
    return Sample(rows=made, notes=tuple(map(str, result.notes)))


def _row(properties: Properties, header: Sequence[str], row: ConvertedRow) -> SampleRow:
    fields = tuple(_made(properties, header, row, field) for field in properties.fields)
    told = tuple(
        Told(code=message.code, severity=message.severity.value, text=f"{message.label}: {message.cause}")
        for message in row.messages
    )
    return SampleRow(line=row.line, outcome=row.outcome, fields=fields, messages=told)


def _made(properties: Properties, header: Sequence[str], row: ConvertedRow, field: str) -> Made:
    masked = {} if field == _SECRET else row.columns
    sources = tuple(
        Source(
            column=column,
            name=header[column - 1] if column <= len(header) else "",
            text=masked.get(column, MASK),
        )
        for column in sorted(properties.columns_of(field))
    )
    if field == _SECRET:
        return Made(field=field, sources=sources, template=MASK, result=MASK if row.has_password else "")
    return Made(field=field, sources=sources, template=properties.fields[field].text, result=row.values[field])


def to_json(found: Sample) -> str:
    """Return the sample as JSON: ``notes``, and ``rows`` with their fields and messages."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False)


def to_text(found: Sample) -> str:
    """Return the sample as a terminal shows it, one table a row."""
    return "\n\n".join("\n".join(_lines(row)) for row in found.rows)


def _lines(row: SampleRow) -> list[str]:
    head = ("field", "source", "template", "result")
    cells = [
        (
            made.field,
            ", ".join(_shown(source) for source in made.sources),
            printable(made.template, LONGEST),
            "(left out)" if made.result is None else printable(made.result, LONGEST) or "(empty)",
        )
        for made in row.fields
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    table = ["  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in (head, *cells)]
    messages = [f"  {told.severity}: {printable(told.text)} [{told.code}]" for told in row.messages]
    title = f"Line {row.line:,}" + (f": {row.outcome}" if row.outcome else "")
    return [title, *(f"  {line}".rstrip() for line in table), *messages]


def _shown(source: Source) -> str:
    name = f" {printable(source.name, LONGEST)}" if source.name else ""
    return f'{source.column}{name} "{printable(source.text, LONGEST)}"'
