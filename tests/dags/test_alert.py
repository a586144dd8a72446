from __future__ import annotations

import email
import email.policy
import json
import socket
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

RUN = "scheduled__2026-09-07T07:15:00+00:00"
JOB = "notify: { on_failure: ['mailto:data@example.org', 'mailto:head@example.org'] }\n"
REASON = "'Students.csv' in /patrons was waited for until 03:15, in vain: <not there>"


class Inbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the protocol's own name
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


class LastTask:
    """The task instance that Airflow hands to a failed run's callbacks; ``report`` is what the report returned."""

    def __init__(self, report) -> None:
        self.report = report

    def xcom_pull(self, *, task_ids: str, run_id: str):
        assert (task_ids, run_id) == ("report", RUN)
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


@pytest.fixture
def inbox(monkeypatch):
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    connection = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": port,
        "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "patron-update@example.org"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    yield inbox
    controller.stop()


@pytest.fixture
def fail(with_job):
    """Return what does as Airflow's dag-processor does after a run has failed."""

    def run_failed(**context) -> None:
        dag = with_job(JOB)
        for callback in dag.on_failure_callback:
            callback({"dag": dag, "run_id": RUN, "reason": "task_failure", **context})

    return run_failed


def test_one_mail_goes_to_all_recipients_and_names_job_run_reason_and_where_to_look(inbox, fail):
    fail(ti=LastTask({"headline": "No patron was changed", "failure": REASON}))
    ((recipients, mail),) = inbox.mails
    body = mail.get_body(("html",)).get_content()

    assert recipients == ["data@example.org", "head@example.org"]
    assert mail["Subject"] == "Patron update failed: Students"
    assert mail["From"] == "patron-update@example.org"
    assert "No patron was changed." in body
    assert "was waited for until 03:15, in vain: &lt;not there&gt;" in body
    assert RUN in body
    escaped = "scheduled__2026-09-07T07%3A15%3A00%2B00%3A00"
    assert f'href="https://airflow.example.org/district/dags/patron_update__students/runs/{escaped}"' in body
    assert f'href="https://airflow.example.org/district/patron-update/summaries/students/{escaped}"' in body


@pytest.mark.parametrize(
    "context",
    [{}, {"ti": LastTask(None)}, {"ti": LastTask(RuntimeError("no XCom"))}],
    ids=["no task", "no report", "no XCom"],
)
def test_a_run_whose_reason_cannot_be_read_is_told_all_the_same(inbox, fail, context):
    fail(**context)
    ((_, mail),) = inbox.mails

    assert "The reason could not be read from here" in mail.get_body(("html",)).get_content()


def test_a_job_name_that_looks_like_a_template_is_only_a_name(inbox, include, read_dags):
    text = (include / "jobs" / "students.yaml").read_text()
    (include / "jobs" / "students.yaml").write_text(text.replace("name: Students", "name: '{{ 7 * 7 }} <b>'") + JOB)
    dag = read_dags().dags["patron_update__students"]
    dag.on_failure_callback[0]({"dag": dag, "run_id": RUN, "ti": SimpleNamespace(xcom_pull=lambda **_: None)})

    assert inbox.mails[0][1]["Subject"] == "Patron update failed: {{ 7 * 7 }} <b>"
    assert "&lt;b&gt;" in inbox.mails[0][1].get_body(("html",)).get_content()


@pytest.fixture
def report_failed(with_job):
    """Return what does as a worker does after the report has failed, with the states of the other tasks."""

    def failed(job: str, **states: str) -> None:
        dag = with_job(job)
        ti = SimpleNamespace(task_id="report", get_task_states=lambda *_, **__: {RUN: {"report": "running"} | states})
        for callback in dag.task_dict["report"].on_failure_callback:
            callback({"dag": dag, "run_id": RUN, "ti": ti})

    return failed


def test_a_report_that_fails_after_a_good_update_is_told_since_airflow_calls_the_run_a_success(inbox, report_failed):
    report_failed(JOB, upsert="success", full_update="skipped")
    ((_, mail),) = inbox.mails

    assert "The update itself went well, but its Job Summary" in mail.get_body(("html",)).get_content()


def test_a_report_that_fails_in_a_failed_run_is_not_told_twice(inbox, report_failed):
    report_failed(JOB, convert="failed", upsert="upstream_failed")

    assert inbox.mails == []


def test_a_report_that_fails_is_told_to_nobody_when_the_job_names_nobody(inbox, report_failed):
    report_failed("", upsert="success")

    assert inbox.mails == []


def test_a_run_that_waits_for_approval_is_told_of_and_a_server_that_is_away_does_not_keep_it_from_asking(
    inbox, with_job, monkeypatch
):
    from patron_update.airflow.alerts import tell_of_question

    dag = with_job(JOB)
    job, context = dag.task_dict["wait_for_file"].job, {"dag": dag, "run_id": RUN}

    tell_of_question(job, context, "The run would update <20> of 20 patrons.")

    ((recipients, mail),) = inbox.mails
    body = mail.get_body(("html",)).get_content()
    assert recipients == ["data@example.org", "head@example.org"]
    assert mail["Subject"] == "Patron update waits for approval: Students"
    assert "update &lt;20&gt; of 20" in body
    assert "/tasks/approval/required_actions" in body
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT")
    tell_of_question(job, context, "")
