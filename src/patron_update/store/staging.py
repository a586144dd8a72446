"""A run's rows in a schema of their own: loaded, planned over, dropped."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from psycopg import sql

from patron_update.errors import StoreError
from patron_update.store import district
from patron_update.store.connecting import SCHEMA, StagingLostError, statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from patron_update.domain.messages import Message
    from patron_update.store.connecting import Connection, Row
    from patron_update.store.values import DistrictLike


def run_schema(run_id: int) -> str:
    """Return the name of the run's schema."""
    return f"run_{int(run_id)}"


def look_at(connection: Connection, run_id: int | None = None) -> None:
    """Make unqualified names mean the run's tables, then the store's, until the transaction ends."""
    path = f"{run_schema(run_id)}, {SCHEMA}" if run_id is not None else SCHEMA
    connection.execute(
        "SELECT set_config('search_path', $1, true), set_config('jit', 'off', true),"
        " set_config('work_mem', '64MB', true), set_config('default_statistics_target', '20', true)",
        [path],
    )


def stage(
    connection: Connection,
    run_id: int,
    sites: DistrictLike,
    rows: Iterable[bytes],
    missing: Iterable[bytes],
    messages: Iterable[bytes],
) -> None:
    """Load the run's rows and its view of the district, whole or not at all; what was staged before is forgotten."""
    with connection.transaction():
        drop(connection, run_id)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(run_schema(run_id))))
        look_at(connection, run_id)
        connection.execute(statement("stage_tables"))
        for name, chunks in (("copy_rows", rows), ("copy_missing", missing), ("copy_messages", messages)):
            copy_in(connection, name, chunks)
        if not connection.execute(statement("seal_open"), [run_id]).rowcount:
            raise StoreError(f"The store knows no run {run_id}.")
        district.copy(connection, sites)
        connection.execute(statement("stage_analyze"))


def copy_in(connection: Connection, name: str, chunks: Iterable[bytes]) -> None:
    """Stream CSV into the table that statement ``name`` copies to."""
    with connection.cursor().copy(statement(name)) as copy:
        for chunk in chunks:
            copy.write(chunk)


def drop_superseded(connection: Connection, run_id: int) -> None:
    """Drop the staging of a run that was applied, and of earlier runs of its job: they were killed, as a rule.

    One that is still under way stages its rows again.
    """
    with connection.transaction():
        look_at(connection)
        for superseded in connection.execute(statement("find_superseded"), [run_id]).fetchall():
            drop(connection, superseded["id"])


def drop(connection: Connection, run_id: int) -> None:
    """Drop the run's staging, if it is there."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(run_schema(run_id))))


def is_there(connection: Connection, run_id: int) -> bool:
    """Tell whether the run has a schema with a seal in it."""
    found = connection.execute("SELECT to_regclass($1) IS NOT NULL AS there", [f"{run_schema(run_id)}.seal"]).fetchone()
    return bool(found and found["there"])


def seal(connection: Connection, run_id: int) -> Row:
    """Return the seal of the run's staging. Raises StagingLostError when there is none."""
    found = connection.execute(statement("seal_read")).fetchone() if is_there(connection, run_id) else None
    if found is None:
        raise StagingLostError(
            f"The staged rows of run {run_id} are gone: the database was restarted since, or the run was discarded. "
            "Nothing was changed. Make the change set again, then apply it."
        )
    return found


def message_rows(messages: Iterable[Message]) -> Iterator[bytes]:
    r"""Yield messages as CSV for `copy_in`: texts in quotes, NULL as \N."""
    for message in messages:
        code, line, *others = astuple(message)
        cells = (
            r"\N" if value is None else '"' + str(value).replace('"', '""') + '"' for value in (line, code, *others)
        )
        yield (",".join(cells) + "\n").encode()
