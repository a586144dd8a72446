"""One DAG per job file in ``include/jobs``: the order of its steps. What a step does stands in patron_update.steps."""

from __future__ import annotations

from patron_update.airflow.dag import broken_dag, job_dag, read_jobs
from patron_update.airflow.places import project_of
from patron_update.airflow.tasks import (
    approval,
    choose_update,
    convert,
    fetch_file,
    full_update,
    held_sites,
    incremental_update,
    report,
    review,
    upsert,
    validate,
    wait_for_file,
)

jobs, broken_jobs = read_jobs(project_of(__file__))

for job in jobs:
    with job_dag(job):
        (
            wait_for_file(job)
            >> fetch_file()
            >> convert()
            >> validate()
            >> choose_update()
            >> [full_update(), incremental_update()]
            >> (reviewed := review())
            >> approval()
            >> (upserted := upsert())
            >> held_sites(job)
            >> report()
        )
        reviewed >> upserted

for broken_job in broken_jobs:
    broken_dag(broken_job)
