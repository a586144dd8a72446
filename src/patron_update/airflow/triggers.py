"""The wait for a job's file, as Airflow's triggerer runs it: no worker is held, and nothing blocks the event loop."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from airflow.triggers.base import BaseTrigger, TriggerEvent

from patron_update.errors import FileMissingError, PatronUpdateError, UnreachableError
from patron_update.sources import FileSeen, Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from patron_update.airflow.looks import Looks
    from patron_update.jobs.models import Job

log = logging.getLogger(__name__)

SETTLING = 7.0
"""Seconds that a wait takes at least. Airflow hears up to 5 s late that a task's process has ended in deferral; when a
trigger fires before, the scheduler takes that word for the second half's and fails the task without a reason."""


class FileTrigger(BaseTrigger):
    """Looks for ``file`` in ``folder`` until it is complete and fresh, or the deadline has passed.

    ``connection`` is the id of an SFTP connection, None for a directory. ``fresh_after`` and ``deadline`` are ISO 8601
    with offset. What the triggerer stores holds no secret; a triggerer that takes over begins the looks again but keeps
    the deadline.
    """

    def __init__(
        self,
        *,
        connection: str | None,
        folder: str,
        file: str,
        poll_seconds: float,
        quiet_looks: int,
        fresh_after: str | None,
        deadline: str,
    ) -> None:
        super().__init__()
        self.connection, self.folder, self.file = connection, folder, file
        self.poll_seconds, self.quiet_looks = poll_seconds, quiet_looks
        self.fresh_after, self.deadline = fresh_after, deadline

    @classmethod
    def for_job(cls, job: Job, now: datetime) -> Self:
        """Make the trigger of a job whose wait begins ``now``."""
        wait, sftp, place = job.wait, job.source.sftp, job.source.place
        now = now.astimezone(job.schedule.week.timezone)  # people read the deadline
        fresh_after = (now - timedelta(hours=wait.fresh_hours)).isoformat() if wait.fresh_hours else None
        return cls(
            connection=sftp.connection if sftp else None,
            folder=place.path,
            file=place.file,
            poll_seconds=wait.poll_seconds,
            quiet_looks=wait.quiet_looks,
            fresh_after=fresh_after,
            deadline=(now + timedelta(minutes=wait.deadline_minutes)).isoformat(),
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what Airflow stores of the wait."""
        names = ("connection", "folder", "file", "poll_seconds", "quiet_looks", "fresh_after", "deadline")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Fire once: with name, size and time of the file, or with ``failed``, the reason."""
        settled = asyncio.get_running_loop().time() + SETTLING
        event = await self._event()
        await asyncio.sleep(settled - asyncio.get_running_loop().time())
        yield TriggerEvent(event)

    async def _event(self) -> dict[str, Any]:
        try:
            return facts_of(await self._complete_file())
        except PatronUpdateError as error:
            return {"failed": str(error)}
        except Exception as error:  # noqa: BLE001 - a trigger that raises fails its task without a word
            log.error("Where it happened:\n%s", "".join(traceback.format_tb(error.__traceback__)))  # noqa: TRY400 - no text
            return {"failed": f"{type(error).__name__} while waiting: not foreseen; see the triggerer's log."}

    async def _complete_file(self) -> FileSeen:
        from patron_update.airflow.looks import looks_at

        async with looks_at(self.connection, self.folder, self.file) as looks:
            return await self._watched(looks)

    async def _watched(self, looks: Looks) -> FileSeen:
        fresh_after = datetime.fromisoformat(self.fresh_after) if self.fresh_after else None
        watch, deadline = Watch(self.quiet_looks, fresh_after), datetime.fromisoformat(self.deadline)
        while True:
            trouble = ""
            try:
                if complete := watch.look(await looks.look()):
                    return complete
            except UnreachableError as error:
                trouble = f" At last: {error}"
                log.warning("%s Trying again in %s s.", error, self.poll_seconds)
            left = (deadline - datetime.now(UTC)).total_seconds()
            if left <= 0:
                raise FileMissingError(
                    f"{self.file!r} in {self.folder} was waited for until {deadline:%Y-%m-%d %H:%M %Z}, in vain: "
                    f"{watch.why()}.{trouble} Find out why the SIS is late, then start the run again; "
                    "a longer wait is `wait: deadline_minutes` in the job file."
                )
            await asyncio.sleep(min(self.poll_seconds, left))


def facts_of(seen: FileSeen) -> dict[str, Any]:
    """Return a file that was seen as it travels between tasks."""
    return {"name": seen.name, "size": seen.size, "modified": seen.modified.isoformat()}


def seen_in(facts: dict[str, Any]) -> FileSeen:
    """Return the file that ``facts_of`` told."""
    return FileSeen(name=facts["name"], size=facts["size"], modified=datetime.fromisoformat(facts["modified"]))
