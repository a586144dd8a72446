"""docs/properties.md: every example in it is true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from patron_update.properties import MARK, for_file, parse
from patron_update.properties.model import OTHER_SITES
from patron_update.properties.rules import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "properties.md").read_text(encoding="utf-8")
TODAY = date(2026, 8, 31)
EXAMPLES = re.findall(r"^```example\n(.*?)\n---\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)


RULES = re.findall(r"^```rules\n(.*?)\n---\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)


def test_every_example_of_the_page_is_run():
    assert len(EXAMPLES) == PAGE.count("```example") > 10


@pytest.mark.parametrize(("lines", "table"), EXAMPLES)
def test_an_example_is_true(both, lines, table):
    header, rows = read(table)
    properties = for_file(parse(lines, "docs/properties.md"), header, TODAY)
    (field,) = [*properties.fields, *([OTHER_SITES] if properties.other_sites else [])]

    values = both(properties, field, [columns(row) for row, _ in rows])

    assert [as_shown(value) for value in values] == [shown.strip() for _, shown in rows]


def read(table: str) -> tuple[list[str], list[list[str]]]:
    """Return the header, if the first line is one, and pairs of row and result."""
    lines = table.splitlines()
    header = columns(lines.pop(0)) if "=>" not in lines[0] else []
    return header, [line.split("=>") for line in lines]


def columns(row: str) -> list[str]:
    return [column.strip() for column in row.split("|")]


def test_the_example_of_rules_is_true(both_rules):
    ((lines, table),) = RULES
    properties = parse(f"field_lastName={{1}}\n{lines}", "docs/properties.md")
    rows = [columns(row) for row, _ in read(table)[1]]

    by_kind = [both_rules(properties, kind, rows) for kind in KINDS]
    fired = [next(filter(None, each), "(nothing)") for each in zip(*by_kind, strict=True)]

    assert fired == [shown.strip() for _, shown in read(table)[1]]


def as_shown(value: str | None) -> str:
    if value is None:
        return "(omitted)"
    return "(no date)" if value.startswith(MARK) else value.strip() or "(empty)"
