"""One run of one job: its folder, its store, and where its steps leave their results."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from patron_update.files.workspace import Workspace
from patron_update.jobs.district import load_district
from patron_update.jobs.load import load_job
from patron_update.results import Applied, Fetched, forget
from patron_update.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from patron_update.files.workspace import RunFolder
    from patron_update.jobs.district import District
    from patron_update.jobs.models import Job
    from patron_update.properties import Properties
    from patron_update.store import PatronStore
    from patron_update.validation.suite import Suite


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
    def properties(self) -> Properties | None:
        """Return the job's properties file, or None when its file is patron XML."""
        from patron_update.properties import read

        name = self.job.properties
        return read(self.settings.include / "properties" / name) if name else None

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
        forget(self)
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
