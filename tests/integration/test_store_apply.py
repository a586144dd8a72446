"""Applying is all or nothing and once: retries, moved stores, killed processes, runs at the same time."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time

import psycopg
import pytest
from rosters import facts, patron, record, totals

from patron_update.domain.outcomes import Outcome
from patron_update.errors import ApprovalVoidError, StoreError
from patron_update.store import PatronStore, StagingLostError, StoreBusyError

TABLES = ("patron", "patron_site", "change", "message", "baseline", "job_state", "store_version", "run_file", "run")


def ng(line: int, key: str, barcode: str | None = None):
    return record(line, district_id=key, site_short_name="ELM", barcode=barcode or f"b{key}", last_name="Ng")


def everything(library) -> list:
    return [library.sql(f"SELECT t::text FROM {table} AS t ORDER BY 1") for table in TABLES]  # noqa: S608 - own tables


def test_applying_again_returns_the_first_result_and_changes_nothing(library):
    run_id, _ = library.plan(ng(2, "1"), ng(3, "2"), missing=[])
    first = library.apply(run_id, 2)
    before = everything(library)

    again = library.apply(run_id, 2)

    assert again == first
    assert totals(again.outcomes_by_site) == {"added": 2}
    assert everything(library) == before


def test_a_run_that_is_begun_again_keeps_its_number_and_may_be_staged_again(library):
    run_id, plan = library.plan(ng(2, "1"))
    library.night -= 1

    again, same = library.plan(ng(2, "1"))

    assert again == run_id
    assert same.digest == plan.digest
    assert library.apply(run_id, 1).replanned is False


def test_the_digest_stands_for_the_change_set_and_its_patrons(library):
    library.has(patron(1, ("ELM", "b1")))
    _, plan = library.plan(ng(2, "1"))
    _, changed = library.plan(ng(2, "1", barcode="z"))
    library.sql("UPDATE patron SET nickname = 'Al'")
    _, moved = library.plan(ng(2, "1"))

    assert len({plan.digest, changed.digest, moved.digest}) == 3


def test_an_approval_of_another_change_set_applies_nothing(library):
    run_id, plan = library.plan(ng(2, "1"))
    before = everything(library)

    with pytest.raises(ApprovalVoidError, match="The approval is void"):
        library.store.apply(run_id, facts(1, expected_digest="other"))

    assert everything(library) == before
    assert totals(library.store.apply(run_id, facts(1, expected_digest=plan.digest)).outcomes_by_site) == {"added": 1}


def test_a_staff_edit_since_the_plan_makes_it_anew(library):
    library.has(patron(1, ("ELM", "b1")))
    run_id, plan = library.plan(ng(2, "1"))
    assert totals(plan.outcomes_by_site) == {"updated": 1}
    library.sql("UPDATE patron SET last_name = 'Ng'")

    applied = library.apply(run_id, 1)

    assert applied.replanned
    assert totals(applied.outcomes_by_site) == {"unchanged": 1}


def test_a_patron_that_staff_made_since_the_plan_is_matched(library):
    run_id, _ = library.plan(ng(2, "1"))
    library.has(patron(1, ("ELM", "b1"), last_name="Typed"))

    applied = library.apply(run_id, 1)

    assert applied.replanned
    assert totals(applied.outcomes_by_site) == {"updated": 1}
    assert library.patron("1")["lastName"] == "Ng"


def test_a_barcode_that_staff_gave_away_since_the_plan_holds_the_row(library):
    run_id, _ = library.plan(ng(2, "1"))
    library.has(patron(7, ("ELM", "b1")))

    applied = library.apply(run_id, 1)

    assert totals(applied.outcomes_by_site) == {"held": 1}
    assert [m.code for m in library.messages()] == ["barcode_taken"]


def test_another_job_that_applied_since_the_plan_makes_it_anew(library):
    run_id, _ = library.plan(ng(2, "1"))
    library.update(ng(2, "1"), job="staff")

    applied = library.apply(run_id, 1)

    assert applied.replanned
    assert totals(applied.outcomes_by_site) == {"unchanged": 1}


def test_staging_that_is_gone_is_told_as_that_and_can_be_made_again(library):
    run_id, _ = library.plan(ng(2, "1"))
    library.sql(f"TRUNCATE run_{run_id}.seal, run_{run_id}.staged_row, run_{run_id}.planned")

    with pytest.raises(StagingLostError, match="Make the change set again") as error:
        library.apply(run_id, 1)
    library.store.discard(run_id)
    with pytest.raises(StagingLostError):
        library.apply(run_id, 1)

    assert error.value.retry
    library.night -= 1
    library.plan(ng(2, "1"))
    assert totals(library.apply(run_id, 1).outcomes_by_site) == {"added": 1}


def test_figures_that_do_not_add_up_apply_nothing(library):
    run_id, _ = library.plan(ng(2, "1"))
    before = everything(library)

    with pytest.raises(StoreError, match="3 rows were read, but 2 have an outcome"):
        library.store.apply(run_id, facts(3, unstaged={("ELM", Outcome.UNCHANGED): 1}))

    assert everything(library) == before
    library.store.apply(run_id, facts(2, unstaged={("ELM", Outcome.UNCHANGED): 1}))


def test_a_run_of_another_job_is_refused(library):
    run_id, _ = library.plan(ng(2, "1"))

    with pytest.raises(StoreError, match="belongs to job 'students', not to 'staff'"):
        library.apply(run_id, 1, job="staff")


APPLY = """
import sys
from datetime import UTC, datetime
from patron_update.domain.schedule import UpdateType
from patron_update.store import ApplyFacts, PatronStore

with PatronStore(sys.argv[1]) as store:
    store.apply(int(sys.argv[2]), ApplyFacts(
        job="students", update=UpdateType.FULL, properties_fingerprint="p", suite_fingerprint="s",
        district_fingerprint="d", options_fingerprint="o", rows_read=2,
        file_name="f", file_size=1, file_modified=datetime.now(UTC), file_sha256="0"))
"""


@pytest.mark.parametrize(
    "blocked_by", ["store_version", "baseline", "patron_site", "message", "change", "job_state", "run"]
)
def test_a_process_killed_in_the_middle_of_applying_leaves_nothing(library, database_url, blocked_by):
    run_id, _ = library.plan(ng(2, "1"), ng(3, "2"))
    before = everything(library)
    with psycopg.connect(database_url) as blocker:
        lock = "SHARE" if blocked_by != "run" else "EXCLUSIVE"
        blocker.execute(f"LOCK TABLE patron_update.{blocked_by} IN {lock} MODE")
        worker = subprocess.Popen([sys.executable, "-c", APPLY, database_url, str(run_id)])
        wait_until_blocked(library)
        worker.kill()
        worker.wait()
    wait_until_gone(library)

    assert everything(library) == before
    assert totals(library.apply(run_id, 2).outcomes_by_site) == {"added": 2}
    assert set(library.barcodes()) == {"1", "2"}


def wait_until_blocked(library) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'patron-update' AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 30
    while library.sql(waiting) == [(0,)]:
        assert time.monotonic() < deadline, "the worker never waited for the lock"
        time.sleep(0.05)


def wait_until_gone(library) -> None:
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'patron-update'"
        " AND datname = current_database() AND state <> 'idle'"
    )
    deadline = time.monotonic() + 30
    while library.sql(running) != [(0,)]:
        assert time.monotonic() < deadline, "the server did not notice that the worker died"
        time.sleep(0.05)


def test_a_preview_waits_for_the_run_that_applies_and_refuses_none(library, database_url):
    first, _ = library.plan(ng(2, "1"))
    second, _ = library.plan(ng(2, "1"))
    outcome: list = []

    def other() -> None:
        with PatronStore(database_url) as store:
            outcome.append(store.preview(first, facts(1), io.BytesIO()))

    with psycopg.connect(database_url) as blocker:
        blocker.execute("SELECT * FROM patron_update.store_version FOR UPDATE")
        thread = threading.Thread(target=other)
        thread.start()
        wait_until_blocked(library)
        blocker.execute("SELECT pg_advisory_xact_lock(hashtextextended('patron_update job students', 0))")
    thread.join()

    assert totals(outcome[0].outcomes_by_site) == {"added": 1}
    assert not library.apply(second, 1).replanned


def test_a_second_run_of_the_same_job_is_refused_while_one_is_applying(library, database_url):
    first, _ = library.plan(ng(2, "1"))
    second, _ = library.plan(ng(2, "1"))
    outcome: list = []

    def other() -> None:
        with PatronStore(database_url) as store:
            outcome.append(store.apply(first, facts(1)))

    with psycopg.connect(database_url) as blocker:
        blocker.execute("SELECT * FROM patron_update.store_version FOR UPDATE")
        thread = threading.Thread(target=other)
        thread.start()
        wait_until_blocked(library)
        with pytest.raises(StoreBusyError, match="Another run of job 'students' is applying"):
            library.apply(second, 1)
    thread.join()

    assert totals(outcome[0].outcomes_by_site) == {"added": 1}
    assert library.apply(second, 1).replanned


def test_runs_of_two_jobs_apply_one_after_the_other_and_the_second_is_planned_anew(library, database_url):
    first, _ = library.plan(ng(2, "1"), job="students")
    second, _ = library.plan(ng(2, "1"), job="staff")
    results: dict = {}

    def apply(run_id: int, job: str) -> None:
        with PatronStore(database_url) as store:
            results[job] = store.apply(run_id, facts(1, job))

    threads = [threading.Thread(target=apply, args=args) for args in ((first, "students"), (second, "staff"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = sorted(next(iter(totals(result.outcomes_by_site))) for result in results.values())
    assert found == ["added", "unchanged"]
    assert len(library.stored()) == 1


SWALLOWED = """
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER swallow BEFORE INSERT ON patron_update.{} FOR EACH ROW EXECUTE FUNCTION nothing()
"""


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("DELETE FROM planned WHERE line = 3", "1 rows without an outcome"),
        ("DELETE FROM planned_message WHERE line = 4", "1 rows that were not applied and have no message"),
        (SWALLOWED.format("change"), "2 changed patrons without a history"),
        (SWALLOWED.format("baseline"), "2 applied rows that the baseline does not know"),
        ("INSERT INTO change (run_id, patron_id, action) SELECT id, 7, 'updated' FROM run", "1 patrons with a history"),
    ],
)
def test_a_change_set_that_disagrees_with_itself_is_not_applied(library, harm, words):
    run_id, _ = library.plan(ng(2, "1"), ng(3, "2"), record(4, district_id="3", site_short_name="NOWHERE"))
    library.sql(f"SET search_path = run_{run_id}, patron_update; {harm}")

    with pytest.raises(StoreError, match=f"disagrees with itself: .*{words}"):
        library.apply(run_id, 3)

    assert library.stored() == set()
