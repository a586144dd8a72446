"""When the sample district's nights were: a Saturday, a Full update; the Monday after it; and the last Saturday.

The third night brings the second one's files again. It is there for what only a Full update does, and for what the
library's people have decided in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from patron_update.domain.schedule import UpdateType

if TYPE_CHECKING:
    from patron_update.domain.schedule import WeekSchedule

SATURDAY = 5
WEEKS_BACK = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night of the demo: its number, whose files it brings, its weekday, and the update that is due."""

    number: int
    files: int
    name: str
    days_after_saturday: int
    update: UpdateType


NIGHTS = (
    Night(number=1, files=1, name="Saturday", days_after_saturday=0, update=UpdateType.FULL),
    Night(number=2, files=2, name="Monday", days_after_saturday=2, update=UpdateType.INCREMENTAL),
    Night(number=3, files=2, name="Saturday", days_after_saturday=7, update=UpdateType.FULL),
)


def slot(week: WeekSchedule, night: Night, now: datetime, weeks_back: int = 0) -> datetime:
    """Return the job's slot in that night, the third one being the last Saturday; ``weeks_back`` weeks earlier."""
    today = now.astimezone(week.timezone).date()
    saturday = today - timedelta(days=(today.weekday() - SATURDAY) % 7)
    if datetime.combine(saturday, week.time, week.timezone) >= now:
        saturday -= timedelta(days=7)
    first = saturday - timedelta(days=7 * (1 + weeks_back))
    return datetime.combine(first + timedelta(days=night.days_after_saturday), week.time, week.timezone)
