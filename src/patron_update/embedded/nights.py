"""When the two nights of the sample district were: the last Saturday, a Full update, and the Monday after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from patron_update.domain.schedule import UpdateType

if TYPE_CHECKING:
    from patron_update.domain.schedule import WeekSchedule

SATURDAY, MONDAY = 5, 0
WEEKS_BACK = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night of the demo: its number, its weekday, and the update that the schedule has for it."""

    number: int
    name: str
    days_after_saturday: int
    update: UpdateType


NIGHTS = (
    Night(number=1, name="Saturday", days_after_saturday=0, update=UpdateType.FULL),
    Night(number=2, name="Monday", days_after_saturday=2, update=UpdateType.INCREMENTAL),
)


def slot(week: WeekSchedule, night: Night, now: datetime, weeks_back: int = 0) -> datetime:
    """Return the job's slot in that night of the last week whose Monday slot is past; ``weeks_back`` weeks earlier."""
    today = now.astimezone(week.timezone).date()
    monday = today - timedelta(days=(today.weekday() - MONDAY) % 7)
    if datetime.combine(monday, week.time, week.timezone) >= now:
        monday -= timedelta(days=7)
    saturday = monday - timedelta(days=2 + 7 * weeks_back)
    return datetime.combine(saturday + timedelta(days=night.days_after_saturday), week.time, week.timezone)
