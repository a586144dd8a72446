"""Registers the schedule, the button and the pages of the patron updates in Airflow: wiring, nothing else."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from patron_update.airflow.links import PAGES, SummaryLink
from patron_update.airflow.pages import SummaryPages
from patron_update.airflow.places import project_of
from patron_update.airflow.timetable import WeekTimetable


class PatronUpdatePlugin(AirflowPlugin):
    """What Airflow must know beyond the DAGs."""

    name = "patron_update"
    timetables = [WeekTimetable]  # noqa: RUF012 - Airflow's own form
    operator_extra_links = [SummaryLink()]  # noqa: RUF012
    fastapi_apps = [  # noqa: RUF012
        {"name": "Patron updates", "url_prefix": PAGES, "app": SummaryPages(project_of(__file__))}
    ]
