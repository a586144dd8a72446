"""A barcode that a person has decided outlives an undo and a remaster, and holds for every job."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rosters import patron, record

from patron_update.domain.decisions import Rebarcoded
from patron_update.reporting import undo_summary
from patron_update.store.decisions import Ruler
from patron_update.store.undoing import Wish


def sent(barcode: str, **values: str):
    return record(2, district_id="1", site_short_name="ELM", barcode=barcode, last_name="Ng", **values)


def undo(library) -> None:
    ruler = Ruler(by="Vera", at=datetime.now(UTC), reason="wrong file")
    library.store.undo(Wish(run=library.runs[-1]), ruler, undo_summary)


@pytest.fixture
def decided(library):
    """Return a library whose staff gave B77 to the patron for whom the SIS still sends B1."""
    library.has(patron(1, ("ELM", "B77"), last_name="Ng"))
    library.rebarcoded(Rebarcoded(patron=1, site="ELM", barcode="B77", former=frozenset({"B1"})))
    return library


def keeps(library, barcode: str) -> bool:
    """Tell whether the patron has this barcode, and the last run said that it kept it."""
    told = [(one.code, one.value) for one in library.messages()]
    return library.barcodes() == {"1": [("ELM", barcode)]} and ("staff_edit_kept", barcode) in told


def test_after_an_undo_of_the_run_that_kept_it(decided):
    decided.update(sent("B1", nickname="Bo"))
    assert keeps(decided, "B77")

    undo(decided)

    assert decided.update(sent("B1", nickname="Al")) == {"updated": 1}
    assert keeps(decided, "B77")


def test_after_an_undo_of_the_run_that_gave_another_one(decided):
    decided.update(sent("B5"))
    assert decided.barcodes() == {"1": [("ELM", "B5")]}

    undo(decided)

    assert decided.update(sent("B1")) == {"unchanged": 1}
    assert keeps(decided, "B77")


def test_after_a_remaster(decided):
    decided.update(sent("B1"))

    decided.store.remaster("students")

    assert decided.update(sent("B1")) == {"unchanged": 1}
    assert keeps(decided, "B77")


def test_for_another_job_that_names_the_patron(decided):
    decided.update(sent("B1"))

    assert decided.update(sent("B1", nickname="Bo"), job="staff") == {"updated": 1}
    assert keeps(decided, "B77")
