"""Converts a landed CSV into records: reads, evaluates the properties file's expressions, normalises, finds duplicates.

Everything that can be told from the file alone is decided here; what needs the stored patrons is the store's.
"""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import inspect
import unicodedata
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb.func import FunctionNullHandling

from patron_update.domain.fields import BY_NAME, UnknownStatus
from patron_update.domain.outcomes import Outcome
from patron_update.errors import UnreadableFileError
from patron_update.files.conversion_sql import PROBLEMS, Compiled, Conversion
from patron_update.files.database import connect, text, write
from patron_update.files.duplicates import settle_duplicates
from patron_update.files.notes import Note
from patron_update.files.reading import Landed, look, tidy
from patron_update.files.records import MADE_HERE, MESSAGES, RECORDS, view
from patron_update.files.xml_reading import PatronsFile, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from patron_update.files.scan import Scan
    from patron_update.files.workspace import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertResult:
    """The conversion in figures."""

    read: int
    alive: int
    """Rows that go on: those without an outcome yet."""
    outcomes: dict[Outcome, int]
    """Rows by the outcome that they already have."""
    columns: int = 0
    """Columns of the CSV; 0 for patron XML."""
    header: tuple[str, ...] = field(default=(), repr=False)
    """The names of the columns; empty for a file without a header."""
    delimiter: str = ""
    notes: tuple[Note, ...] = ()
    """What stood out about the file as a whole; names no patron."""


def convert(  # noqa: PLR0913 - one argument for each thing that the properties file or the district says
    landed: Path,
    folder: RunFolder,
    *,
    encoding: str,
    rows_to_skip: int,
    compiled_for: Callable[[Sequence[str]], Compiled],
    declared_columns: int | None,
    match_using_district_id: bool,
    site_default: str,
    site_names: Mapping[str, str],
    secret: bytes,
    unknown_status: UnknownStatus = UnknownStatus.KEEP,
    delimiter: str | None = None,
    looked: Callable[[Landed], None] = lambda _: None,
) -> ConvertResult:
    """Write the records and messages of ``landed`` into ``folder``, anew and whole whenever it is called.

    ``compiled_for`` gives the properties file compiled for a header (without columns when the file has none).
    ``site_names`` leads from every short name and alias to the short name. ``delimiter``: see `look`. ``looked`` sees
    how the file is to be read before anything is made of it, and may refuse it. Raises UnreadableFileError when the
    file as a whole is not what it should be; then nothing is left of a former call either.
    """
    for name in MADE_HERE:
        folder.file(name).unlink(missing_ok=True)
    try:
        found = look(
            landed,
            folder,
            encoding=encoding,
            rows_to_skip=rows_to_skip,
            declared_columns=declared_columns,
            delimiter=delimiter,
        )
        looked(found)
        compiled = compiled_for(found.header)
        found.check(max(compiled.columns_used, default=0), by_name=compiled.by_name)
        conversion = Conversion(
            compiled=compiled,
            columns=found.columns,
            match_using_district_id=match_using_district_id,
            site_default=unicodedata.normalize("NFC", site_default).strip(),
            scan=_with_quoted_tabs(found),
            unknown_status=unknown_status,
        )
        with connect(folder) as connection:
            prepare(connection, secret, compiled.python_functions)
            _register_sites(connection, site_names)
            _write_records(connection, folder, found, conversion)
            settle_duplicates(connection, folder, updates_deleted=compiled.updates_deleted)
            _write_messages(connection, folder)
            return replace(
                _result(connection, folder),
                columns=found.columns,
                header=found.header,
                delimiter=found.delimiter,
                notes=_notes(found),
            )
    finally:
        tidy(folder)


def convert_patron_xml(
    landed: Path,
    folder: RunFolder,
    *,
    site_names: Mapping[str, str],
    secret: bytes,
    unknown_status: UnknownStatus = UnknownStatus.KEEP,
) -> tuple[ConvertResult, PatronsFile]:
    """Do what `convert` does with a patron XML file, whose elements need no properties file."""
    for name in MADE_HERE:
        folder.file(name).unlink(missing_ok=True)
    clean = folder.file("clean.csv")
    try:
        found = read_file(landed, clean)
        conversion = Conversion(
            compiled=found.compiled,
            columns=found.columns,
            match_using_district_id=found.match_using_district_id,
            site_default="",
            scan=found.scan,
            unknown_status=unknown_status,
        )
        with connect(folder) as connection:
            prepare(connection, secret, {})
            _register_sites(connection, site_names)
            _write_all(connection, conversion.sql(found.source()), folder.file(RECORDS), found.patrons)
            settle_duplicates(connection, folder, updates_deleted=found.update_before_delete)
            _write_messages(connection, folder)
            return _result(connection, folder), found
    finally:
        clean.unlink(missing_ok=True)


def prepare(
    connection: duckdb.DuckDBPyConnection, secret: bytes, functions: Mapping[str, Callable[..., str | None]]
) -> None:
    """Hand the connection what statements need besides their text: the secret is bound, never part of SQL."""
    connection.execute("SET VARIABLE secret = ?", [b64encode(secret).decode()])
    for name, function in functions.items():
        parameters: list[Any] = ["VARCHAR"] * len(inspect.signature(function).parameters)
        connection.create_function(name, function, parameters, "VARCHAR", null_handling=FunctionNullHandling.SPECIAL)


def _register_sites(connection: duckdb.DuckDBPyConnection, site_names: Mapping[str, str]) -> None:
    connection.execute("CREATE TEMP TABLE site_exact (sent VARCHAR, canonical VARCHAR)")
    for sent, canonical in site_names.items():
        row = [unicodedata.normalize("NFC", sent).strip(), canonical]
        connection.execute("INSERT INTO site_exact VALUES (?, ?)", row)
    connection.execute(
        "CREATE TEMP TABLE site_folded AS "
        "SELECT lower(sent) AS folded, first(canonical ORDER BY rowid) AS canonical FROM site_exact GROUP BY ALL"
    )
    # The same as a map, for lists of sites: a name in its own case goes before one in small letters.
    exact = {unicodedata.normalize("NFC", sent).strip(): canonical for sent, canonical in site_names.items()}
    folded = dict(connection.execute("SELECT folded, canonical FROM site_folded").fetchall())
    sites = folded | exact
    connection.execute("SET VARIABLE sites = map(?::VARCHAR[], ?::VARCHAR[])", [list(sites), list(sites.values())])


def _write_records(
    connection: duckdb.DuckDBPyConnection, folder: RunFolder, found: Landed, conversion: Conversion
) -> None:
    """Write the records, and anew, with care for that, where the header stands again among the rows."""
    _write_found(connection, folder, found, conversion)
    if _holds_header(connection, folder, found, conversion):
        _write_found(connection, folder, replace(found, header_again=True), conversion)


def _holds_header(
    connection: duckdb.DuckDBPyConnection, folder: RunFolder, found: Landed, conversion: Conversion
) -> bool:
    """Tell whether a record has the key that the header would have."""
    key = BY_NAME["districtID" if conversion.match_using_district_id else "barcode"]
    expression = conversion.compiled.expressions.get(key.name)
    if expression is None or len(found.header) != found.columns:
        return False
    header = ", ".join(f"{text(cell.strip())} AS c{number}" for number, cell in enumerate(found.header, 1))
    value = connection.execute(f"SELECT trim(({expression})::VARCHAR) FROM (SELECT {header})").fetchone()
    records = f"read_parquet({text(str(folder.file(RECORDS)))})"
    return bool(connection.execute(f"SELECT 1 FROM {records} WHERE {key.column} = ? LIMIT 1", value).fetchall())


def _write_found(
    connection: duckdb.DuckDBPyConnection, folder: RunFolder, found: Landed, conversion: Conversion
) -> None:
    """Write the records: by DuckDB's reader if that finds a row on every line, else by the careful one."""
    target = folder.file(RECORDS)
    if found.scan.plain:
        try:
            if write(connection, conversion.sql(found.plain_source()), target) == found.plain_rows:
                return
        except duckdb.InvalidInputException:
            pass  # It is no UTF-8, or not as plain as it looked; the careful reader tells that, and each row's trouble.
    source, rows = found.careful_source(max(conversion.compiled.columns_used, default=0))
    # What DuckDB's reader did not take may hold line breaks inside values.
    careful = replace(conversion, scan=replace(conversion.scan, control_characters=True))
    _write_all(connection, careful.sql(source), target, rows)


def _with_quoted_tabs(found: Landed) -> Scan:
    """Return the scan: where tabs separate, one inside quotes is a control character that no look over bytes tells."""
    return replace(found.scan, control_characters=found.scan.control_characters or found.delimiter == "\t")


def _write_all(connection: duckdb.DuckDBPyConnection, query: str, target: Path, rows: int) -> None:
    written = write(connection, query, target)
    if written != rows:
        target.unlink()
        raise UnreadableFileError(f"{rows:,} rows were read but {written:,} were written. Please report this.")


def _write_messages(connection: duckdb.DuckDBPyConnection, folder: RunFolder) -> None:
    told = f"""
        SELECT line, unnest(from_json(problems, {text(PROBLEMS)}), recursive := true)
        FROM ({view(folder, problems=True)}) WHERE problems IS NOT NULL
        UNION ALL BY NAME SELECT line, code, NULL::VARCHAR AS field, NULL::VARCHAR AS value, detail FROM duplicates
    """
    write(connection, f"SELECT line, code, field, value, detail FROM ({told}) ORDER BY line", folder.file(MESSAGES))


def _notes(found: Landed) -> tuple[Note, ...]:
    if found.scan.plain and found.scan.control_characters:
        text = "The file holds control characters; each run of them was read as one space."
        return (*found.notes, Note(code="control_characters", text=text))
    return found.notes


def _result(connection: duckdb.DuckDBPyConnection, folder: RunFolder) -> ConvertResult:
    counted = connection.execute(f"SELECT outcome, count(*) FROM ({view(folder)}) GROUP BY ALL ORDER BY ALL").fetchall()
    counts = dict(counted)
    alive = counts.pop(None, 0)
    return ConvertResult(
        read=alive + sum(counts.values()),
        alive=alive,
        outcomes={Outcome(outcome): rows for outcome, rows in counts.items()},
    )
