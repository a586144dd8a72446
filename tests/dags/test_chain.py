from __future__ import annotations

from datetime import timedelta

import pytest

ORDER = [
    "wait_for_file",
    "fetch_file",
    "convert",
    "validate",
    "choose_update",
    "full_update",
    "incremental_update",
    "review",
    "approval",
    "upsert",
    "held_sites",
    "report",
]


def test_the_steps_stand_in_the_order_of_a_run(students):
    edges = {task.task_id: task.downstream_task_ids for task in students.tasks}

    assert list(students.task_dict) == ORDER
    assert edges == {
        "wait_for_file": {"fetch_file"},
        "fetch_file": {"convert"},
        "convert": {"validate"},
        "validate": {"choose_update"},
        "choose_update": {"full_update", "incremental_update"},
        "full_update": {"review"},
        "incremental_update": {"review"},
        "review": {"approval", "upsert"},
        "approval": {"upsert"},
        "upsert": {"held_sites"},
        "held_sites": {"report"},
        "report": set(),
    }


def test_review_follows_whichever_update_was_made_and_upsert_never_a_failure(students):
    assert students.task_dict["review"].trigger_rule == "none_failed_min_one_success"
    assert students.task_dict["upsert"].trigger_rule == "none_failed_min_one_success"


def test_report_is_a_teardown_that_does_not_decide_the_run(students):
    report = students.task_dict["report"]

    assert report.is_teardown
    assert not report.on_failure_fail_dagrun


def test_the_branch_leads_to_existing_steps(students):
    assert students.task_dict["choose_update"].inherits_from_skipmixin
    assert {"full_update", "incremental_update"} <= set(students.task_dict)


@pytest.mark.parametrize(
    "step", ["fetch_file", "choose_update", "full_update", "incremental_update", "upsert", "held_sites", "report"]
)
def test_a_step_that_needs_a_server_is_tried_again_later_and_later(students, step):
    task = students.task_dict[step]

    assert task.retries == 3
    assert task.retry_exponential_backoff > 1
    assert task.retry_delay == timedelta(minutes=1)
    assert task.max_retry_delay == timedelta(minutes=15)


@pytest.mark.parametrize("step", ["convert", "validate", "review"])
def test_a_step_whose_result_stays_the_same_is_not_tried_again(students, step):
    assert students.task_dict[step].retries == 0


def test_a_wait_that_was_lost_is_begun_again_soon(students):
    assert students.task_dict["wait_for_file"].retries == 2
    assert students.task_dict["wait_for_file"].retry_delay == timedelta(seconds=10)


def test_no_step_may_run_for_ever(students):
    assert all(task.execution_timeout for task in students.tasks)


def test_every_step_says_what_it_does(students):
    assert all(task.doc_md for task in students.tasks)


def test_the_steps_that_write_link_to_the_job_summary(students):
    linked = [
        task.task_id for task in students.tasks if "Job Summary" in [link.name for link in task.operator_extra_links]
    ]

    assert linked == ["upsert", "report"]
