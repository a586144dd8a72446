"""What a job file says against harm: how much may differ, what is checked about the file, when nobody is updated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from patron_update.domain.file_checks import CHECKS, Action
from patron_update.domain.freeze import Allow  # noqa: TC001 - pydantic reads it at run time
from patron_update.domain.limits import Limit
from patron_update.jobs import checks
from patron_update.jobs.definition import Definition


def _written(limit: Limit | None) -> str | int | None:
    if limit is None:
        return None
    return str(limit) if limit.count is None else limit.count


_LIMIT_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^(100(\.0+)?|\d{1,2}(\.\d+)?)\s*%$"},
        {"type": "integer", "minimum": 0},
        {"type": "null"},
    ],
}
Share = Annotated[
    Limit | None,
    PlainValidator(checks.limit),
    PlainSerializer(_written, when_used="json"),
    WithJsonSchema(_LIMIT_SCHEMA),
]
GivenShare = Annotated[
    Limit,
    PlainValidator(checks.given_limit),
    PlainSerializer(_written, when_used="json"),
    WithJsonSchema({"anyOf": _LIMIT_SCHEMA["anyOf"][:2]}),
]
CalendarDay = Annotated[
    date,
    PlainValidator(checks.day),
    PlainSerializer(date.isoformat, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}),
]


class FileChecks(Definition):
    """What a check of the file as a whole does when it finds something: ``stop``, ``ask``, ``warn`` or ``off``.

    ``ask``: the run waits for a person's approval, as when a limit is passed.

    The file is compared with the one that the job applied last; docs/safety.md tells what each check looks for. An
    empty file always stops the run, and one that changes while it is fetched is fetched again.
    """

    truncated: Action = CHECKS["truncated"].action
    """The file ends in the middle of a row."""
    delimiter: Action = CHECKS["delimiter"].action
    """Something else separates the columns."""
    header_missing: Action = CHECKS["header_missing"].action
    """A row about a patron stands where the header should."""
    header: Action = CHECKS["header"].action
    """Columns that are used were moved, removed, or renamed and filled otherwise."""
    columns_shifted: Action = CHECKS["columns_shifted"].action
    """Values stand under their neighbours' names."""
    leading_zeros: Action = CHECKS["leading_zeros"].action
    """Numbers lost the zeros that they began with."""
    key_format: Action = CHECKS["key_format"].action
    """District IDs or barcodes have another form."""
    encoding: Action = CHECKS["encoding"].action
    """The file is in another encoding than before."""
    school_year: Action = CHECKS["school_year"].action
    """The file is of an earlier school year."""
    rows: Action = CHECKS["rows"].action
    """The number of rows rose or fell by more than ``rows_by``."""
    rows_by: GivenShare = Field(default=Limit(share=0.20), examples=["20%"])
    """Rows more or fewer than the last file had that are normal: a share such as ``20%``, which allows ten at least, or
    a number such as ``500``."""
    site_absent: Action = CHECKS["site_absent"].action
    """No row names a site that had some."""
    sent_before: Action = CHECKS["sent_before"].action
    """The very file was applied before the last one."""
    identical: Action = CHECKS["identical"].action
    """The very file is the one applied last."""
    too_old: Action = CHECKS["too_old"].action
    """The file was written more than ``too_old_hours`` before the run."""
    too_old_hours: int = Field(default=168, ge=1, le=8784, examples=[168])
    """Age in hours from which on a file is too old. ``wait.fresh_hours`` is another thing: it goes on waiting."""

    @property
    def actions(self) -> dict[str, Action]:
        """Return what each check does, by its code."""
        return {code: getattr(self, code) for code in CHECKS}


class FrozenDays(Definition):
    """Days in a row on which the job updates nobody, or only adds.

    The day is the one that the update is due on, in the job's time zone. Where several meet, the strictest counts.
    """

    first: CalendarDay = Field(examples=["2026-06-15"])
    """First day, as year-month-day."""
    last: CalendarDay = Field(examples=["2026-08-20"])
    """Last day; it is frozen, too."""
    allow: Allow = Field(examples=["adds"])
    """``nothing``: there is no update; the file is not even fetched. ``adds``: new patrons are added, all others stay
    as they are, and nobody counts as missing."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> FrozenDays:
        if self.last < self.first:
            checks.refuse(f"ends on {self.last}, before it begins on {self.first}.", "last")
        return self
