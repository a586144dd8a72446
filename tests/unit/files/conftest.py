# ruff: noqa: S608 - statements of tests over their own files
"""A small library of what the tests of the files room need: a run folder, and a conversion in one call."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from patron_update.files.conversion_sql import Compiled
from patron_update.files.convert import ConvertResult, convert
from patron_update.files.records import MESSAGES, view
from patron_update.files.workspace import RunFolder, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ABOUT = ("python_functions", "by_name", "action", "other_sites")
SITES = {"OAK-ES": "OAK-ES", "Oak Elementary": "OAK-ES", "0410": "OAK-ES", "ELM-HS": "ELM-HS"}


@cache
def duck() -> duckdb.DuckDBPyConnection:
    """Return the one connection that reads for all tests: to open one takes longer than most questions."""
    return duckdb.connect(config={"threads": 1})


def answers(query: str) -> list[tuple[Any, ...]]:
    return duck().execute(query).fetchall()


class Conversion:
    """Converts bytes or text and shows what came of it. Columns: district ID, site, last name, unless told."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.result: ConvertResult

    def __call__(
        self, content: str | bytes, expressions: dict[str, str] | None = None, **options: Any
    ) -> ConvertResult:
        landed = self.folder.file("landed.csv")
        landed.write_bytes(content if isinstance(content, bytes) else content.encode())
        expressions = {"districtID": "c1", "siteShortName": "c2", "lastName": "c3"} | (expressions or {})
        used = frozenset(int(number) for text in expressions.values() for number in re.findall(r"\bc(\d+)", text))
        settings: dict[str, Any] = {
            "encoding": "UTF-8",
            "rows_to_skip": 0,
            "declared_columns": None,
            "match_using_district_id": True,
            "site_default": "",
            "site_names": SITES,
            "secret": b"s" * 32,
        }
        about = {name: options.pop(name) for name in ABOUT if name in options}
        compiled = Compiled(expressions=expressions, columns_used=used, **about)
        self.headers: list[Sequence[str]] = []

        def compiled_for(header: Sequence[str]) -> Compiled:
            self.headers.append(header)
            return compiled

        self.result = convert(landed, self.folder, compiled_for=compiled_for, **(settings | options))
        return self.result

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        return answers(f"SELECT {', '.join(columns)} FROM ({view(self.folder)}) ORDER BY line")

    def messages(self) -> list[tuple[Any, ...]]:
        path = self.folder.file(MESSAGES)
        return answers(f"SELECT line, code, field, value, detail FROM '{path}' ORDER BY line, code, field")

    def codes(self) -> list[tuple[int, str]]:
        return [(line, code) for line, code, *_ in self.messages()]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return Workspace(tmp_path / "home").run_folder("students", "manual__2026-01-01")


@pytest.fixture
def converting(folder: RunFolder) -> Conversion:
    return Conversion(folder)
