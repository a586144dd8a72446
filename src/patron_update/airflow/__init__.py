"""The only room that imports Airflow: operators, the trigger, connections, alerts, links, the schedule as a timetable."""
