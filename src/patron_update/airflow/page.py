"""What a job's DAG says about itself in the UI: what it does, where from, when, and how to start it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.limits import LIMITED

if TYPE_CHECKING:
    from patron_update.jobs.load import BrokenJob
    from patron_update.jobs.models import Job

JOB = """\
### {name}

Brings **{file}** from {place} into the patron database and tells, row by row, what happened.

| | |
|---|---|
| Runs | {schedule} |
| Frozen | {frozen} |
| Waits for the file | up to {deadline} minutes; complete when unchanged on {quiet_looks} looks in a row{fresh} |
| Columns | {properties} |
| Expectations | {expectations} |
| Stops before it changes more than | {limits} |
| Tells of a failure | {told} |
| Job file | `include/jobs/{id}.yaml` |

**By hand:** *Trigger* → choose *Update* and *Preview only* → *Trigger*. A preview changes nothing.

**A run failed?** Open the task `report` and its button *Job Summary*: it names the reason, and what to do. Once the
cause is gone, start a new run. Patrons are changed by `upsert` alone, all at once or not at all.
"""

BROKEN = """\
### This job file cannot be used

`{path}`

{reasons}

No update of this job runs until the file is mended. The other jobs are not affected. Within a minute after the file was
saved, this page shows the job again.
"""


def job_page(job: Job) -> str:
    """Return the Markdown page of a job."""
    return JOB.format(
        id=job.id,
        name=plain(job.name),
        file=plain(job.source.place.file),
        place=place_of(job),
        schedule=str(job.schedule.week),
        frozen="; ".join(map(str, job.frozen_days)) or "never",
        deadline=job.wait.deadline_minutes,
        quiet_looks=job.wait.quiet_looks,
        fresh=f", and at most {job.wait.fresh_hours} hours old" if job.wait.fresh_hours else "",
        properties=f"`include/properties/{job.properties}`" if job.properties else "none: the file is patron XML",
        expectations=f"`include/expectations/{job.expectations}`" if job.expectations else "none",
        limits=_limits(job),
        told=", ".join(map(plain, job.notify.failure_addresses)) or "nobody by e-mail",
    )


def broken_page(job: BrokenJob) -> str:
    """Return the Markdown page of a job file that cannot be used."""
    reasons = "\n".join(f"    {line}" for line in job.reason.splitlines())
    return BROKEN.format(path=job.path, reasons=reasons)


def place_of(job: Job) -> str:
    """Return where the job's file lies, in words."""
    place = plain(job.source.place.path)
    if job.source.sftp:
        return f"the folder {place} of the SFTP server of connection {plain(job.source.sftp.connection)}"
    return f"the directory {place}"


def _limits(job: Job) -> str:
    limits = [f"{limit} {outcome.value}" for outcome in LIMITED if (limit := getattr(job.limits, outcome.value))]
    return ", ".join(limits) or "(no limits)"


def plain(text: str) -> str:
    """Return a text of the job file as Markdown shows it unchanged, on one line of a table."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>#|" else char for char in " ".join(text.split()))
