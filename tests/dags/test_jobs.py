from __future__ import annotations

import json
import shutil

import pytest


def test_there_is_exactly_one_dag_per_job_file(read_dags, add_job):
    add_job("staff")

    assert sorted(read_dags().dags) == ["patron_update__staff", "patron_update__students"]


def test_the_projects_own_jobs_are_all_sound(monkeypatch, project, include):
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.delenv("PATRON_UPDATE_INCLUDE")
    bag = DagBag(project / "dags")

    assert sorted(bag.dags) == sorted(
        f"patron_update__{file.stem}" for file in (project / "include/jobs").glob("*.yaml")
    )
    assert not [dag_id for dag_id, dag in bag.dags.items() if "broken" in dag.tags]


def test_a_project_that_was_copied_elsewhere_reads_its_own_include_folder(tmp_path, monkeypatch, project, include):
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.delenv("PATRON_UPDATE_INCLUDE")
    shutil.copytree(project / "dags", tmp_path / "dags")

    assert list(DagBag(tmp_path / "dags").dags) == ["patron_update__students"]


def test_a_dag_is_named_tagged_and_owned_as_its_job_file_says(with_job):
    dag = with_job("owner: Ms Ortiz\ntags: [nightly]\n")

    assert dag.dag_display_name == "Students"
    assert dag.tags == {"patron update", "nightly"}
    assert dag.owner == "Ms Ortiz"


def test_the_page_tells_source_schedule_and_how_to_run_by_hand(students):
    assert "**Students.csv**" in students.doc_md
    assert "connection sis" in students.doc_md
    assert "02:15 America/Chicago: Full on Saturday; Incremental on Monday, Friday" in students.doc_md
    assert "**By hand:**" in students.doc_md


def test_two_runs_of_one_job_never_overlap_and_nothing_is_caught_up(students):
    assert students.max_active_runs == 1
    assert not students.catchup


def test_a_failed_run_tells_only_when_the_job_names_recipients(with_job):
    assert not with_job("").on_failure_callback
    assert len(with_job("notify: { on_failure: ['mailto:data@example.org'] }\n").on_failure_callback) == 1


def test_only_the_run_tells_of_a_failure_so_that_there_is_one_mail(with_job):
    dag = with_job("notify: { on_failure: ['mailto:data@example.org'] }\n")

    assert not any(task.on_failure_callback or task.email for task in dag.tasks if task.task_id != "report")


def test_the_form_asks_for_the_update_and_for_a_preview(students):
    update, preview = students.params.get_param("update"), students.params.get_param("preview")

    assert (update.value, update.schema["enum"]) == ("auto", ["auto", "full", "incremental"])
    assert (preview.value, preview.schema["enum"]) == ("no", ["no", "yes"])
    assert all(set(param.schema["values_display"]) == set(param.schema["enum"]) for param in (update, preview))
    assert all(param.schema["title"] and param.schema["description_md"] for param in (update, preview))


def test_a_broken_job_file_is_a_dag_that_tells_why_and_hurts_no_other(read_dags, include):
    from airflow.sdk.exceptions import AirflowFailException

    (include / "jobs" / "staff.yaml").write_text(
        (include / "jobs" / "students.yaml").read_text().replace("name:", "nome:")
    )
    dags = read_dags().dags
    broken = dags["patron_update__staff"]

    assert "broken" in broken.tags
    assert "nome" in broken.doc_md
    assert "Did you mean 'name'?" in broken.doc_md
    (task,) = broken.tasks
    with pytest.raises(AirflowFailException, match="nome"):
        task.execute({})
    assert len(dags["patron_update__students"].tasks) == 12


def test_a_worker_reads_only_the_job_it_runs(read_dags, add_job, monkeypatch):
    for number in range(5):
        add_job(f"other_{number}")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "patron_update__students")

    assert list(read_dags().dags) == ["patron_update__students"]


def test_a_worker_finds_a_broken_job_too(read_dags, include, monkeypatch):
    (include / "jobs" / "staff.yaml").write_text("nothing: yet\n")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "patron_update__staff")

    assert list(read_dags().dags) == ["patron_update__staff"]


def test_reading_twice_gives_the_same_dag_so_that_airflow_makes_no_new_version(read_dags):
    assert _serialised(read_dags()) == _serialised(read_dags())


def _serialised(bag):
    from airflow.serialization.serialized_objects import DagSerialization

    return json.dumps(DagSerialization.to_dict(bag.dags["patron_update__students"]), sort_keys=True, default=str)


def test_frozen_days_are_tags_and_stand_on_the_page(with_job):
    dag = with_job("freeze: [{ first: 2026-06-15, last: 2026-08-20, allow: nothing }]\n")

    assert "no update from 2026-06-15 to 2026-08-20" in dag.tags
    assert "| Frozen | no update from 2026-06-15 to 2026-08-20 |" in dag.doc_md
