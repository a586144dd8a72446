"""The only room that imports Airflow: tasks and operators, the trigger, connections, alerts, links, the timetable."""
