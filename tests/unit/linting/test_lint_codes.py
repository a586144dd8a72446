"""The codes of remarks are a catalogue: nothing is told under a code that the documentation does not explain."""

from __future__ import annotations

import re
from pathlib import Path

from patron_update.domain.messages import CATALOGUE
from patron_update.linting.codes import MEANINGS, meaning

PROJECT = Path(__file__).parents[3]
WRITTEN = re.compile(r'(?:code=|_warn\(|_mistake\(|_finding\(|_loads\(path,)\s*"([a-z_]+)"')


def codes_written() -> set[str]:
    package = PROJECT / "src" / "patron_update"
    rooms = [package / room for room in ("properties", "linting", "files")]
    modules = [module for room in rooms for module in sorted(room.glob("*.py"))]
    return {code for module in modules for code in WRITTEN.findall(module.read_text("utf-8"))}


def test_every_code_has_its_meaning_and_no_meaning_is_left_over():
    assert codes_written() == set(MEANINGS), "see src/patron_update/linting/codes.py and docs/lint-codes.md"


def test_no_code_means_two_things():
    assert set(MEANINGS) & set(CATALOGUE) == {"site_unknown"}


def test_the_codes_of_messages_about_rows_mean_what_the_catalogue_says():
    assert meaning("value_too_long") == "Value too long; shortened to fit."
    assert all("{" not in meaning(code) for code in CATALOGUE)
