from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from patron_update.domain.schedule import UpdateType, WeekSchedule
from patron_update.embedded.nights import NIGHTS, slot

CHICAGO = ZoneInfo("America/Chicago")
WEEK = WeekSchedule(days=(UpdateType.INCREMENTAL,) * 5 + (UpdateType.FULL, None), time=time(2, 15), timezone=CHICAGO)


@pytest.mark.parametrize("day", range(1, 15))
@pytest.mark.parametrize("hour", [0, 6, 8, 12, 23])
def test_the_nights_lie_in_the_past_and_are_due_for_what_the_demo_shows(day, hour):
    now = datetime(2026, 11, day, hour, tzinfo=UTC)

    slots = [slot(WEEK, night, now) for night in NIGHTS]

    assert slots == sorted(slots)
    assert slots[-1] < now
    assert (now - slots[-1]).days <= 7
    assert [WEEK.on(each) for each in slots] == [night.update for night in NIGHTS]
    assert [night.update for night in NIGHTS] == [UpdateType.FULL, UpdateType.INCREMENTAL, UpdateType.FULL]


def test_a_slot_is_at_the_jobs_local_time():
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    assert slot(WEEK, NIGHTS[0], now) == datetime(2026, 11, 14, 2, 15, tzinfo=CHICAGO)
    assert slot(WEEK, NIGHTS[1], now) == datetime(2026, 11, 16, 2, 15, tzinfo=CHICAGO)
    assert slot(WEEK, NIGHTS[2], now) == datetime(2026, 11, 21, 2, 15, tzinfo=CHICAGO)


def test_weeks_back_gives_an_earlier_night_of_the_same_weekday():
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    assert slot(WEEK, NIGHTS[0], now, weeks_back=2) == datetime(2026, 10, 31, 2, 15, tzinfo=CHICAGO)
