"""A job's week as Airflow's schedule: at the job's own local time, on the days that have an update."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pendulum
from airflow.timetables.base import DagRunInfo, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

if TYPE_CHECKING:
    from airflow.timetables.base import DataInterval

GRACE = timedelta(minutes=15)
"""How late a run may start. Long enough for a restart of the scheduler, short enough that a job that was switched on
during the day does not start last night's update in the middle of the school day."""


def utc_now() -> pendulum.DateTime:
    """Return the present moment. Airflow asks a timetable for the next run without telling it the time."""
    return pendulum.now("UTC")


class WeekTimetable(CronTriggerTimetable):
    """Airflow's cron timetable, except that a slot missed by more than ``GRACE`` is let go.

    Airflow's own starts the last missed slot as soon as a paused DAG is switched on, whatever ``run_immediately`` says.
    """

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """Return the next slot: the last one when it is due just now, else the one to come."""
        too_late = utc_now() - GRACE
        earliest = max(filter(None, [restriction.earliest, too_late]))
        return super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval,
            restriction=TimeRestriction(earliest=earliest, latest=restriction.latest, catchup=False),
        )
