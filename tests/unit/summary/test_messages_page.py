"""docs/messages.md says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from patron_update.domain.messages import CATALOGUE
from patron_update.domain.original import ORIGINAL
from patron_update.summary.messages_page import text

ROOT = Path(__file__).parents[3]


def test_the_committed_page_is_the_catalogue():
    assert (ROOT / "docs" / "messages.md").read_text("utf-8") == text(), "run: make generate"


def test_every_message_of_the_original_has_one_of_ours():
    assert set(ORIGINAL.values()) <= CATALOGUE.keys()


def test_what_a_message_fills_in_stands_in_italics_and_nothing_else_is_markup():
    page = text()

    assert "Site short name '*value*' does not exist" in page
    assert "{" not in page
