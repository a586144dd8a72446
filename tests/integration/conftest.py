"""Lets the tests of this folder import the modules beside them, and gives them a store with a district in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rosters import Library


@pytest.fixture
def library(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Return a store with the sites ELM, OAK and FILM (media), nobody in it, and passwords hashed quickly."""
    from rosters import DISTRICT, Library

    from patron_update.store import PatronStore, passwords

    monkeypatch.setattr(passwords, "COST", passwords.Cost(n=2))
    with PatronStore(database_url) as store:
        store.migrate()
        yield Library(store, database_url).in_district(DISTRICT)


@pytest.fixture
def district(tmp_path: Path, capsys, monkeypatch, database_url):
    """Return a small district with one job that reads a directory, run by the command line."""
    from district_at_hand import made

    return made(tmp_path, capsys, monkeypatch, database_url)
