"""How a CSV is read: as a job and its district want it, or as somebody asks who has it at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import UnknownStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patron_update.jobs.district import District
    from patron_update.jobs.models import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What there is to know about a CSV beside its properties file."""

    encoding: str | None = None
    """None: the one that the properties file declares."""
    delimiter: str | None = None
    """By its name in a job file. None: the comma, or what the file shows."""
    site_names: Mapping[str, str] | None = None
    """From every short name and alias to the short name. None: no district is asked."""
    unknown_status: UnknownStatus = UnknownStatus.KEEP

    @classmethod
    def of_job(cls, job: Job, district: District) -> Reading:
        """Return how ``job`` reads its file."""
        return cls(
            encoding=job.encoding,
            delimiter=job.delimiter,
            site_names=district.site_names,
            unknown_status=job.options.unknown_status,
        )


AS_DECLARED = Reading()
"""As the properties file and the CSV itself say; no district is asked."""


def named_by_job(include: Path, job_id: str) -> tuple[Path | None, Reading]:
    """Return a job's properties file (None: it reads patron XML) and how it reads its CSV. Raises JobFileError."""
    from patron_update.jobs.district import load_district
    from patron_update.jobs.load import load_job

    job = load_job(include, job_id)
    properties = include / "properties" / job.properties if job.properties else None
    return properties, Reading.of_job(job, load_district(include))
