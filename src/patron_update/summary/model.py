"""The Job Summary as a model. It decides what a summary may say: one whose numbers do not add up cannot be built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, model_validator

from patron_update.domain.messages import Severity, shown
from patron_update.domain.outcomes import Outcome, RunOutcome
from patron_update.domain.schedule import UpdateType  # noqa: TC001 - pydantic reads it at run time
from patron_update.summary.commands import OFFERED, commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron_update.domain.messages import Message

LATER = " What to type then is told by the Job Summary of a run that was applied."
"""What a remedy that a person chooses ends with in the summary of a preview or a held run: neither can be answered."""


class _Part(BaseModel):
    """What all parts of a summary have in common: nothing is added to one, and nothing in one is changed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class RunCounts(_Part):
    """Rows of the run by outcome. The rows read are the sum of the ten outcomes, else the counts cannot be built."""

    read: NonNegativeInt = 0
    """Rows of the file, without those that the properties file skips."""
    added: NonNegativeInt = 0
    updated: NonNegativeInt = 0
    unchanged: NonNegativeInt = 0
    transferred: NonNegativeInt = 0
    """The patron's primary site changed."""
    associated: NonNegativeInt = 0
    """A second site was added to the patron."""
    inactivated: NonNegativeInt = 0
    deleted: NonNegativeInt = 0
    rejected: NonNegativeInt = 0
    """The row itself cannot be used."""
    skipped: NonNegativeInt = 0
    """Left out on purpose: a blank line, a repeated copy."""
    held: NonNegativeInt = 0
    """Sound in itself but in conflict with another row or patron; every run tries again."""
    missing: NonNegativeInt = 0
    """Patrons of this job whom the file no longer names. They are no rows, so no part of the sum."""
    missing_inactivated: NonNegativeInt = 0
    """Those of them whom this run set to Inactive. They are no rows either."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(getattr(self, outcome) for outcome in Outcome)
        if total != self.read:
            raise ValueError(f"{self.read:,} rows were read, but the outcomes add up to {total:,}")
        return self


class SiteCounts(RunCounts):
    """The same for the rows that name one site."""

    site: str
    """Short name; empty for rows that name no site."""


class SourceFile(_Part):
    """The file that the run read."""

    name: str
    size: NonNegativeInt
    """In bytes."""
    modified: AwareDatetime
    """When the source says it was last written."""
    sha256: str


class Approval(_Part):
    """What a person answered to a run that passed a limit."""

    approved: bool
    by: str
    at: AwareDatetime
    reason: str | None = None


class SummaryMessage(_Part):
    """One message. Who is meant is told by keys alone; no name stands in a summary unless it is the offending value."""

    code: str
    """Stable name of this kind of message."""
    severity: Severity
    """error: the row was not applied. warning: not quite as sent. info: nothing is wrong."""
    label: str
    """Headline."""
    line: int | None = None
    """Line of the file where the row begins; null when the message is about the whole run."""
    site: str | None = None
    district_id: str | None = None
    barcode: str | None = None
    field: str | None = None
    """Name in the properties language."""
    value: str | None = None
    """The offending value, shortened."""
    cause: str
    remedy: str
    commands: tuple[str, ...] = ()
    """What to type to settle the row, one for each choice; NEW stands for a barcode of one's own choice."""

    @classmethod
    def of(cls, message: Message, commands: tuple[str, ...] = (), later: str = "") -> Self:
        """Return the domain's message with its texts filled in; ``later``: when its remedy can be had."""
        return cls(
            code=message.code,
            severity=message.severity,
            label=message.label,
            line=message.line,
            site=message.site,
            district_id=message.district_id,
            barcode=message.barcode,
            field=message.field,
            value=shown(message.value),
            cause=message.cause,
            remedy=message.remedy + later,
            commands=commands,
        )

    @classmethod
    def all_of(cls, messages: Sequence[Message], run_id: int | None) -> list[Self]:
        """Return the messages of a run, ``run_id`` when it was applied: then with the commands that settle its rows."""
        if run_id is None:
            return [cls.of(message, later=LATER if message.code in OFFERED else "") for message in messages]
        offered = commands(messages, run_id)
        return [cls.of(message, choices) for message, choices in zip(messages, offered, strict=True)]


class SummaryCause(_Part):
    """One cause of a large change set, out of those that docs/safety.md lists."""

    code: str
    """Stable name of this kind of cause."""
    label: str
    text: str
    """By what it is known."""


class Summary(_Part):
    """What one run of a job did. A failed or held run says why; a run whose numbers do not add up has no summary."""

    schema_version: Literal[1] = 1
    run: str
    """The run's key: the same key is the same run."""
    run_id: int | None = None
    """The run's number in the patron database; null when the run did not get that far."""
    job: str
    job_name: str
    update: UpdateType | None = None
    """null when the run ended before one was chosen."""
    outcome: RunOutcome
    reasons: tuple[str, ...] = ()
    """Sentences: why this update was chosen, what stood out about the file, why the run failed or is held."""
    causes: tuple[SummaryCause, ...] = ()
    """Why so much changes, the surest first. Empty: nothing stands out, or no known cause does."""
    due: AwareDatetime | None = None
    """When the update was due, in the job's time zone; null when the run ended before one was chosen."""
    started: AwareDatetime
    finished: AwareDatetime
    file: SourceFile | None = None
    """null when the run ended before the file was there."""
    counts: RunCounts = Field(default_factory=RunCounts)
    """Of a preview or a held run: what would have become of the rows."""
    sites: tuple[SiteCounts, ...] = ()
    messages: tuple[SummaryMessage, ...] = ()
    held_sites: tuple[str, ...] = ()
    """Sites that passed a limit of the job: nothing changed for their patrons, and every run tries again."""
    approval: Approval | None = None
    """null when nobody was asked, or nobody has answered."""
    changes_listed: bool = False
    """Whether what would change is listed, field by field, in the run's folder: changes.csv and changes.html."""

    @model_validator(mode="after")
    def _sites_add_up(self) -> Self:
        if not self.sites:
            return self
        for name in ("read", *Outcome):
            total, of_sites = getattr(self.counts, name), sum(getattr(site, name) for site in self.sites)
            if total != of_sites:
                raise ValueError(f"{name}: the run counts {total:,} rows, its sites together {of_sites:,}")
        return self

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.outcome in {RunOutcome.FAILED, RunOutcome.HELD, RunOutcome.FROZEN} and not self.reasons:
            raise ValueError(f"a {self.outcome} run must say why; reasons is empty")
        if self.finished < self.started:
            raise ValueError(f"the run finished {self.finished} before it started {self.started}")
        return self
