"""`patron-update`: the same steps as the DAG, by hand and without Airflow. One module per group of commands."""

from patron_update.cli.main import main

__all__ = ["main"]
