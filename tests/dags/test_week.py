from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest

CHICAGO = ZoneInfo("America/Chicago")
BEGINNING = pendulum.datetime(2000, 1, 1)


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the time that Airflow's and our timetable believe it is."""
    from airflow.timetables import trigger

    from patron_update.airflow import timetable

    def set_to(text: str) -> None:
        now = pendulum.instance(datetime.fromisoformat(text).replace(tzinfo=CHICAGO)).in_timezone("UTC")
        monkeypatch.setattr(trigger, "utcnow", lambda: now)
        monkeypatch.setattr(timetable, "utc_now", lambda: now)

    return set_to


def next_slot(timetable, last: datetime | None = None) -> datetime:
    from airflow.timetables.base import DataInterval, TimeRestriction

    moment = pendulum.instance(last) if last else None
    info = timetable.next_dagrun_info(
        last_automated_data_interval=DataInterval(moment, moment) if moment else None,
        restriction=TimeRestriction(earliest=BEGINNING, latest=None, catchup=False),
    )
    assert info.run_after == info.logical_date
    return info.run_after.astimezone(CHICAGO)


def slots(timetable, clock, start: str, days: int) -> list[str]:
    """Return the slots that a scheduler looking every five minutes would start."""
    started: list[datetime] = []
    for minutes in range(0, days * 24 * 60, 5):
        now = datetime.fromisoformat(start).replace(tzinfo=CHICAGO).astimezone(ZoneInfo("UTC")) + timedelta(
            minutes=minutes
        )
        clock(now.astimezone(CHICAGO).replace(tzinfo=None).isoformat())
        due = next_slot(timetable, started[-1] if started else None)
        if due <= now:
            started.append(due)
    return [f"{slot:%a %Y-%m-%d %H:%M%z}" for slot in started]


def test_runs_start_at_local_time_on_the_days_with_an_update_and_on_no_other(students, clock):
    assert slots(students.timetable, clock, "2026-09-03T12:00", days=8) == [
        "Fri 2026-09-04 02:15-0500",
        "Sat 2026-09-05 02:15-0500",
        "Mon 2026-09-07 02:15-0500",
        "Fri 2026-09-11 02:15-0500",
    ]


def test_a_job_without_any_day_has_no_schedule(include, read_dags):
    text = (include / "jobs" / "students.yaml").read_text()
    (include / "jobs" / "students.yaml").write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("  mon", "  fri", "  sat")))
    )
    dag = read_dags().dags["patron_update__students"]

    assert not dag.timetable.can_be_scheduled
    assert "only by hand" in dag.doc_md


@pytest.mark.parametrize("ran_before", [None, "2026-09-04T02:15"])
def test_a_job_that_is_switched_on_does_not_make_up_for_a_slot_it_missed(students, clock, ran_before):
    clock("2026-09-07T10:00")  # a Monday; 02:15 is long gone
    last = datetime.fromisoformat(ran_before).replace(tzinfo=CHICAGO) if ran_before else None

    assert f"{next_slot(students.timetable, last):%a %Y-%m-%d %H:%M}" == "Fri 2026-09-11 02:15"


def test_a_scheduler_that_was_restarted_over_the_slot_still_starts_the_run(students, clock):
    clock("2026-09-07T02:29")

    assert f"{next_slot(students.timetable):%a %Y-%m-%d %H:%M}" == "Mon 2026-09-07 02:15"


@pytest.mark.parametrize(
    ("time", "night", "expected"),
    [
        ("15 2", "2026-03-07", ["Sun 2026-03-08 03:15-0500", "Mon 2026-03-09 02:15-0500"]),  # 02:15 does not exist
        ("30 1", "2026-10-31", ["Sun 2026-11-01 01:30-0600", "Mon 2026-11-02 01:30-0600"]),  # 01:30 exists twice
    ],
)
def test_when_the_clocks_change_there_is_one_run_a_night(clock, time, night, expected):
    from patron_update.airflow.timetable import WeekTimetable

    timetable = WeekTimetable(f"{time} * * *", timezone="America/Chicago")

    assert slots(timetable, clock, f"{night}T12:00", days=2) == expected


def test_airflow_can_store_the_schedule_and_read_it_back(students, clock):
    from airflow.serialization.serialized_objects import DagSerialization

    from patron_update.airflow.timetable import WeekTimetable

    stored = json.loads(json.dumps(DagSerialization.to_dict(students), default=str))
    timetable = DagSerialization.from_dict(stored).timetable
    clock("2026-09-07T10:00")

    assert isinstance(timetable, WeekTimetable)
    assert f"{next_slot(timetable):%a %H:%M}" == "Fri 02:15"
