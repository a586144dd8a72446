"""Questions about converted rows, answered set-wise: what the linter asks of a CSV.

The conversion must have kept the columns that questions name (`Compiled.kept`), besides the records themselves.
"""

# ruff: noqa: S608 - statements are fixed templates; what is asked comes from the properties compiler, which quotes it

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.files.convert import prepare
from patron_update.files.database import connect, text
from patron_update.files.fields_sql import digest
from patron_update.files.records import MESSAGES, view

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import duckdb

    from patron_update.files.workspace import RunFolder

EXAMPLES = 20
"""Different values that an answer names at most, the most frequent first."""
_UNREAD = "'row_unreadable', 'row_too_few_columns', 'row_too_many_columns'"
_BIRTHDATES = ("%m/%d/%Y", "%m%d%Y", "%m%d%y", "%Y%m%d", "%Y-%m-%d", "%m-%d-%Y", "%d%m%Y", "%d%m%y")
_ROWS_SHOWN = 1_000
_DIGITS = "c{column} <> '' AND ltrim(c{column}, '0123456789') = ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Some rows: how many, the line of the first, and the most frequent different values with their numbers of rows."""

    rows: int
    line: int
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The rows that the conversion told the same of."""

    code: str
    field: str | None
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """The values of one length that hold digits alone."""

    length: int
    rows: int
    line: int
    zeros: int
    """Those that begin with a zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Barcodes that several patrons of one site have."""

    barcodes: int
    rows: int
    lines: tuple[int, int]
    """The first two rows that share one."""


@contextmanager
def survey(
    folder: RunFolder, python_functions: Mapping[str, Callable[..., str | None]], secret: bytes
) -> Iterator[Survey]:
    """Yield a survey of the converted rows of ``folder``. Rows that could not be read or are skipped take no part."""
    with connect(folder) as connection:
        prepare(connection, secret, python_functions)
        messages = f"read_parquet({text(str(folder.file(MESSAGES)))})"
        connection.execute(f"CREATE TEMP VIEW messages AS SELECT * FROM {messages}")
        connection.execute(f"CREATE TEMP TABLE unread AS SELECT line FROM messages WHERE code IN ({_UNREAD})")
        connection.execute(
            f"CREATE TEMP VIEW sent AS SELECT * FROM ({view(folder)}) AS rows ANTI JOIN unread USING (line)"
        )
        connection.execute("CREATE TEMP VIEW asked AS SELECT * FROM sent WHERE outcome IS DISTINCT FROM 'skipped'")
        yield Survey(connection)


class Survey:
    """Answers questions. Values in questions are SQL over c1..cn and the records' columns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def told(self) -> list[Told]:
        """Return what the conversion told of rows, by code and field."""
        found = self._connection.execute(f"""
            WITH counted AS (
                SELECT code, field, value, count(*) AS rows, min(line) AS line FROM messages GROUP BY ALL
            )
            SELECT code, field, sum(rows)::BIGINT, min(line),
                   max({{'rows': rows, 'value': value}}, {EXAMPLES}) FILTER (value IS NOT NULL)
            FROM counted GROUP BY ALL ORDER BY ALL
        """).fetchall()
        return [
            Told(code=code, field=field, tally=Tally(rows=rows, line=line, values=_values(values)))
            for code, field, rows, line, values in found
        ]

    def tallies(self, conditions: Sequence[str]) -> list[Tally | None]:
        """Return for each condition the rows that meet it, None for none: all in one pass."""
        if not conditions:
            return []
        asked = ", ".join(f"count(*) FILTER ({each}), min(line) FILTER ({each})" for each in conditions)
        found = self._connection.execute(f"SELECT {asked} FROM asked").fetchone() or ()
        pairs = zip(found[::2], found[1::2], strict=True)
        return [Tally(rows=rows, line=line) if rows else None for rows, line in pairs]

    def covered(
        self, value: str, where: str, keys: Collection[str], *, skipped: bool = False
    ) -> tuple[frozenset[str], Tally | None]:
        """Return which of ``keys`` the ``value`` takes where ``where`` holds, and the rows in which it takes another.

        Blank values are no others. With ``skipped``, skipped rows are asked too.
        """
        rows_asked = "sent" if skipped else "asked"
        self._connection.execute("CREATE OR REPLACE TEMP TABLE keys (key VARCHAR)")
        self._connection.execute("INSERT INTO keys SELECT unnest(?::VARCHAR[])", [list(keys)])
        self._connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE met AS
            SELECT value, count(*) AS rows, min(line) AS line, value IN (FROM keys) AS covered
            FROM (SELECT line, ({value}) AS value FROM {rows_asked} WHERE {where})
            WHERE value IS NOT NULL GROUP BY value
        """)
        met = self._connection.execute("SELECT value FROM met WHERE covered").fetchall()
        rows, line, values = self._connection.execute(f"""
            SELECT sum(rows)::BIGINT, min(line), max({{'rows': rows, 'value': value}}, {EXAMPLES})
            FROM met WHERE NOT covered AND value <> ''
        """).fetchone() or (None, None, None)
        missed = Tally(rows=rows, line=line, values=_values(values)) if rows else None
        return frozenset(key for (key,) in met), missed

    def first_row(self, columns: Sequence[int]) -> tuple[int, dict[int, str]] | None:
        """Return the line of the first row and what it has in ``columns``; None when there is no row."""
        cells = "".join(f", c{column}" for column in columns)
        found = self._connection.execute(f"SELECT line{cells} FROM asked ORDER BY line LIMIT 1").fetchone()
        return (int(found[0]), dict(zip(columns, found[1:], strict=True))) if found else None

    def digits(self, column: int) -> list[Digits]:
        """Return the values of a column that are digits alone, by length, the shortest first."""
        found = self._connection.execute(f"""
            SELECT length(c{column}) AS length, count(*), min(line), count(*) FILTER (starts_with(c{column}, '0'))
            FROM asked WHERE {_DIGITS.format(column=column)} GROUP BY ALL ORDER BY ALL
        """).fetchall()
        return [Digits(length=length, rows=rows, line=line, zeros=zeros) for length, rows, line, zeros in found]

    def shared_barcodes(self) -> Shared | None:
        """Return the barcodes that several District IDs have at one site."""
        found = self._connection.execute("""
            WITH suspects AS (
                SELECT hash(site_short_name, barcode) AS place FROM asked WHERE barcode <> ''
                GROUP BY ALL HAVING count(*) > 1
            ),
            shared AS (
                SELECT count(*) AS rows, min(line, 2) AS lines
                FROM asked SEMI JOIN suspects ON hash(site_short_name, barcode) = place
                WHERE barcode <> '' AND lower(barcode) <> 'autoassign'
                GROUP BY site_short_name, barcode HAVING count(DISTINCT district_id) > 1
            )
            SELECT count(*), sum(rows)::BIGINT, min(lines) FROM shared
        """).fetchone()
        if not found or not found[0]:
            return None
        barcodes, rows, (first, second) = found
        return Shared(barcodes=barcodes, rows=rows, lines=(first, second))

    def passwords(self) -> tuple[Tally | None, Tally | None]:
        """Return the rows whose password is their user name, and those with a password and no user name."""
        same, alone = self.tallies([_password_is("username"), "password <> '' AND coalesce(username, '') = ''"])
        return same, alone

    def guessable_passwords(self) -> dict[str, Tally]:
        """Return the rows whose password is their District ID or birth date, by column.

        A birth date is written in many ways: those are looked for everywhere that one of the first rows shows.
        """
        date = "try_strptime(nullif(birthdate, ''), '%m/%d/%Y')"
        written = [_password_is(f"strftime({date}, '{form}')") for form in _BIRTHDATES]
        shown = ", ".join(f"coalesce(bool_or({each}), false)" for each in written)
        first = f"SELECT password, birthdate FROM asked WHERE password <> '' LIMIT {_ROWS_SHOWN}"
        found = self._connection.execute(f"SELECT {shown} FROM ({first})").fetchone() or ()
        forms = [each for each, there in zip(written, found, strict=True) if there]
        asked = {"district_id": _password_is("district_id")}
        asked |= {"birthdate": " OR ".join(f"coalesce({each}, false)" for each in forms)} if forms else {}
        tallies = self.tallies([*asked.values()])
        return {column: tally for column, tally in zip(asked, tallies, strict=True) if tally}


def _password_is(value: str) -> str:
    return f"password <> '' AND password = {digest(value)}"


def _values(found: Sequence[dict[str, int | str]] | None) -> tuple[tuple[str, int], ...]:
    counted = [(str(each["value"]), int(each["rows"])) for each in found or ()]
    return tuple(sorted(counted, key=lambda each: (-each[1], each[0])))
