"""The patron store: one object for everything that the steps ask of the patron database."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from psycopg import RawServerCursor
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from patron_update.domain.fields import FIELDS, Kind
from patron_update.domain.messages import CATALOGUE, Message, Severity
from patron_update.domain.outcomes import HELD_BY, SKIPPED_BY
from patron_update.domain.schedule import UpdateType
from patron_update.errors import StoreError
from patron_update.store import applying, planning, staging
from patron_update.store.connecting import MIGRATE, REVISION, SCHEMA, open_connection, place, statement, told
from patron_update.store.deciding import Deciding
from patron_update.store.migration import migrate
from patron_update.store.values import Change, JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    from patron_update.domain.causes import Shifts
    from patron_update.domain.outcomes import RunOutcome
    from patron_update.store.connecting import Connection, Row
    from patron_update.store.values import Applied, ApplyFacts, DistrictLike, Plan, PlanOptions

FETCH_ROWS = 5_000
PATRON_KEYS = (*(field.name for field in FIELDS if field.kind is not Kind.PASSWORD), "associations")


class PatronStore(Deciding):
    """The patron database at ``url``, connected between enter and exit. Its errors are StoreError and its kinds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._checked = False

    def __repr__(self) -> str:
        """Return the place without its password."""
        return f"PatronStore({place(self._url)})"

    def __enter__(self) -> Self:
        """Connect. Raises StoreUnreachableError."""
        self._connection = open_connection(self._url)
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close the connection; a transaction under way is rolled back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def migrate(self) -> None:
        """Bring the database to the newest schema; safe at any time and from several processes at once."""
        with told(self._url):
            migrate(self._url)
        self._checked = False

    def set_up_if_empty(self) -> None:
        """Migrate a database that holds no patron store yet; one with an older schema is left to its keeper."""
        if self._revision() is None:
            self.migrate()

    def begin_run(self, job: str, key: str, started_at: datetime) -> int:
        """Return the number of the job's run ``key``, which is given on the first call and kept ever after."""
        with self._transaction() as connection:
            connection.execute(statement("begin_run"), [job, key, started_at])
            return int(self._one(connection, "find_run", [job, key])["id"])

    def job_state(self, job: str) -> JobState | None:
        """Return what the job applied last, or None when it has applied nothing yet."""
        with self._transaction() as connection:
            found = connection.execute(statement("job_state"), [job]).fetchone()
        return JobState(**found) if found else None

    def file_applied_at(self, job: str, sha256: str) -> datetime | None:
        """Return when the job last applied the very file, or None when it never has."""
        with self._transaction() as connection:
            found: datetime | None = self._one(connection, "file_applied_at", [job, sha256])["applied_at"]
            return found

    def owned(self, job: str) -> int:
        """Return how many patrons the job owns: those it has applied and that its file still names."""
        with self._transaction() as connection:
            return int(self._one(connection, "owned", [job])["owned"])

    def remaster(self, job: str) -> int:
        """Forget what the job has applied; return how many records that were. No patron is changed.

        Its next run begins as its first one did. Raises StoreBusyError while a run of the job applies its change set.
        """
        with self._transaction() as connection:
            applying.lock_job(connection, job)
            forgotten = connection.execute(statement("forget_baseline"), [job]).rowcount
            connection.execute(statement("forget_job_state"), [job])
            connection.execute(statement("bump_store_version"))
        return forgotten

    def export_marks(self, job: str, update: UpdateType, path: Path, *, afresh: bool = False) -> None:
        """Write the job's baseline as CSV: key, fingerprint, and the patron's District ID where that is not the key.

        A record with that fingerprint may be passed over. An empty one means that it must be looked at: its patron was
        missing, its row was held or rejected, or (for a Full update) somebody touched the patron since. ``afresh``: all
        records must be looked at.
        """
        name = "marks_afresh" if afresh else "marks_full" if update is UpdateType.FULL else "marks_incremental"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as file, self._transaction() as connection:  # noqa: PTH123 - a descriptor has no path
            connection.execute("SELECT set_config('patron_update.job', $1, true)", [job])
            with connection.cursor().copy(statement(name)) as copy:
                file.writelines(copy)

    def stage(
        self,
        run_id: int,
        district: DistrictLike,
        rows: Iterable[bytes],
        missing: Iterable[bytes],
        messages: Iterable[bytes],
    ) -> None:
        r"""Load the run's rows (CSV without header, NULL as ``\N``); what was staged for the run before is forgotten.

        The plan is made over the sites of ``district``; the store's own follow when the run is applied.

        Rows: line, key, fingerprint and the 45 columns; missing: one key per line; messages: line, code, site,
        district_id, barcode, field, value, detail.
        """
        with self._ready() as connection:
            staging.stage(connection, run_id, district, rows, missing, messages)

    def plan(self, run_id: int, options: PlanOptions) -> Plan:
        """Make the run's change set; nothing but the run's own schema is written. Raises StagingLostError."""
        with self._ready() as connection:
            return planning.plan(connection, run_id, options)

    def hold_sites(self, run_id: int, sites: Iterable[str]) -> Plan:
        """Make the run's change set again so that nothing changes for patrons of these sites."""
        with self._ready() as connection:
            return planning.hold_sites(connection, run_id, sites)

    def shifts(self, run_id: int) -> Shifts:
        """Return what many rows of the run's change set have in common."""
        with self._transaction() as connection:
            staging.look_at(connection, run_id)
            return planning.shifts(connection)

    def apply(self, run_id: int, facts: ApplyFacts) -> Applied:
        """Apply the run's change set in one transaction; called again, it returns the first result.

        When the store has moved since the plan, the plan is made again inside the transaction. Raises StagingLostError
        when the staged rows are gone, StoreError when a run of the same job is applying right now.
        """
        with self._ready() as connection:
            return applying.apply(connection, run_id, facts)

    @contextmanager
    def alone_with(self, run_id: int) -> Iterator[None]:
        """Wait until nobody else works on the run's change set; keep others waiting meanwhile."""
        with self._ready() as connection:
            connection.execute(statement("lock_run"), [run_id])
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute(statement("unlock_run"), [run_id])

    def preview(self, run_id: int, facts: ApplyFacts, history: BinaryIO) -> Applied:
        """Apply the change set as `apply` does, write what it changed to ``history``, and take everything back.

        The history is CSV with a header, by site, action and line: site, action, line, district_id, barcode, and before
        and after as JSON.
        """
        with self._ready() as connection:
            return applying.preview(connection, run_id, facts, history)

    def applied(self, run_id: int) -> Applied | None:
        """Return what the run has applied, or None: whoever ordered it may have been killed before the answer came."""
        with self._transaction() as connection:
            return applying.recorded(self._one(connection, "read_run", [run_id]))

    def recount(self, run_id: int) -> dict[str, int]:
        """Return the run's figures, counted from its history and its messages: see `outcomes.disagreements`."""
        errors = {code for code, entry in CATALOGUE.items() if entry.severity is Severity.ERROR}
        codes = [sorted(each) for each in (errors - HELD_BY, HELD_BY, SKIPPED_BY)]
        with self._transaction() as connection:
            found = connection.execute(statement("recount"), [run_id, *codes])
            return {row["figure"]: row["counted"] for row in found}

    def discard(self, run_id: int) -> None:
        """Drop the run's staged rows and its change set, if there are any."""
        with self._ready() as connection:
            staging.drop(connection, run_id)

    def finish_run(
        self,
        run_id: int,
        outcome: RunOutcome,
        summary: dict[str, Any],
        finished_at: datetime,
        messages: Iterable[Message],
    ) -> None:
        """Record how the run ended. A run that applied its changes has its messages already; else they are kept."""
        with self._transaction() as connection:
            connection.execute(statement("finish_run"), [run_id, outcome.value, Jsonb(summary), finished_at])
            if self._one(connection, "read_run", [run_id])["applied_at"] is None:
                connection.execute(statement("forget_messages"), [run_id])
                connection.execute(statement("message_table"))
                staging.copy_in(connection, "copy_messages", staging.message_rows(messages))
                connection.execute(statement("keep_messages"), [run_id])

    def messages(self, run_id: int) -> Iterator[Message]:
        """Yield the run's messages by line and code: those of the change set while it is only planned."""
        with self._transaction() as connection:
            record = self._one(connection, "read_run", [run_id])
            planned = record["applied_at"] is None and record["outcome"] is None
            if planned and staging.is_there(connection, run_id):
                staging.look_at(connection, run_id)
                if staging.seal(connection, run_id)["digest"]:
                    yield from (Message(**row) for row in _stream(connection, "read_staged_messages", []))
                    return
            yield from (Message(**row) for row in _stream(connection, "read_messages", [run_id]))

    def changes(self, run_id: int) -> Iterator[Change]:
        """Yield what the run changed, in the order of the file."""
        with self._transaction() as connection:
            yield from (Change(**row) for row in _stream(connection, "read_changes", [run_id]))

    def patrons(self, site: str | None = None, district_id: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield stored patrons, all or those of a site (primary or not) or of a District ID.

        Keys are the field names of the properties language, values are written as records write them (None: blank),
        ``associations`` lists all sites, the primary one first. Passwords are not among them.
        """
        with self._transaction() as connection:
            for row in _stream(connection, "read_patrons", [site, district_id]):
                yield {name: row["fields"].get(name) for name in PATRON_KEYS}

    def run_summary(self, run: int | str) -> dict[str, Any]:
        """Return the stored summary of a run, by number, by key, or by ``job/key``. Raises StoreError."""
        run = self.run_number(run) if isinstance(run, str) else run
        with self._transaction() as connection:
            summary = self._one(connection, "read_run", [run])["summary"]
        if summary is None:
            raise StoreError(f"Run {run} has no summary yet: it has not ended, or its report step failed.")
        return dict(summary)

    def run_number(self, key: str) -> int:
        """Return the number of a run, by number, key or ``job/key``, or of a job's latest run. Raises StoreError."""
        with self._transaction() as connection:
            found = connection.execute(statement("find_runs_by_key"), [key]).fetchall()
        if not found and key.isdecimal():
            return int(key)
        if len(found) != 1:
            known = ", ".join(f"{row['job']}/{row['key']}" for row in found)
            raise StoreError(f"{key!r} names several runs: {known}." if found else f"The store knows no run {key!r}.")
        return int(found[0]["id"])

    def _one(self, connection: Connection, name: str, values: Sequence[object]) -> Row:
        found = connection.execute(statement(name), values).fetchone()
        if found is None:
            raise StoreError(f"The store knows no run {values[0]}.")
        return found

    def _revision(self) -> str | None:
        """Return the schema's revision, or None when the database holds no patron store."""
        if self._connection is None:
            raise StoreError("The patron store is not open; use it as a context manager.")
        with told(self._url):
            table = f"{SCHEMA}.alembic_version"
            there = self._connection.execute("SELECT to_regclass($1) IS NOT NULL AS there", [table]).fetchone()
            if not there or not there["there"]:
                return None
            found = self._connection.execute("SELECT version_num FROM patron_update.alembic_version").fetchone()
        return str(found["version_num"]) if found else None

    @contextmanager
    def _ready(self) -> Iterator[Connection]:
        """Yield the connection to a database that has the expected schema."""
        if not self._checked:
            revision = self._revision()
            if revision != REVISION:
                state = "is not set up yet" if revision is None else f"has schema {revision}, not {REVISION}"
                raise StoreError(f"The patron database {place(self._url)} {state}. {MIGRATE}")
            self._checked = True
        if self._connection is None:
            raise StoreError("The patron store is not open; use it as a context manager.")
        with told(self._url):
            yield self._connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._ready() as connection, connection.transaction():
            staging.look_at(connection)
            yield connection


def _stream(connection: Connection, name: str, values: Sequence[object]) -> Iterator[Row]:
    """Yield rows without holding them all: the server keeps those that nobody has asked for yet."""
    with RawServerCursor(connection, name, row_factory=dict_row) as cursor:
        cursor.itersize = FETCH_ROWS
        yield from cursor.execute(statement(name), values)
