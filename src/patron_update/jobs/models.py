"""What a job file says. The text under a field is its text in the editor, in the JSON schema and in the docs."""

from __future__ import annotations

from datetime import time as clock_time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from patron_update.domain import absence
from patron_update.domain.fields import BY_NAME, UnknownStatus
from patron_update.domain.freeze import Freeze
from patron_update.domain.limits import Limit, OnLimit
from patron_update.domain.schedule import WEEKDAYS, UpdateType, WeekSchedule
from patron_update.jobs import checks
from patron_update.jobs.brakes import FileChecks, FrozenDays, Share
from patron_update.jobs.definition import Definition, FileName, FolderPath, Line, NameBelow, Ownership

ID_PATTERN = r"[a-z][a-z0-9_]{0,99}"
"""A job's id: its file's name without ``.yaml``. It becomes part of the DAG's id, of folder names and of addresses."""

Day = Literal["full", "incremental", "none"]
MailAddress = Annotated[
    str, AfterValidator(checks.mail_address), Field(json_schema_extra={"pattern": r"^mailto:[^@\s]+@[^@\s]+$"})
]


class SftpSource(Definition):
    """An SFTP server that the SIS exports to."""

    connection: Annotated[str, AfterValidator(checks.connection)] = Field(examples=["springfield_sis"])
    """Id of the Airflow connection that holds the server's address, the log-in and the pinned host key."""
    path: FolderPath = Field(default=".", examples=["/patrons"])
    """Folder on the server. ``.`` is the folder in which the log-in lands. Upper and lower case count."""
    file: FileName = Field(examples=["Student Patrons.csv"])
    """Name of the file, exactly as the SIS writes it. Upper and lower case count."""


class DirectorySource(Definition):
    """A folder that the machine of the update can read."""

    path: FolderPath = Field(examples=["/srv/sis"])
    """The folder. One that does not begin with ``/`` is looked for in the include folder."""
    file: FileName = Field(examples=["Student Patrons.csv"])
    """Name of the file, exactly as the SIS writes it. Upper and lower case count."""

    @field_validator("path")
    @classmethod
    def _below_include(cls, value: str, info: ValidationInfo) -> str:
        include = (info.context or {}).get("include")
        return str(Path(include, value).absolute()) if include else value


class Source(Definition):
    """Where the file comes from: ``sftp`` or ``directory``, one of the two."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["sftp"]}, {"required": ["directory"]}]},
    )

    sftp: SftpSource | None = None
    """The file lies on an SFTP server."""
    directory: DirectorySource | None = None
    """The file lies in a folder of this machine, or one that is mounted there."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Source:
        if (self.sftp is None) == (self.directory is None):
            found = "neither" if self.sftp is None else "both"
            checks.refuse(f"names {found} of sftp and directory. Keep exactly one of them.")
        return self

    @property
    def place(self) -> SftpSource | DirectorySource:
        """Return the one source that is named."""
        place = self.sftp or self.directory
        assert place is not None  # noqa: S101 - held by the validator
        return place


class Schedule(Definition):
    """When the job runs, and how much of the file it looks at on each day."""

    time: Annotated[str, AfterValidator(checks.clock)] = Field(
        examples=["02:15"], json_schema_extra={"pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
    )
    """Time of day at which the job begins to look for the file, as HH:MM in the job's time zone."""
    timezone: Annotated[str, AfterValidator(checks.timezone)] = Field(examples=["America/Chicago"])
    """Time zone of ``time`` and of the weekdays, by its IANA name. Daylight saving is followed."""
    monday: Day = Field(default="none", examples=["incremental"])
    """Update on Mondays: ``full`` compares every row, ``incremental`` only new and changed ones, ``none``: no run."""
    tuesday: Day = Field(default="none", examples=["incremental"])
    """Update on Tuesdays."""
    wednesday: Day = Field(default="none", examples=["incremental"])
    """Update on Wednesdays."""
    thursday: Day = Field(default="none", examples=["incremental"])
    """Update on Thursdays."""
    friday: Day = Field(default="none", examples=["incremental"])
    """Update on Fridays."""
    saturday: Day = Field(default="none", examples=["full"])
    """Update on Saturdays."""
    sunday: Day = Field(default="none", examples=["none"])
    """Update on Sundays."""

    @property
    def week(self) -> WeekSchedule:
        """Return the schedule as the domain knows it."""
        days = (getattr(self, day) for day in WEEKDAYS)
        return WeekSchedule(
            days=tuple(None if day == "none" else UpdateType(day) for day in days),
            time=clock_time.fromisoformat(self.time),
            timezone=ZoneInfo(self.timezone),
        )


class Wait(Definition):
    """How long a run waits for the file, and when it takes the file for complete."""

    deadline_minutes: int = Field(default=60, ge=1, le=1380, examples=[60])
    """Minutes after the start at which a run without a file fails. At most 23 hours: then the next run begins."""
    poll_seconds: int = Field(default=30, ge=1, le=3600, examples=[30])
    """Seconds between two looks at the file."""
    quiet_looks: int = Field(default=2, ge=1, le=20, examples=[2])
    """Looks in a row that must find the same size and time before the file counts as complete."""
    fresh_hours: int | None = Field(default=None, ge=1, le=8784, examples=[20])
    """Oldest age of the file in hours; an older one is yesterday's, and the run goes on waiting. null: any age."""


class Limits(Definition):
    """The most that one run may change without a person having looked.

    Judged for the job as a whole and for each site by itself, before anything is written: against the patrons that the
    job has brought in so far. Where it has none, as in a first run, shares are of the stored patrons whom the file
    names; there is none of those it adds, nor of those who move to a site that is new to the job. A share but 0% allows
    ten: of a few patrons, a few are no mass change.
    """

    on_limit: OnLimit = Field(default=OnLimit.HOLD, examples=["hold_site"])
    """What happens when a limit is passed. ``hold``: nothing is written. ``hold_site``: the sites that pass a limit by
    themselves wait, the others are updated; when what is left still passes a limit of the job, nothing is written."""

    added: Share = Field(default=Limit(share=0.75), examples=["25%"])
    """New patrons. A share such as ``25%``, a number such as ``50``, or null for no limit."""
    updated: Share = Field(default=Limit(share=0.75), examples=["75%"])
    """Patrons with changed fields."""
    transferred: Share = Field(default=Limit(share=0.75), examples=["20%"])
    """Patrons who move to another site. Of one site: those who come and those who leave."""
    inactivated: Share = Field(default=Limit(share=0.10), examples=["10%"])
    """Patrons who become inactive."""
    deleted: Share = Field(default=Limit(share=0.10), examples=[50])
    """Patrons who are deleted."""
    rejected: Share = Field(default=Limit(share=0.75), examples=["5%"])
    """Rows that cannot be used, judged against the rows of the file."""


class InactivateMissing(Definition):
    """When patrons whom the file no longer names become inactive.

    Only patrons whom this job has brought in and no other job names; only by a Full update that read its whole file.
    A row that names the patron again gives back the status and the homeroom that it had.
    """

    after_days: int = Field(ge=0, le=999, examples=[3])
    """Days for which a patron must be missing."""
    after_runs: int = Field(default=2, ge=1, le=99, examples=[2])
    """Full updates in a row that must miss the patron. Incremental updates do not count."""
    homeroom: Annotated[Line, StringConstraints(max_length=BY_NAME["homeroom"].limit)] | None = Field(
        default=None, examples=["WITHDRAWN"]
    )
    """Homeroom that inactivated patrons get. null: they keep theirs."""
    minimum_records: int = Field(ge=0, le=999_999, examples=[1000])
    """Rows that the file must have at least; with fewer nobody is inactivated, for the file may have been cut."""

    @property
    def rule(self) -> absence.InactivateMissing:
        """Return the rule as the domain knows it."""
        return absence.InactivateMissing(after_days=self.after_days, after_runs=self.after_runs, homeroom=self.homeroom)


class Options(Definition):
    """How the job's update treats what the original leaves open or lets a district choose."""

    delete_with_outstanding: bool = Field(default=False, examples=[False])
    """Whether a delete rule also deletes patrons with loans or fines. Their loans become lost, their fines, holds and
    reserves are deleted. false: such patrons are kept, with a message."""

    unknown_status: UnknownStatus = Field(default=UnknownStatus.KEEP, examples=["keep"])
    """What a status does that is none of A, I, R and their words. ``keep``: the stored one stays, a new patron becomes
    active. ``active``: the patron becomes active, also by a blank status, as the original does it. ``reject``: the row
    is rejected. A blank status that is sent is no reason to reject a row: else it is treated like an unknown one. Each
    with a message; that an unknown status does not make anybody active is this project's choice."""
    inactivate_missing: InactivateMissing | None = None
    """Makes patrons inactive whom the file no longer names. null: they stay as they are."""
    ownership: Ownership = Field(default={}, examples=[{"nickname": "staff", "homeroom": "fill_blank"}])
    """Who owns a field, by its name in the properties file. ``source``: the row's value is taken, as for all fields
    that are not named. ``staff``: a value that staff edited stays. ``fill_blank``: the row's value is taken only where
    the patron has none. What the district file says of a site wins."""


class Notify(Definition):
    """Who is told."""

    on_failure: tuple[MailAddress, ...] = Field(default=(), examples=[["mailto:library-data@example.org"]])
    """Told once when a run fails: a list of addresses, each written as ``mailto:`` and an e-mail address."""

    @property
    def failure_addresses(self) -> tuple[str, ...]:
        """Return the bare e-mail addresses to tell of a failure."""
        return tuple(address.removeprefix("mailto:") for address in self.on_failure)


class JobFile(Definition):
    """One scheduled patron update: one file of one SIS export."""

    name: Line = Field(examples=["Students"])
    """Name of the job, as people know it. No two jobs share one."""
    source: Source
    """Where the file comes from."""
    properties: NameBelow | None = Field(examples=["students.properties"])
    """The properties file that tells which column becomes which field; it lies in ``include/properties``.
    null: the file is patron XML, whose elements are the fields."""
    encoding: Annotated[str, AfterValidator(checks.encoding)] | None = Field(default=None, examples=["windows-1252"])
    """Encoding of the file. null: the one that the properties file, or patron XML itself, names."""
    delimiter: Literal["comma", "tab", "semicolon", "pipe"] | None = Field(default=None, examples=["semicolon"])
    """What separates the columns. null: the comma, or what the file itself shows, with a note in the Job Summary."""
    schedule: Schedule
    """When the job runs."""
    wait: Wait = Wait()
    """How long to wait for the file."""
    expectations: NameBelow | None = Field(default=None, examples=["students.yaml"])
    """What every row must meet: a suite that lies in ``include/expectations``. null: nothing is checked."""
    options: Options = Options()
    """How the update treats what a district may choose."""
    limits: Limits = Limits()
    """How much one run may change."""
    file_checks: FileChecks = FileChecks()
    """What is checked about the file as a whole, and what stops the run or has it wait."""
    freeze: tuple[FrozenDays, ...] = ()
    """The freeze calendar: when the job updates nobody, or only adds."""
    notify: Notify = Notify()
    """Who is told."""
    owner: Line = Field(default="library", examples=["library"])
    """Who looks after the job; shown in Airflow."""
    tags: tuple[Line, ...] = Field(default=(), examples=[["students", "nightly"]])
    """Words to find the job by in Airflow."""

    @property
    def frozen_days(self) -> tuple[Freeze, ...]:
        """Return the freeze calendar as the domain knows it."""
        return tuple(Freeze(first=one.first, last=one.last, allow=one.allow) for one in self.freeze)

    @model_validator(mode="after")
    def _xml_names_its_encoding(self) -> JobFile:
        if self.properties is None and self.encoding is not None:
            checks.refuse("names an encoding although properties is null. Remove it: patron XML names its own.")
        return self


class Job(JobFile):
    """A job: what its file says, and the id that is its file's name."""

    id: str = Field(pattern=rf"^{ID_PATTERN}$")
    """Name of the job file without ``.yaml``."""
