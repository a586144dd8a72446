from __future__ import annotations

from types import SimpleNamespace

import pytest

from patron_update.errors import LogInError, PatronUpdateError, SettingsError, UnreachableError

DAG_FILE = "/somewhere/dags/patron_updates.py"


@pytest.fixture
def run(include, tmp_path, monkeypatch):
    from patron_update import steps

    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    with steps.open_run("students", "manual__1") as opened:
        yield opened


def take(step: str, error: Exception, run) -> None:
    from patron_update.airflow.failures import told_to_airflow

    with told_to_airflow(step, run):
        raise error


def failure_of(run):
    from patron_update.results import Failure

    return Failure.find(run)


def test_an_error_that_does_not_mend_itself_fails_at_once_with_its_own_text(run):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match=r"^wrong password$") as caught:
        take("fetch_file", LogInError("wrong password"), run)

    assert caught.value.__suppress_context__
    assert (failure_of(run).step, failure_of(run).reason) == ("fetch_file", "wrong password")


def test_an_error_that_may_mend_itself_is_left_to_the_retries(run):
    from airflow.sdk.exceptions import AirflowFailException

    from patron_update.airflow.failures import StepFailedError

    with pytest.raises(StepFailedError, match=r"^the server is away$") as caught:
        take("fetch_file", UnreachableError("the server is away"), run)

    assert not isinstance(caught.value, AirflowFailException)


def test_the_text_of_an_unforeseen_error_reaches_neither_log_nor_note_nor_airflow(run, caplog, capsys):
    from patron_update.airflow.failures import StepFailedError

    patron = "47" + "11"
    with pytest.raises(StepFailedError) as caught:
        take("upsert", ValueError(f"Key (district_id)=({patron}) already exists"), run)
    printed = capsys.readouterr()

    assert "ValueError in step upsert" in str(caught.value)
    assert "test_failures.py" in caplog.text  # the place is told
    assert patron not in f"{caught.value} {caplog.text} {printed.out} {printed.err} {failure_of(run).reason}"
    assert caught.value.__suppress_context__


def test_a_skipped_step_is_no_failure(run):
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException):
        take("upsert", AirflowSkipException("a preview"), run)

    assert failure_of(run) is None


def test_the_reason_of_a_failed_run_is_the_note_of_the_step_that_failed(run):
    from patron_update.airflow.failures import why_failed

    with pytest.raises(Exception, match="not a CSV"):
        take("convert", PatronUpdateError("not a CSV"), run)

    assert why_failed(run, {"convert": "failed", "validate": "upstream_failed", "report": "running"}) == "not a CSV"


def test_a_note_of_an_attempt_that_was_retried_with_success_is_no_reason(run):
    from patron_update.airflow.failures import why_failed

    with pytest.raises(Exception, match="away"):
        take("fetch_file", UnreachableError("away"), run)

    assert why_failed(run, {"fetch_file": "success", "upsert": "success", "report": "running"}) is None
    killed = why_failed(run, {"fetch_file": "success", "convert": "failed", "report": "running"})
    assert "Step convert ended without giving a reason" in killed


def test_a_misspelt_parameter_of_a_run_is_refused():
    from patron_update.airflow.params import refuse_unknown_params

    with pytest.raises(SettingsError, match=r"'updaet', which does not exist. Did you mean 'update'\?"):
        refuse_unknown_params({"dag_run": SimpleNamespace(conf={"updaet": "full"})})
    refuse_unknown_params({"dag_run": SimpleNamespace(conf={"update": "full", "preview": "yes"})})
    refuse_unknown_params({"dag_run": SimpleNamespace(conf=None)})


def test_a_run_without_a_logical_date_stands_for_the_moment_it_may_start():
    from patron_update.airflow.params import due_at

    assert due_at({"dag_run": SimpleNamespace(logical_date=None, run_after="now")}) == "now"
    assert due_at({"dag_run": SimpleNamespace(logical_date="then", run_after="now")}) == "then"


def test_a_run_of_a_job_that_has_gone_says_so(include, monkeypatch, tmp_path):
    from airflow.sdk.exceptions import AirflowFailException

    from patron_update.airflow.operators import run_of

    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    dag = SimpleNamespace(dag_id="patron_update__studens", fileloc=DAG_FILE)
    with (
        pytest.raises(AirflowFailException, match=r"no job 'studens'.*Did you mean 'students'"),
        run_of({"dag": dag, "run_id": "manual__1"}, "convert"),
    ):
        pass


def test_the_connection_of_a_job_becomes_its_log_in(include, monkeypatch):
    from patron_update.airflow.connections import login_for
    from patron_update.jobs.load import load_job

    job = load_job(include, "students")
    monkeypatch.setenv("AIRFLOW_CONN_SIS", '{"conn_type": "sftp", "host": "h", "login": "u", "password": "p"}')

    assert (login_for(job).host, login_for(job).username, login_for(job).password) == ("h", "u", "p")
    monkeypatch.delenv("AIRFLOW_CONN_SIS")
    with pytest.raises(SettingsError, match="There is no Airflow connection 'sis'"):
        login_for(job)


def test_the_text_of_an_error_survives_all_the_way_from_a_step_to_airflow(include, monkeypatch, tmp_path):
    from patron_update.airflow.failures import StepFailedError
    from patron_update.airflow.operators import run_of

    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    dag = SimpleNamespace(dag_id="patron_update__students", fileloc=DAG_FILE)
    with (
        pytest.raises(StepFailedError, match=r"^the database is away$"),
        run_of({"dag": dag, "run_id": "manual__1"}, "upsert"),
    ):
        raise UnreachableError("the database is away")
