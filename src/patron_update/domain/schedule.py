"""Full or Incremental, by weekday, in the job's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import time
    from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class UpdateType(StrEnum):
    """How much of the file an update looks at."""

    FULL = "full"
    """Every record is compared with the stored patron."""
    INCREMENTAL = "incremental"
    """Only records that are new or changed since they were last applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSchedule:
    """The update type due on each weekday (Monday first, None: no update that day), at one local time."""

    days: tuple[UpdateType | None, ...]
    time: time
    timezone: ZoneInfo

    def on(self, run_at: datetime) -> UpdateType | None:
        """Return the update type due on the job's local weekday of ``run_at`` (aware), or None on a day without one.

        The weekday is the job's own: Airflow's dates are UTC, and a UTC Sunday 00:30 is still Saturday for most
        districts.
        """
        return self.days[run_at.astimezone(self.timezone).weekday()]

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the next slot after ``moment`` (aware), or None when no day has an update."""
        today = moment.astimezone(self.timezone).date()
        slots = (
            datetime.combine(today + timedelta(days=ahead), self.time, self.timezone)
            for ahead in range(len(self.days) + 1)
        )
        return next((slot for slot in slots if slot > moment and self.on(slot)), None)

    @property
    def cron(self) -> str | None:
        """Return the cron expression of the days with an update, or None when there is none."""
        due = [str((day + 1) % 7) for day, update in enumerate(self.days) if update]
        return f"{self.time.minute} {self.time.hour} * * {','.join(sorted(due))}" if due else None

    def __str__(self) -> str:
        """Return the week in words: ``02:15 America/Chicago: Full on Saturday; Incremental on Monday, Tuesday``."""
        if self.cron is None:
            return "only by hand: no day of the week has an update"
        days: dict[str, list[str]] = {}
        for day, update in zip(WEEKDAYS, self.days, strict=True):
            days.setdefault(update.value if update else "none", []).append(day.capitalize())
        none = days.pop("none", [])
        due = "; ".join(f"{update.capitalize()} on {', '.join(on)}" for update, on in sorted(days.items()))
        not_on = f"; not on {', '.join(none)}" if none else ""
        return f"{self.time:%H:%M} {self.timezone.key}: {due}{not_on}"
