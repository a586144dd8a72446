"""Runs templates both ways: as the interpreter understands them and as DuckDB computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from patron_update.domain.fields import BLANKS
from patron_update.properties import (
    Properties,
    comes_trimmed,
    compile_field,
    compile_rules,
    fired,
    interpret,
    python_functions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Both = Callable[[Properties, str, Sequence[Sequence[str]]], list[str | None]]


@pytest.fixture(scope="session")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


@pytest.fixture(scope="session")
def both(duck: duckdb.DuckDBPyConnection) -> Both:
    """Return a function that gives a field's value for each row, once DuckDB and the interpreter agree on it.

    The rows are bound as parameters, so that DuckDB sees them as it sees the columns of a file.
    """

    def values(properties: Properties, field: str, rows: Sequence[Sequence[str]]) -> list[str | None]:
        computed = compute(duck, properties, compile_field(properties, field), rows)
        specified = [interpret(properties, field, row) for row in rows]
        assert computed == specified
        if comes_trimmed(properties, field):
            assert computed == [value and value.strip(BLANKS) for value in computed]
        return specified

    return values


@pytest.fixture(scope="session")
def both_rules(duck: duckdb.DuckDBPyConnection) -> Both:
    """Return a function that gives what fires of a kind of rules for each row, as `both` does."""

    def values(properties: Properties, kind: str, rows: Sequence[Sequence[str]]) -> list[str | None]:
        computed = compute(duck, properties, compile_rules(properties, kind), rows)
        specified = [fired(properties, kind, row) for row in rows]
        assert computed == specified
        return specified

    return values


def compute(
    duck: duckdb.DuckDBPyConnection, properties: Properties, expression: str, rows: Sequence[Sequence[str]]
) -> list[str | None]:
    for name, function in python_functions(properties).items():
        if not duck.execute("SELECT 1 FROM duckdb_functions() WHERE function_name = ?", [name]).fetchone():
            duck.create_function(name, function, ["VARCHAR"] * 3, "VARCHAR")
    columns = ", ".join(f"c{n}" for n in range(1, len(rows[0]) + 1))
    places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
    trimmed = ", ".join(f"trim(c{n}, ?) AS c{n}" for n in range(1, len(rows[0]) + 1))
    file = f"SELECT {trimmed} FROM (VALUES {places}) AS file({columns})"  # noqa: S608 - values are bound
    bound = [*([BLANKS] * len(rows[0])), *(value for row in rows for value in row)]
    return [row[0] for row in duck.execute(f"SELECT {expression} FROM ({file})", bound).fetchall()]  # noqa: S608
