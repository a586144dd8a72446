"""A landed file and a properties file become records: the step's work, and the same for a file at hand."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

from patron_update.errors import UnreadableFileError
from patron_update.files.conversion_sql import Compiled
from patron_update.files.convert import convert
from patron_update.files.notes import Note
from patron_update.files.workspace import RunFolder
from patron_update.properties import (
    SKIP,
    comes_trimmed,
    compile_action,
    compile_field,
    compile_other_sites,
    compile_rules,
    compile_unmapped_site,
    for_file,
    makes_date,
    python_functions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from patron_update.files.convert import ConvertResult
    from patron_update.files.export import Form
    from patron_update.files.reading import Landed
    from patron_update.jobs.reading import Reading
    from patron_update.properties import Properties

PASSWORDS_LEFT_OUT = Note(
    code="password_left_out", text="field_password is mapped; records that are written out hold no passwords."
)


def convert_landed(
    landed: Path,
    folder: RunFolder,
    properties: Properties,
    reading: Reading,
    *,
    secret: bytes,
    today: date,
    keep_columns: bool = False,
    looked: Callable[[Landed], None] = lambda _: None,
) -> ConvertResult:
    """Convert ``landed`` into the records of ``folder``.

    ``today`` is the day, at the job's place, that the update is for. ``keep_columns``: the columns that fields are made
    of stay beside the records, except those of the password. ``looked``: see `convert`.
    """
    settings = properties.settings
    return convert(
        landed,
        folder,
        encoding=reading.encoding or settings.csv_text_encoding,
        delimiter=reading.delimiter,
        rows_to_skip=settings.input_rows_to_skip,
        compiled_for=partial(_compiled, properties, today=today, keep_columns=keep_columns),
        declared_columns=properties.field_type_total,
        match_using_district_id=settings.match_using_district_id,
        site_default=settings.site_short_name_default,
        site_names=reading.site_names or {},
        secret=secret,
        unknown_status=reading.unknown_status,
        looked=looked,
    )


def _compiled(properties: Properties, header: Sequence[str], *, today: date, keep_columns: bool) -> Compiled:
    known = for_file(properties, header, today)
    return Compiled(
        expressions={name: compile_field(known, name) for name in known.fields},
        columns_used=known.columns_used,
        kept=known.columns_shown if keep_columns else frozenset(),
        dates=frozenset(name for name in known.fields if makes_date(known, name)),
        trimmed=frozenset(name for name in known.fields if comes_trimmed(known, name)),
        by_name=bool(properties.names_used),
        python_functions=python_functions(known),
        skipped_by=compile_rules(known, SKIP),
        action=compile_action(known),
        updates_deleted=properties.settings.update_before_delete,
        other_sites=compile_other_sites(known),
        unmapped_site=compile_unmapped_site(known),
    )


def check_at_hand(landed: Path) -> None:
    """Raise UnreadableFileError unless there is a file ``landed`` that may be read."""
    if landed.is_dir():
        raise UnreadableFileError(f"{landed} is a folder. Name the file in it.")
    if not landed.is_file():
        raise UnreadableFileError(f"There is no file {landed}.")
    if not os.access(landed, os.R_OK):
        raise UnreadableFileError(f"{landed} may not be read. Check its owner and rights.")


def day_of(landed: Path) -> date:
    """Return the day (UTC) on which a file at hand was written: what its properties file calls today, unless told."""
    return datetime.fromtimestamp(landed.stat().st_mtime, UTC).date()


def print_records(
    properties: Properties,
    landed: Path,
    reading: Reading,
    form: Form,
    out: TextIO,
    *,
    rejects: Path | None = None,
    today: date,
) -> ConvertResult:
    """Write the records of a file at hand to ``out`` as ``json`` (one object a line), ``csv`` or patron ``xml``.

    ``rejects`` gets the messages about rows, as CSV.
    """
    from patron_update.files.export import write_records

    check_at_hand(landed)
    with TemporaryDirectory(prefix="patron-update-") as place:
        folder = RunFolder(path=Path(place))
        result = convert_landed(landed, folder, properties, reading, secret=bytes(32), today=today)
        before = properties.settings.update_before_delete
        write_records(folder, form, out, rejects, update_before_delete=before)
    if "password" in properties.fields:
        return replace(result, notes=(*result.notes, PASSWORDS_LEFT_OUT))
    return result
