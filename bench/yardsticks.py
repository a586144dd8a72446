"""What the figures are held against: PostgreSQL's COPY and DuckDB's reading of the very same file, as text."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 1024 * 1024


def copy_seconds(url: str, file: Path) -> float:
    """Return the seconds that COPY takes from ``file`` into an unlogged table of text columns, which is dropped."""
    with file.open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS yardstick")
        typed = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
        connection.execute(sql.SQL("CREATE UNLOGGED TABLE yardstick ({})").format(typed))
        start = time.perf_counter()
        with (
            file.open("rb") as stream,
            connection.cursor().copy("COPY yardstick FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while block := stream.read(BLOCK):
                copy.write(block)
        seconds = time.perf_counter() - start
        connection.execute("DROP TABLE yardstick")
    return seconds


def duckdb_seconds(file: Path) -> tuple[float, float]:
    """Return the seconds that DuckDB takes to read ``file`` as text into a table, and the CPU seconds.

    A process of its own does it.
    """
    done = subprocess.run([sys.executable, "-c", _READ, str(file)], check=True, capture_output=True, text=True)
    seconds, cpu = json.loads(done.stdout)
    return seconds, cpu


_READ = """
import sys, time, duckdb
with duckdb.connect() as connection:
    connection.execute("SET enable_progress_bar = false")
    start, busy = time.perf_counter(), time.process_time()
    source = "read_csv(?, all_varchar = true, header = true)"
    connection.execute("CREATE TABLE rows AS SELECT * FROM " + source, [sys.argv[1]])
    print([time.perf_counter() - start, time.process_time() - busy])
"""
