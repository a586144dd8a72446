"""Compares records with the marks of what was applied before, and hands on what the other rooms need of them."""

# ruff: noqa: S608 - statements are fixed templates; text and names get into them through database.text and .name

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patron_update.domain.messages import Message
from patron_update.domain.outcomes import Outcome
from patron_update.errors import PatronUpdateError
from patron_update.files import records
from patron_update.files.database import CSV_OUT, NEVER, connect, name, text, write
from patron_update.files.export import write_records
from patron_update.files.records import COLUMNS, alive, view
from patron_update.files.workspace import write_private

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    import duckdb
    import pandas as pd

    from patron_update.files.workspace import RunFolder

__all__ = [
    "Split",
    "batches",
    "changed_rows",
    "figures",
    "hold_out",
    "keep_passed",
    "message_rows",
    "messages",
    "missing_keys",
    "outcomes_by_site",
    "passed",
    "release",
    "split",
    "write_records",
]

PIECE = 1024 * 1024
VECTOR = 2048
"""Rows that DuckDB hands out at once."""
_AS_NUMBER = "try_cast(try_cast(fingerprint AS UUID)::UHUGEINT AS UBIGINT)"
"""The store keeps a fingerprint as a UUID: the number of its last 64 bits. NULL for one of another making."""
_MESSAGE_COLUMNS = "line, code, field, value, detail"
_TOLD = ("line", "code", "site", "district_id", "barcode", "field", "value", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Records by what became of them since they were last applied."""

    unchanged: int
    changed: int
    """New or changed records: these are staged."""
    missing: int
    """Keys of the marks that stand on no row of the file, not even on one that was rejected or held."""
    keyless: int
    """Rows that are not applied and that name nobody for certain; each of them may be of one of the missing."""


def split(folder: RunFolder, marks: Path, sites: Collection[str] | None = None) -> Split:
    """Compare the records that are alive with ``marks`` (CSV with header: key, fingerprint, district_id).

    An empty fingerprint is like no other: such a record is looked at again, and so is one whose District ID, its own or
    that of its patron, is a changed record's, for what one row does to a patron depends on the others. Writes what
    `changed_rows`, `missing_keys` and `outcomes_by_site` hand out. ``sites``: the known ones where a key is a site and
    a barcode, None where it is a District ID.
    """
    marked = (
        f"SELECT key, {_AS_NUMBER} AS fingerprint, nullif(district_id, '') AS district_id FROM read_csv("
        f"{text(str(marks))}, columns = {{'key': 'VARCHAR', 'fingerprint': 'VARCHAR', 'district_id': 'VARCHAR'}}, "
        f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = {text(NEVER)})"
    )
    with connect(folder) as connection:
        connection.execute(f"CREATE TEMP TABLE marks AS {marked}")
        rows = f"""(
            SELECT key, fingerprint, district_id FROM ({alive(folder)}) WHERE district_id <> ''
            UNION ALL
            SELECT rows.key, rows.fingerprint, marks.district_id FROM ({alive(folder)}) AS rows
            JOIN marks ON marks.key = rows.key AND marks.district_id IS DISTINCT FROM nullif(rows.district_id, '')
            WHERE marks.district_id IS NOT NULL
        )"""
        connection.execute(f"""
            DELETE FROM marks WHERE key IN (
                SELECT passed.key
                FROM (FROM {rows} SEMI JOIN marks USING (key, fingerprint)) AS passed
                SEMI JOIN (FROM {rows} ANTI JOIN marks USING (key, fingerprint)) AS changed USING (district_id)
            )
        """)
        changed = write(
            connection,
            f"SELECT line, key, fingerprint::UHUGEINT::UUID AS fingerprint, {COLUMNS} FROM ({alive(folder)}) AS rows "
            "ANTI JOIN marks ON marks.key = rows.key AND marks.fingerprint = rows.fingerprint",
            folder.file(records.CHANGED),
            CSV_OUT,
        )
        missing = write(
            connection,
            f"SELECT key FROM marks ANTI JOIN (SELECT key FROM ({view(folder)})) AS rows USING (key) ORDER BY key",
            folder.file(records.MISSING),
            CSV_OUT,
        )
        unstaged = _unstaged(connection, folder)
        keyless = _keyless(connection, folder, sites)
    write_private(folder.file(records.UNSTAGED), json.dumps(unstaged).encode())
    unchanged = sum(count for _, outcome, count in unstaged if outcome == Outcome.UNCHANGED)
    return Split(unchanged=unchanged, changed=changed, missing=missing, keyless=keyless)


def _unstaged(connection: duckdb.DuckDBPyConnection, folder: RunFolder) -> list[tuple[str, str, int]]:
    """Return site, outcome and number of the rows that are not staged. Needs the table ``marks``."""
    return connection.execute(f"""
        WITH rows AS (SELECT site_short_name, outcome, key, fingerprint FROM ({view(folder)}))
        SELECT coalesce(site_short_name, '') AS site, 'unchanged' AS outcome, count(*) FROM rows
        SEMI JOIN marks ON marks.key = rows.key AND marks.fingerprint = rows.fingerprint
        WHERE outcome IS NULL GROUP BY ALL
        UNION ALL
        SELECT coalesce(site_short_name, '') AS site, outcome, count(*) FROM rows WHERE outcome IS NOT NULL GROUP BY ALL
        ORDER BY ALL
    """).fetchall()


def _keyless(connection: duckdb.DuckDBPyConnection, folder: RunFolder, sites: Collection[str] | None) -> int:
    """Count the rows that are not applied and name nobody for certain. Needs the table ``marks``.

    A District ID names its patron; `message_rows` tells those of rows that are not staged. A site and a barcode that no
    mark has do not: the patron may have come there from another site or with another barcode.
    """
    rows = f"FROM ({view(folder)}) AS rows WHERE outcome IS DISTINCT FROM 'skipped'"
    if sites is None:
        return _one(connection, f"SELECT count(*) {rows} AND key IS NULL")
    known = ", ".join(text(site) for site in sorted(sites)) or "NULL"
    return _one(
        connection,
        f"SELECT count(*) {rows} AND (key IS NULL OR (key NOT IN (SELECT key FROM marks) "
        f"AND (site_short_name NOT IN ({known}) OR (outcome IS NOT NULL AND coalesce(district_id, '') = ''))))",
    )


def changed_rows(folder: RunFolder) -> Iterator[bytes]:
    r"""Yield CSV for the store's staging: line, key, fingerprint and `COLUMNS`; NULL is \N, empty is ""."""
    return _pieces(folder, records.CHANGED)


def missing_keys(folder: RunFolder) -> Iterator[bytes]:
    """Yield CSV for the store's staging: the keys that no row of the file has."""
    return _pieces(folder, records.MISSING)


def message_rows(folder: RunFolder) -> Iterator[bytes]:
    """Yield CSV for the store's staging: line, code, site, district_id, barcode, field, value, detail; by line."""
    with connect(folder) as connection:
        write(connection, _told(folder), folder.file(records.TOLD), CSV_OUT)
    yield from _pieces(folder, records.TOLD)


def _told(folder: RunFolder) -> str:
    """Return the query of the messages with the keys of the rows that they are about, in the order of `_TOLD`."""
    return f"""
        SELECT told.line, code, site_short_name, district_id, barcode, field, value, detail
        FROM (SELECT line, site_short_name, district_id, barcode FROM ({view(folder)})) AS rows
        RIGHT JOIN ({_messages(folder)}) AS told USING (line)
        ORDER BY told.line NULLS FIRST, code, field
    """


def _messages(folder: RunFolder) -> str:
    files = [folder.file(each) for each in (records.MESSAGES, records.HELD_MESSAGES) if folder.file(each).exists()]
    listed = ", ".join(text(str(path)) for path in files)
    return f"SELECT {_MESSAGE_COLUMNS} FROM read_parquet([{listed}])"


def outcomes_by_site(folder: RunFolder) -> dict[tuple[str, Outcome], int]:
    """Return how many rows of each site (as sent, '' when the row names none) were not staged, by their outcome."""
    found = json.loads(_made(folder, records.UNSTAGED).read_bytes())
    return {(site, Outcome(outcome)): count for site, outcome, count in found}


def batches(folder: RunFolder, columns: Iterable[str], size: int, judged_by: str) -> Iterator[pd.DataFrame]:
    """Yield the records to judge, at most about ``size`` at a time: ``line`` and ``columns`` (SQL names).

    They are those that are alive, without the records that `keep_passed` knows to meet what ``judged_by`` stands for.
    """
    wanted = ", ".join(["line", *(name(column) for column in columns)])
    with connect(folder) as connection:
        connection.execute(f"SELECT {wanted} FROM ({alive(folder)}) AS rows {_known(folder, judged_by, 'ANTI')}")
        while len(frame := connection.fetch_df_chunk(max(size // VECTOR, 1))):
            yield frame


def figures(folder: RunFolder, columns: Iterable[str]) -> dict[str, Any]:
    """Return figures over all records that are alive: ``row_count`` and, by column, ``distinct`` and ``duplicates``.

    Missing and blank values count in neither; ``duplicates`` are the rows whose value another row has before.
    """
    with connect(folder) as connection:
        counted = {column: _counts(connection, folder, name(column)) for column in columns}
        row_count = _one(connection, f"SELECT count(*) FROM ({alive(folder)})")
    return {"row_count": row_count, "columns": counted}


def passed(folder: RunFolder, columns: Iterable[str], judged_by: str) -> dict[str, Any]:
    """Return figures over the records that `batches` leaves out.

    ``rows``, and by column how many of them have a value (``present``) and one that is not blank (``filled``).
    """
    columns = list(columns)
    counts = "".join(f", count({name(each)}), count(*) FILTER ({name(each)} <> '')" for each in columns)
    with connect(folder) as connection:
        found = connection.execute(
            f"SELECT count(*){counts} FROM ({alive(folder)}) AS rows {_known(folder, judged_by, 'SEMI')}"
        ).fetchone() or (0,)
    return {
        "rows": found[0],
        "present": dict(zip(columns, found[1::2], strict=True)),
        "filled": dict(zip(columns, found[2::2], strict=True)),
    }


def keep_passed(folder: RunFolder, failing: Iterable[int], judged_by: str) -> None:
    """Keep the fingerprints of the records that are alive, but those at lines ``failing``, for the job's later runs.

    ``judged_by`` stands for all that the judgement follows from besides the record: whoever judges by something else
    finds nothing. It is a cache: without the file everything is judged again.
    """
    import pandas as pd

    with connect(folder) as connection:
        connection.register("failing", pd.DataFrame({"line": pd.Series(list(failing), dtype="int64")}))
        made = folder.file("passed.parquet")
        rows = f"SELECT fingerprint FROM ({alive(folder)}) AS rows ANTI JOIN failing USING (line)"
        write(connection, rows, made)
    kept = _passed_file(folder, judged_by)
    for other in kept.parent.glob("passed-*.parquet"):
        if other != kept:
            other.unlink()
    made.replace(kept)


def _known(folder: RunFolder, judged_by: str, join: str) -> str:
    """Return the join with the records that are known to pass; nothing is known at first."""
    kept = _passed_file(folder, judged_by)
    if kept.exists():
        return f"{join} JOIN read_parquet({text(str(kept))}) AS known ON known.fingerprint = rows.fingerprint"
    return "WHERE FALSE" if join == "SEMI" else ""


def _passed_file(folder: RunFolder, judged_by: str) -> Path:
    """Return where the job keeps the fingerprints of the records that passed."""
    return folder.path.parent / f"passed-{hashlib.sha256(judged_by.encode()).hexdigest()[:20]}.parquet"


def _counts(connection: duckdb.DuckDBPyConnection, folder: RunFolder, column: str) -> dict[str, int]:
    values = f"SELECT {column} AS value FROM ({alive(folder)}) WHERE {column} <> ''"
    found = connection.execute(f"SELECT count(DISTINCT value), count(*) FROM ({values})").fetchone()
    distinct, filled = found or (0, 0)
    return {"distinct": distinct, "duplicates": filled - distinct}


def messages(folder: RunFolder) -> Iterator[Message]:
    """Yield what the conversion and the expectations told, by line."""
    with connect(folder) as connection:
        connection.execute(_told(folder))
        while found := connection.fetchmany(VECTOR):
            yield from (Message(**dict(zip(_TOLD, row, strict=True))) for row in found)


def release(folder: RunFolder) -> None:
    """Let back in what `hold_out` took out, so that the records can be judged anew."""
    for name_ in (records.HELD, records.HELD_MESSAGES):
        folder.file(name_).unlink(missing_ok=True)


def hold_out(folder: RunFolder, rejected: Iterable[int], messages: pd.DataFrame) -> None:
    """Take the rows at lines ``rejected`` out of the records and keep ``messages`` (line, code, field, value, detail).

    What a former call kept is forgotten.
    """
    import pandas as pd

    lines = pd.DataFrame({"line": pd.Series(list(rejected), dtype="int64")})
    told = messages.astype(object).where(messages.notna(), None)
    for each in (records.HELD, records.HELD_MESSAGES):
        folder.file(each).unlink(missing_ok=True)
    with connect(folder) as connection:
        connection.register("lines", lines)
        write(connection, "SELECT line, 'rejected' AS outcome FROM lines ORDER BY line", folder.file(records.HELD))
        connection.execute(
            "CREATE TEMP TABLE told (line BIGINT, code VARCHAR, field VARCHAR, value VARCHAR, detail VARCHAR)"
        )
        if len(told):
            connection.register("frame", told)
            connection.execute(f"INSERT INTO told BY NAME SELECT {_MESSAGE_COLUMNS} FROM frame")
        write(connection, f"SELECT {_MESSAGE_COLUMNS} FROM told ORDER BY ALL", folder.file(records.HELD_MESSAGES))


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def _pieces(folder: RunFolder, file: str) -> Iterator[bytes]:
    with _made(folder, file).open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _made(folder: RunFolder, file: str) -> Path:
    path = folder.file(file)
    if not path.exists():
        raise PatronUpdateError(f"{path} is not there: the records were not compared yet. Start a new run of the job.")
    return path
