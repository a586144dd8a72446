"""The baseline: what a job has applied, what it may pass over, who is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rosters import patron, record

from patron_update.domain.absence import InactivateMissing
from patron_update.domain.schedule import UpdateType

FULL, INCREMENTAL = UpdateType.FULL, UpdateType.INCREMENTAL


def ng(line: int, key: str, **values: str):
    return record(line, district_id=key, site_short_name="ELM", barcode=f"b{key}", last_name="Ng", **values)


@pytest.fixture
def marks(library, tmp_path):
    def read(update=FULL, job="students"):
        return library.marks(tmp_path / "marks.csv", update, job)

    return read


def passed_over(marks) -> set[str]:
    return {key for key, fingerprint in marks.items() if fingerprint}


def test_an_applied_record_may_be_passed_over_next_time(library, marks):
    library.update(ng(2, "1"), ng(3, "2"))

    assert passed_over(marks(FULL)) == passed_over(marks(INCREMENTAL)) == {"1", "2"}
    assert all(len(fingerprint) == 32 for fingerprint in marks().values())
    assert library.store.owned("students") == 2
    assert library.store.job_state("students").rows_read == 2


def test_a_job_that_applied_nothing_has_no_state_and_no_marks(library, marks):
    assert library.store.job_state("students") is None
    assert marks() == {}


def test_a_staff_edit_is_seen_by_a_full_update_and_left_alone_by_an_incremental_one(library, marks):
    library.update(ng(2, "1"), ng(3, "2"), ng(4, "3"))
    library.sql("UPDATE patron SET nickname = 'Al' WHERE district_id = '1'")
    library.sql("UPDATE patron_site SET barcode = 'new' WHERE barcode = 'b2'")

    assert passed_over(marks(FULL)) == {"3"}
    assert passed_over(marks(INCREMENTAL)) == {"1", "2", "3"}


def test_a_deleted_patron_comes_back_with_a_full_update(library, marks):
    library.update(ng(2, "1"))
    library.sql("DELETE FROM patron")

    assert passed_over(marks(FULL)) == set()
    assert library.update(ng(2, "1")) == {"added": 1}
    assert passed_over(marks(FULL)) == {"1"}


def test_a_held_row_leaves_its_old_baseline_and_is_tried_again_every_night(library, marks):
    library.update(ng(2, "1"), ng(3, "2"))
    before = marks(INCREMENTAL)["1"]

    assert library.update(record(2, district_id="1", site_short_name="ELM", barcode="b2")) == {"held": 1}

    assert marks(INCREMENTAL)["1"] == ""
    fingerprints = library.sql("SELECT encode(uuid_send(fingerprint), 'hex') FROM baseline WHERE key = '1'")
    assert fingerprints == [(before,)]
    library.update(ng(2, "1"))
    assert marks(INCREMENTAL)["1"] == before


def test_a_held_row_of_a_new_patron_is_not_in_the_baseline(library, marks):
    library.has(patron(9, ("ELM", "b1")))

    library.update(ng(2, "1"))

    assert marks() == {}


def test_missing_patrons_are_counted_by_full_updates_alone_and_forgotten_when_they_return(library, marks):
    library.update(ng(2, "1"), ng(3, "2"))
    library.update(missing=["2"], update=INCREMENTAL)
    assert library.store.owned("students") == 2

    library.update(missing=["2"])
    library.update(missing=["2"])

    assert library.sql("SELECT missing_runs, missing_since IS NULL FROM baseline WHERE key = '2'") == [(2, False)]
    assert library.store.owned("students") == 1
    assert passed_over(marks(INCREMENTAL)) == {"1"}
    assert library.update(ng(3, "2"), update=INCREMENTAL) == {"unchanged": 1}
    assert library.store.owned("students") == 2


def test_jobs_have_baselines_of_their_own_and_see_each_others_changes(library, marks):
    library.update(ng(2, "1"), job="students")
    library.update(ng(2, "1", nickname="Al"), job="staff")

    assert passed_over(marks(FULL, "staff")) == {"1"}
    assert passed_over(marks(FULL, "students")) == set()


def test_marks_are_readable_by_their_owner_only(library, tmp_path):
    library.marks(tmp_path / "marks.csv")

    assert (tmp_path / "marks.csv").stat().st_mode & 0o777 == 0o600


def test_whom_another_job_names_stays_and_is_told_until_that_job_forgets(library):
    library.options = replace(library.options, inactivate_missing=InactivateMissing(after_days=0, after_runs=1))
    library.update(ng(2, "1"), ng(3, "2"))
    library.update(ng(2, "1"), job="staff")

    library.update(ng(2, "2"), missing=["1"])
    (told,) = library.messages()
    assert (told.code, told.value, told.detail) == ("missing_elsewhere", "1", "staff")
    assert library.patron("1")["status"] == "A"

    library.store.remaster("staff")
    library.update(ng(2, "2"), missing=["1"])
    assert library.codes() == [(None, "missing_inactivated")]
    assert library.patron("1")["status"] == "I"
