"""A run on a day of the freeze calendar: the wait is skipped, and so is all that follows it but the report."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

FREEZE = "freeze: [{ first: 2026-06-15, last: 2026-08-20, allow: nothing }]\n"


@pytest.fixture
def context(with_job, tmp_path, monkeypatch):
    """Return what makes the context of a run that is due on a day, of a job with a freeze calendar."""
    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AIRFLOW_CONN_SIS", raising=False)
    dag = with_job(FREEZE)

    def made(day, preview="no"):
        run = SimpleNamespace(logical_date=datetime(2026, 6, day, 12, tzinfo=UTC), start_date=None, conf={})
        return {"dag": dag, "dag_run": run, "run_id": f"scheduled__{day}", "params": {"preview": preview}}

    return made


def wait(context):
    context["dag"].task_dict["wait_for_file"].execute(context)


def test_on_a_frozen_day_the_wait_is_skipped_with_the_reason(context):
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match="no update from 2026-06-15 to 2026-08-20"):
        wait(context(15))


@pytest.mark.parametrize(("day", "preview"), [(14, "no"), (15, "yes")])
def test_on_another_day_and_for_a_preview_the_log_in_is_looked_for(context, day, preview):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="There is no Airflow connection 'sis'"):
        wait(context(day, preview))
