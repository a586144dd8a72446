"""Delete rows in the store: what is kept of a patron that goes, and what its job remembers."""

from __future__ import annotations

from dataclasses import replace

from rosters import patron, record

from patron_update.domain.roster import Action


def deleting(line: int, key: str, **values: str):
    return record(line, Action.DELETE, district_id=key, site_short_name="ELM", **values)


def ng(line: int, key: str, **values: str):
    return record(line, district_id=key, site_short_name="ELM", barcode=f"b{key}", last_name="Ng", **values)


def test_a_deleted_patron_lives_on_in_the_history(library):
    library.has(patron(1, ("ELM", "a"), nickname="Al"))

    assert library.update(deleting(2, "1")) == {"deleted": 1}

    assert library.stored() == set()
    (change,) = library.store.changes(library.runs[-1])
    assert (change.action, change.line, change.after) == ("deleted", 2, None)
    assert (change.before["nickname"], change.before["associations"][0]["barcode"]) == ("Al", "a")


def test_updated_first_the_history_tells_the_update_and_the_deletion(library):
    library.options = replace(library.options, update_before_delete=True)
    library.has(patron(1, ("ELM", "a")))

    library.update(deleting(2, "1", homeroom="GONE"))

    updated, deleted = library.store.changes(library.runs[-1])
    assert (updated.action, updated.after) == ("updated", {"homeroom": "GONE"})
    assert (deleted.action, deleted.before["homeroom"]) == ("deleted", "GONE")


def test_a_refused_deletion_is_tried_again_every_night_until_the_items_are_back(library, tmp_path):
    library.update(ng(2, "1"))
    library.sql("INSERT INTO outstanding (patron_id, site, kind) SELECT id, 'ELM', 'loan' FROM patron")

    assert library.update(deleting(2, "1")) == {"held": 1}
    assert library.marks(tmp_path / "marks.csv") == {"1": ""}
    library.sql("DELETE FROM outstanding")

    assert library.update(deleting(2, "1")) == {"deleted": 1}


def test_lost_loans_are_kept_with_their_borrower_and_everything_else_is_deleted(library):
    library.options = replace(library.options, delete_with_outstanding=True)
    library.has(replace(patron(1, ("ELM", "a")), outstanding={"loan": 2, "fine": 1, "hold": 1}))

    assert library.update(deleting(2, "1")) == {"deleted": 1}

    assert library.sql("SELECT * FROM outstanding") == []
    lost = library.sql(
        "SELECT item, site, district_id, barcode, run_id, since IS NOT NULL FROM lost_item ORDER BY item"
    )
    assert lost == [(item, "ELM", "1", "a", library.runs[-1], True) for item in ("item 1", "item 2")]
    assert [(m.code, m.detail) for m in library.messages()] == [
        ("deleted_with_outstanding", "loans: 2, fines: 1, holds: 1")
    ]


def test_a_loan_made_after_the_plan_keeps_the_patron(library):
    library.has(patron(1, ("ELM", "a")))
    run_id, _ = library.plan(deleting(2, "1"))
    library.sql("INSERT INTO outstanding (patron_id, site, kind) VALUES (1, 'ELM', 'loan')")

    applied = library.apply(run_id, 1)

    assert applied.replanned
    assert len(library.stored()) == 1


def test_a_deleted_patron_is_neither_owned_nor_missing_and_its_row_is_skipped_from_then_on(library, tmp_path):
    library.update(ng(2, "1"), job="students")
    library.update(ng(2, "1"), job="staff")
    library.update(deleting(2, "1"))

    assert library.marks(tmp_path / "marks.csv") == {}
    assert library.marks(tmp_path / "staff.csv", job="staff") == {}
    assert library.update(deleting(2, "1")) == {"skipped": 1}
    assert library.marks(tmp_path / "marks.csv") == {}


def test_a_row_that_ended_an_association_does_not_make_its_job_own_the_patron(library, tmp_path):
    library.update(ng(2, "1"))
    library.sql("INSERT INTO patron_site SELECT id, 'OAK', 'z', FALSE FROM patron")

    assert library.update(deleting(2, "1")) == {"transferred": 1}

    assert library.barcodes() == {"1": [("OAK", "z")]}
    assert library.marks(tmp_path / "marks.csv") == {}
