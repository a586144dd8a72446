"""Full or Incremental, by weekday, in the job's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from patron_update.domain.schedule import WEEKDAYS, UpdateType, WeekSchedule

FULL, INCREMENTAL = UpdateType.FULL, UpdateType.INCREMENTAL


def week(timezone="America/Chicago", at="02:15", **days):
    return WeekSchedule(
        days=tuple(days.get(day) for day in WEEKDAYS), time=time.fromisoformat(at), timezone=ZoneInfo(timezone)
    )


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "update"),
    [(1, INCREMENTAL), (2, None), (6, FULL), (7, None)],
)
def test_the_update_is_the_one_of_the_weekday(day, update):
    schedule = week(monday=INCREMENTAL, saturday=FULL)

    # 2024-01-01 was a Monday.
    assert schedule.on(datetime(2024, 1, day, 2, 15, tzinfo=ZoneInfo("America/Chicago"))) is update


def test_a_sunday_in_utc_that_is_still_saturday_in_the_district_takes_saturdays_update():
    assert week(saturday=FULL, sunday=INCREMENTAL).on(utc("2024-01-07T00:30")) is FULL


def test_a_saturday_in_utc_that_is_already_sunday_in_the_district_takes_sundays_update():
    assert week("Pacific/Auckland", saturday=FULL, sunday=INCREMENTAL).on(utc("2024-01-06T20:00")) is INCREMENTAL


@pytest.mark.parametrize(
    ("moment", "update"),
    [
        # Midnight between Saturday and Sunday lies at 06:00 UTC in winter and at 05:00 UTC in summer.
        ("2024-03-10T05:59", FULL),
        ("2024-03-10T06:00", INCREMENTAL),
        ("2024-07-07T04:59", FULL),
        ("2024-07-07T05:00", INCREMENTAL),
        ("2024-11-03T04:59", FULL),
        ("2024-11-03T05:00", INCREMENTAL),
    ],
)
def test_the_day_changes_at_local_midnight_in_winter_and_in_summer(moment, update):
    assert week(saturday=FULL, sunday=INCREMENTAL).on(utc(moment)) is update


@pytest.mark.parametrize("moment", ["2024-11-03T06:30", "2024-11-03T07:30"])
def test_both_halves_of_the_hour_that_comes_twice_belong_to_the_same_day(moment):
    assert week(sunday=FULL).on(utc(moment)) is FULL


def test_the_cron_expression_names_the_days_with_an_update_and_counts_sunday_as_zero():
    assert week(monday=INCREMENTAL, saturday=FULL, sunday=FULL).cron == "15 2 * * 0,1,6"


def test_a_week_without_updates_has_no_cron_expression():
    assert week().cron is None


def test_the_cron_expression_keeps_the_minute_and_hour_of_the_job():
    assert week(at="23:05", friday=FULL).cron == "5 23 * * 5"


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        # 02:15 in Chicago is 08:15 UTC in winter, 07:15 in summer.
        ("2024-01-01T08:14", "2024-01-01T08:15"),
        ("2024-01-01T08:15", "2024-01-06T08:15"),
        ("2024-01-06T08:15", "2024-01-08T08:15"),
        ("2024-03-09T08:15", "2024-03-11T07:15"),
    ],
)
def test_the_next_slot_is_the_next_local_day_with_an_update(moment, slot):
    assert week(monday=INCREMENTAL, saturday=FULL).next_after(utc(moment)) == utc(slot)


def test_the_next_slot_of_a_job_with_one_day_is_a_week_later():
    assert week(saturday=FULL).next_after(utc("2024-01-06T08:15")) == utc("2024-01-13T08:15")


def test_a_week_without_updates_has_no_next_slot():
    assert week().next_after(utc("2024-01-01T08:15")) is None
