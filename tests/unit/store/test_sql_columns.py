"""The store's SQL names every field of the domain: a field that is added there must be added here."""

from __future__ import annotations

from importlib.resources import files

import pytest

from patron_update.domain.fields import FIELDS

SQL = files("patron_update") / "store" / "sql"
OWN = {"site_short_name", "barcode", "password"}


@pytest.mark.parametrize("name", ["plan_rows", "apply_adds", "apply_updates"])
def test_a_statement_that_carries_patrons_names_every_field(name):
    text = (SQL / f"{name}.sql").read_text("utf-8")

    assert [f.column for f in FIELDS if f.column not in OWN and text.count(f.column) < 2] == []


def test_every_statement_opens_with_its_reason():
    assert [file.name for file in SQL.iterdir() if not file.read_text("utf-8").startswith("-- ")] == []
