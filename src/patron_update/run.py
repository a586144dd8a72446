"""One run of one job: its folder, its store, and what each step left there for the next one.

Between steps travel references and counts, never people: a result holds nothing that may not stand in a log.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from patron_update.domain.outcomes import Outcome, added_up
from patron_update.domain.schedule import UpdateType
from patron_update.errors import PatronUpdateError
from patron_update.files.workspace import Workspace, write_private
from patron_update.jobs.district import load_district
from patron_update.jobs.load import load_job
from patron_update.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from patron_update.domain.outcomes import Counts, OutcomesBySite
    from patron_update.files.workspace import RunFolder
    from patron_update.jobs.district import District
    from patron_update.jobs.models import Job
    from patron_update.properties import Properties
    from patron_update.store import PatronStore
    from patron_update.validation.suite import Suite


def listed(sites: dict[str, Counts]) -> list[dict[str, Any]]:
    """Return the counts of each site as they are kept."""
    return [{"site": site, **counts.as_dict()} for site, counts in sites.items()]


class Result:
    """What a step leaves: kept as ``<class name>.json`` in the run's folder, handed on as a small mapping."""

    @classmethod
    def load(cls, run: Run) -> Self:
        """Read this step's result. Raises PatronUpdateError when the step has not run."""
        found = cls.find(run)
        if found is None:
            raise PatronUpdateError(
                f"Run {run.key} of job {run.job.id!r} has no result {cls.__name__!r} yet: the step before has not "
                "finished, or the workspace was cleared. Start a new run of the job."
            )
        return found

    @classmethod
    def path(cls, run: Run) -> Path:
        """Return where the result lies."""
        return run.folder.file(f"{cls.__name__.lower()}.json")

    @classmethod
    def find(cls, run: Run) -> Self | None:
        """Read this step's result, or return None when the step has not run."""
        path = cls.path(run)
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else None

    def save(self, run: Run) -> Self:
        """Write this result into the run's folder and return it."""
        write_private(self.path(run), json.dumps(self.for_xcom(), indent=1).encode())
        return self

    def for_xcom(self) -> dict[str, Any]:
        """Return the result as Airflow may store it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Result):
    """The landed file: its name, size in bytes, time of modification (ISO 8601, UTC) and SHA-256 (hex).

    ``generation`` counts how often the run began anew after it had applied a file: a finished run that somebody clears
    and starts again is a new run to the store, so that the former one keeps its history.
    """

    name: str
    size: int
    modified: str
    sha256: str
    generation: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Result):
    """Rows read, rows that go on, and what stood out about the file as a whole."""

    read: int
    alive: int
    outcomes: dict[str, int]
    match_using_district_id: bool
    mapped_fields: list[str]
    properties_fingerprint: str
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated(Result):
    """Rows held out and expectations not met, in figures."""

    suite_fingerprint: str
    rejected: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Result):
    """The update to make, and why that one."""

    update: str
    reason: str

    @property
    def update_type(self) -> UpdateType:
        """Return the chosen type."""
        return UpdateType(self.update)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Result):
    """The change set in figures: rows by outcome, whole and by site; it lies in the store until it is applied."""

    store_run: int
    update: str
    counts: dict[str, int]
    sites: list[dict[str, Any]]
    unstaged: list[list[Any]]
    owned: int
    digest: str

    def applied(self, staged: OutcomesBySite, *, replanned: bool) -> Applied:
        """Return the result of applying this change set, whose staged rows came to ``staged``."""
        total, sites = added_up(self.unstaged_outcomes, staged, missing=self.counts["missing"])
        return Applied(counts=total.as_dict(), sites=listed(sites), replanned=replanned)

    @property
    def unstaged_outcomes(self) -> OutcomesBySite:
        """Return the rows that never reached the store."""
        return {(site, Outcome(outcome)): rows for site, outcome, rows in self.unstaged}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Result):
    """Whether the change set is applied."""

    apply: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(Result):
    """What was written, in figures."""

    counts: dict[str, int]
    sites: list[dict[str, Any]]
    replanned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Result):
    """Why a step stopped the run. ``held``: a limit was passed, nothing is wrong with the machinery."""

    step: str
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRef(Result):
    """Where the Job Summary lies and what it says in figures."""

    outcome: str
    headline: str
    counts: dict[str, int]
    folder: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of one job. ``key`` is the caller's name for it: the same key is the same run, tried again."""

    job: Job
    key: str
    settings: Settings
    folder: RunFolder
    _resources: ExitStack

    @cached_property
    def district(self) -> District:
        """Return the district: its sites, aliases and defaults."""
        return load_district(self.settings.include)

    @cached_property
    def properties(self) -> Properties:
        """Return the job's properties file."""
        from patron_update.properties import read

        return read(self.settings.include / "properties" / self.job.properties)

    @cached_property
    def suite(self) -> Suite | None:
        """Return the job's expectations, or None when it names none."""
        from patron_update.validation.suite import load

        name = self.job.expectations
        return load(self.settings.include / "expectations" / name) if name else None

    @cached_property
    def store(self) -> PatronStore:
        """Return the patron store, open until the run is closed; an empty database is set up first."""
        from patron_update.store import PatronStore

        url = self._resources.enter_context(self.settings.database())
        store = self._resources.enter_context(PatronStore(url))
        store.set_up_if_empty()
        return store

    @cached_property
    def store_run(self) -> int:
        """Return the number of this run in the store, which is given on first use."""
        fetched = Fetched.find(self)
        again = fetched.generation if fetched else 1
        return self.store.begin_run(self.job.id, self.key if again == 1 else f"{self.key}#{again}", self.started)

    def begin_anew(self) -> int:
        """Forget what the steps after the fetch left; return the generation of the fetch that now begins."""
        former = Fetched.find(self)
        generation = former.generation if former else 1
        if Applied.find(self):
            generation += 1
        for result in (Fetched, Converted, Validated, Choice, Changes, Reviewed, Applied, Failure, SummaryRef):
            result.path(self).unlink(missing_ok=True)
        return generation

    @cached_property
    def started(self) -> datetime:
        """Return when this run began: when its folder was made."""
        return self.folder.made


@contextmanager
def open_run(job_id: str, key: str, settings: Settings | None = None) -> Iterator[Run]:
    """Open a run of job ``job_id``, new or begun before. Raises JobFileError and SettingsError."""
    settings = settings or Settings.from_environment()
    with ExitStack() as resources:
        job = load_job(settings.include, job_id)
        folder = Workspace(settings.home).run_folder(job.id, key)
        yield Run(job=job, key=key, settings=settings, folder=folder, _resources=resources)


__all__ = [
    "Applied",
    "Changes",
    "Choice",
    "Converted",
    "Failure",
    "Fetched",
    "Result",
    "Reviewed",
    "Run",
    "SummaryRef",
    "Validated",
    "open_run",
]
