"""What a run over a limit asks, and how long it waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from patron_update.domain.outcomes import Counts


@pytest.fixture
def job(students):
    return students.task_dict["wait_for_file"].job


@pytest.mark.parametrize(
    ("now", "wait"),
    [
        # Monday's run in Chicago was due at 07:15 UTC; Friday's is due four days later.
        ("2026-08-31T07:20", timedelta(days=4, minutes=-20)),
        ("2026-08-31T07:10", timedelta(minutes=1)),
    ],
)
def test_a_run_waits_until_a_quarter_of_an_hour_before_the_next_one_is_due(job, now, wait):
    from patron_update.airflow.approval import time_to_answer

    assert time_to_answer(job, datetime.fromisoformat(now).replace(tzinfo=UTC)) == wait


def test_the_counts_are_told_by_site_the_most_changed_one_first_and_unchanged_sites_not_at_all():
    from patron_update.airflow.approval import table_of
    from patron_update.results import Changes, listed

    sites = {
        "ELM": Counts(read=1, updated=1),
        "OAK_*": Counts(read=30, deleted=30, missing_inactivated=2),
        "ASH": Counts(read=5, unchanged=5),
    }
    counts = Counts(read=36, updated=1, deleted=30, unchanged=5, missing_inactivated=2)
    changes = Changes(
        store_run=1,
        update="full",
        counts=counts.as_dict(),
        sites=listed(sites),
        unstaged=[],
        owned=40,
        digest="",
        at_sites={},
    )

    assert table_of(changes).splitlines() == [
        "| site | added | updated | transferred | inactivated | deleted | rejected |",
        "|---|--:|--:|--:|--:|--:|--:|",
        "| **all** | 0 | 1 | 0 | 2 | 30 | 0 |",
        r"| OAK\_\* | 0 | 0 | 0 | 2 | 30 | 0 |",
        "| ELM | 0 | 1 | 0 | 0 | 0 | 0 |",
    ]


def test_a_person_is_asked_by_a_task_that_takes_no_time_of_its_own(students):
    approval = students.task_dict["approval"]

    assert approval.defaults == ["Reject"]
    assert approval.retries == 2, "a wait that was lost is begun again"
    assert approval.response_timeout
