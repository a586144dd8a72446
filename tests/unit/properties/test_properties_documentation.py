"""docs/properties.md: every example in it is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patron_update.properties import MARK, parse

PAGE = (Path(__file__).parents[3] / "docs" / "properties.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```example\n(.*?)\n---\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)


def test_every_example_of_the_page_is_run():
    assert len(EXAMPLES) == PAGE.count("```example") > 10


@pytest.mark.parametrize(("lines", "table"), EXAMPLES)
def test_an_example_is_true(both, lines, table):
    properties = parse(lines, "docs/properties.md")
    (field,) = properties.fields
    rows, shown = zip(*(line.split("=>") for line in table.splitlines()), strict=True)

    values = both(properties, field, [[column.strip() for column in row.split("|")] for row in rows])

    assert [as_shown(value) for value in values] == [text.strip() for text in shown]


def as_shown(value: str | None) -> str:
    if value is None:
        return "(omitted)"
    return "(no date)" if value.startswith(MARK) else value.strip() or "(empty)"
