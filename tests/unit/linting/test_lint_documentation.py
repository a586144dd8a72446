"""docs/lint-codes.md: every code is explained, and every example in it is what lint says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patron_update.jobs.reading import Reading
from patron_update.linting import lint_properties
from patron_update.linting.codes import MEANINGS

PAGE = (Path(__file__).parents[3] / "docs" / "lint-codes.md").read_text("utf-8")
(BASE,) = re.findall(r"^```properties\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
EXAMPLES = re.findall(r"^### `(\w+)`\n\n([^\n]+)\n\n```lint\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)
OTHERS = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
READING = Reading(site_names={"OAK": "OAK", "ELM": "ELM"})


def test_every_code_is_explained_in_the_words_that_lint_uses():
    explained = [(code, meaning) for code, meaning, _ in EXAMPLES] + OTHERS

    assert dict(explained) == MEANINGS
    assert len(explained) == len(MEANINGS)


@pytest.mark.parametrize(("code", "example"), [(code, example) for code, _, example in EXAMPLES])
def test_an_example_is_what_lint_says(code, example, tmp_path):
    lines, *csv, said = [part.strip("\n") for part in f"\n{example}".split("\n---\n")]
    properties = tmp_path / "students.properties"
    properties.write_text(f"{BASE}{lines}\n", "utf-8")

    remarks = lint_properties(properties, landed(tmp_path, csv[0]) if csv else None, READING)

    assert [str(remark).replace(f"{tmp_path}/", "") for remark in remarks if remark.code == code] == said.splitlines()


def landed(folder: Path, text: str) -> Path:
    """Return the CSV with this text, in which \\x8e stands for that byte."""
    csv = folder / "Student Patrons.csv"
    csv.write_bytes(re.sub(rb"\\x(..)", lambda byte: bytes.fromhex(byte[1].decode()), f"{text}\n".encode()))
    return csv
