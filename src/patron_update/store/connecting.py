"""Connections to the patron database, and its errors told so that somebody can act."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from patron_update.errors import StoreError, StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "patron_update"
REVISION = "0012"
"""The newest revision in ``migrations/versions``."""
MIGRATE = (
    "Run `patron-update migrate` with the same PATRON_UPDATE_DATABASE_URL, or without one for the embedded server."
)
CONNECT_SECONDS = 10
KEEPALIVE: dict[str, Any] = {"keepalives": 1, "keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4}

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


class StagingLostError(StoreError):
    """The run's staged rows are gone: the database was restarted, or they were dropped. Stage and plan again."""

    retry = True


class StoreBusyError(StoreError):
    """Another process holds what this one needs; a later attempt may succeed."""

    retry = True


@cache
def statement(name: str) -> LiteralString:
    """Return the text of ``sql/<name>.sql``; its values are bound as $1, $2 and so on."""
    return (Path(__file__).with_name("sql") / f"{name}.sql").read_text("utf-8")


def open_connection(url: str, *, raw: bool = True) -> psycopg.Connection[Any]:
    """Connect. ``raw``: values are bound as $1, rows are dicts and nothing is committed but in transactions."""
    kinds: dict[str, Any] = {"row_factory": dict_row, "cursor_factory": psycopg.RawCursor} if raw else {}
    try:
        return psycopg.connect(
            url, autocommit=raw, connect_timeout=CONNECT_SECONDS, application_name="patron-update", **KEEPALIVE, **kinds
        )
    except psycopg.OperationalError as error:
        raise StoreUnreachableError(
            f"The patron database {place(url)} does not answer ({_reason(error)}). Check that the server runs and that "
            "PATRON_UPDATE_DATABASE_URL names it; without that variable the embedded server is used."
        ) from None
    except psycopg.ProgrammingError:
        raise StoreError(
            "PATRON_UPDATE_DATABASE_URL is no PostgreSQL URL. Write it as postgresql://user:password@host:5432/database."
        ) from None


def place(url: str) -> str:
    """Return where the database is, without the password: ``patrons at db.example.org:5432``."""
    parts = conninfo_to_dict(url)
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"{parts.get('dbname') or '(default)'} at {parts.get('host') or 'localhost'}{port}"


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn the driver's errors into the store's own, whose texts hold no patron."""
    try:
        yield
    except (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedFunction, errors.UndefinedColumn) as error:
        raise StoreError(
            f"The patron database {place(url)} lacks what this version needs ({type(error).__name__}). {MIGRATE}"
        ) from None
    except (errors.DeadlockDetected, errors.LockNotAvailable, errors.SerializationFailure) as error:
        raise StoreBusyError(
            f"The patron database was busy with the same patrons ({type(error).__name__}). Nothing was changed; "
            "try again."
        ) from None
    except (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow) as error:
        raise _broken(url, error) from None
    except (errors.DiskFull, errors.OutOfMemory, errors.TooManyConnections) as error:
        raise StoreError(
            f"The patron database {place(url)} has no room left ({type(error).__name__}). Nothing was changed. "
            "Make room on the database server, then start the run again."
        ) from None
    except psycopg.OperationalError as error:
        raise _broken(url, error) from None
    except psycopg.Error as error:
        constraint = f" by {error.diag.constraint_name}" if error.diag.constraint_name else ""
        raise StoreError(
            f"The patron database refused{constraint} ({type(error).__name__}). Nothing was changed. If it happens "
            "again, the database server's log has the details."
        ) from None


def _broken(url: str, error: psycopg.Error) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"The connection to the patron database {place(url)} broke ({_reason(error)}). Nothing was changed by the "
        "statement that was under way; try again when the server runs."
    )


def _reason(error: psycopg.Error) -> str:
    """Return what kind of failure it was; the driver's text may hold user names and values."""
    text = str(error).lower()
    for sign, meaning in (
        ("password authentication failed", "wrong user or password"),
        ("no password supplied", "no password"),
        ("does not exist", "no such database or user"),
        ("refused", "connection refused"),
        ("resolve", "unknown host"),
        ("timeout", "no answer in time"),
        ("no such file", "no server on this socket"),
    ):
        if sign in text:
            return meaning
    return type(error).__name__
