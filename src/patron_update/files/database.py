"""DuckDB: one short-lived connection per piece of work, in bounded memory, and the few forms in which it writes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from patron_update.errors import EndlessRegexError, PatronUpdateError
from patron_update.files.workspace import PRIVATE_FILE, private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patron_update.files.workspace import RunFolder

MEMORY_LIMIT = "512MB"
ENGINE_ERROR = "engine-error.txt"
"""Where DuckDB's own words are kept: they quote values of the file."""
NEVER = "\x01never\x01"
"""Text that no file holds: what DuckDB is told stands for NULL, so that an empty cell stays an empty text."""
PARQUET = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 40960, DICTIONARY_SIZE_LIMIT 1"
"""Small row groups stay in the processor's cache: writing a million rows takes half the time. Dictionaries of
more than one value would make the file smaller, but half of the writing would be their making."""
CSV_OUT = r"FORMAT csv, HEADER false, NULLSTR '\N', FORCE_QUOTE *"
"""PostgreSQL's COPY reads \\N as NULL and a quoted nothing as an empty text."""


def text(value: str) -> str:
    """Return ``value`` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Return ``value`` as an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


@contextmanager
def connect(folder: RunFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that spills into the run's folder. Its errors quote values of the file, so none gets out."""
    spill = folder.file("spill")
    private_folder(spill)
    # The optimizer believes that a CSV is tiny and would build its hash joins on the 45 wide columns: with these two
    # off, the right side of a join is the one that is built. Extensions are never fetched.
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "disabled_optimizers": "build_side_probe_side,join_order",
    }
    with duckdb.connect(config=config) as connection:
        try:
            yield connection
        except duckdb.Error as error:
            _, called, reason = str(error).partition(f"{EndlessRegexError.__name__}: ")
            if called:  # Raised by a function that DuckDB called; it names the regex and no value.
                raise EndlessRegexError(reason.splitlines()[0]) from None
            told = folder.file(ENGINE_ERROR)
            write_private(told, str(error).encode())
            raise PatronUpdateError(
                f"DuckDB could not work on the file ({type(error).__name__}). What it says may name patrons and lies "
                f"in {told}. A full disk is the likely reason; otherwise please report it, without the values."
            ) from None


def write(connection: duckdb.DuckDBPyConnection, query: str, target: Path, form: str = PARQUET) -> int:
    """Write the rows of ``query`` to ``target``, whole or not at all, and return how many there are."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=PRIVATE_FILE)
    try:
        counted = connection.execute(f"COPY ({query}) TO {text(str(part))} ({form}, USE_TMP_FILE false)").fetchone()
    except duckdb.Error:
        part.unlink(missing_ok=True)
        raise
    part.chmod(PRIVATE_FILE)
    part.replace(target)
    return int(counted[0]) if counted else 0
