"""Lets the tests of this folder import the modules that lie beside them; a small district for whole runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def district(tmp_path, capsys, monkeypatch, database_url):
    """Return a small district with one job that reads a directory."""
    from district_at_hand import made

    return made(tmp_path, capsys, monkeypatch, database_url)
