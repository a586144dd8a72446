"""Reads the job files. A broken one neither hides nor takes its neighbours down: it becomes a value that tells why."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.errors import JobFileError, SettingsError
from patron_update.jobs import document
from patron_update.jobs.mistakes import Mistake, did_you_mean, refusal, shown
from patron_update.jobs.models import ID_PATTERN, Job
from patron_update.jobs.validate import validated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenJob:
    """A job file that cannot be used. ``id`` is fit for a DAG id and no other job's; ``reason``: a line per mistake."""

    id: str
    path: Path
    reason: str


def load_jobs(include: Path) -> tuple[tuple[Job, ...], tuple[BrokenJob, ...]]:
    """Return the jobs and the broken job files of ``include/jobs``, each sorted by id.

    Raises SettingsError when the folder cannot be listed, and for nothing that stands in a file.
    """
    jobs: dict[str, Job] = {}
    broken: list[BrokenJob] = []
    files = _files(include)
    taken = {path.stem for path in files}
    for path in files:
        try:
            job = _read(include, path)
            _refuse_known_name(path, job, jobs.values())
            jobs[job.id] = job
        except JobFileError as error:
            broken.append(BrokenJob(id=_free_id(path, taken), path=path, reason=str(error)))
    return tuple(jobs[one] for one in sorted(jobs)), tuple(sorted(broken, key=lambda one: one.id))


def load_job(include: Path, job_id: str) -> Job:
    """Return one job, reading no other job's file. Raises JobFileError when it is not there or broken.

    That no two jobs share a name is therefore not seen here, but by `load_jobs`.
    """
    path = include / "jobs" / f"{job_id}.yaml"
    if re.fullmatch(ID_PATTERN, job_id) and path.is_file():
        return _read(include, path)
    known = sorted(one.stem for one in _files(include))
    listed = ", ".join(known) or "none"
    raise JobFileError(
        f"there is no job '{job_id}' in {include / 'jobs'}.{did_you_mean(job_id, known)} Known jobs: {listed}."
    )


def missing_files(include: Path, job: Job) -> tuple[str, ...]:
    """Return one text per file that the job names and that is not in the include folder; none when all are there."""
    named = [("properties", job.properties), ("expectations", job.expectations)]
    return tuple(
        _missing(include / folder, folder, name)
        for folder, name in named
        if name and not (include / folder / name).is_file()
    )


def _missing(folder: Path, key: str, name: str) -> str:
    there = sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    listed = ", ".join(there) or "none"
    return f"{key}: there is no file '{name}' in {folder}.{did_you_mean(name, there)} Files there: {listed}."


def _files(include: Path) -> list[Path]:
    """Return everything that means to be a job file, misnamed ones too: nothing is passed over in silence."""
    try:
        found = [one for one in (include / "jobs").iterdir() if one.suffix.lower() in (".yaml", ".yml")]
    except OSError as error:
        raise SettingsError(
            f"the job files cannot be listed: {include / 'jobs'}: {error.strerror}. "
            "PATRON_UPDATE_INCLUDE names the include folder; job files lie in its folder 'jobs'."
        ) from None
    return sorted(one for one in found if not one.name.startswith("."))


def _read(include: Path, path: Path) -> Job:
    if not re.fullmatch(rf"{ID_PATTERN}\.yaml", path.name):
        text = (
            "is no name for a job file. Name it with lower-case letters, digits and '_', beginning with a letter, "
            f"and '.yaml' at the end, for example '{_as_id(path.stem)}.yaml'."
        )
        raise refusal([Mistake(path=path, text=text)])
    return validated(path, Job, include=include, given={"id": path.stem})


def _refuse_known_name(path: Path, job: Job, others: Iterable[Job]) -> None:
    """Refuse the later of two jobs with one name: people could not tell them apart in lists and mails."""
    for other in others:
        if other.name.casefold() == job.name.casefold():
            text = (
                f"found {shown(job.name)}, which job '{other.id}' ({other.id}.yaml) is named too. Rename one of them."
            )
            raise refusal([document.read(path).mistake(("name",), text)])


def _as_id(stem: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", stem.casefold()).strip("_")[:90]
    return plain if re.fullmatch(ID_PATTERN, plain) else f"job_{plain}".rstrip("_")


def _free_id(path: Path, taken: set[str]) -> str:
    """Return an id for a broken file that no other file has, and take it."""
    if re.fullmatch(rf"{ID_PATTERN}\.yaml", path.name):
        return path.stem
    plain = _as_id(path.stem)
    free = next(
        one for number in itertools.count(1) if (one := f"{plain}_{number}" if number > 1 else plain) not in taken
    )
    taken.add(free)
    return free
