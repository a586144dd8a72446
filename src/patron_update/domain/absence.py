"""Patrons whom the file no longer names: when they are inactivated, and how they come back.

Absence counts only in a file that is known to be complete; `doubt` is the one place that says when it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from patron_update.domain.messages import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from patron_update.domain.roster import Patron, Record

SLACK = timedelta(hours=12)
"""Nights are not exactly a day apart: a run may start a little earlier than the one before, and clocks are changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InactivateMissing:
    """When a patron counts as gone: missing for ``after_days`` days and in ``after_runs`` Full updates in a row."""

    after_days: int
    after_runs: int
    homeroom: str | None = None
    """Homeroom that inactivated patrons get; None: they keep theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A patron of the job's baseline whose key the file does not name, with what was known before this run."""

    patron: int
    runs: int = 0
    """Full updates in a row that missed the patron."""
    since: datetime | None = None
    """When the first of them was."""
    jobs: frozenset[str] = frozenset()
    """Other jobs that name the patron."""


class Gone(NamedTuple):
    """What an inactivated patron had, for the day when it returns. Blank is ''."""

    status: str
    homeroom: str
    homeroom_set: str
    """Homeroom that the update gave it, '' when it left it alone."""


class Inactivation(NamedTuple):
    """A missing patron as it will be, and what it had."""

    after: Patron
    had: Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivations:
    """Who is inactivated, and what is told of the missing ones."""

    patrons: tuple[Inactivation, ...] = ()
    messages: tuple[Message, ...] = ()


def doubt(*, read: int, minimum: int, keyless: int) -> str | None:
    """Return why absence from a file does not count, or None when it does.

    ``keyless`` are rows that are not applied and name nobody for certain: each may be of one of the missing.
    """
    if keyless:
        what = "row was not applied and names nobody" if keyless == 1 else "rows were not applied and name nobody"
        return f"{keyless:,} {what} for certain; patrons who seem to be missing may be meant"
    if read < minimum:
        return f"{read:,} rows were read, and the job asks for {minimum:,}"
    return None


def inactivations(
    patrons: Iterable[Patron],
    missing: Iterable[Missing],
    gone: Collection[int],
    matched: Collection[int],
    rule: InactivateMissing,
    at: datetime,
) -> Inactivations:
    """Return the missing patrons whom a Full update at ``at`` inactivates.

    Never somebody whom another job or a row of the file (``matched``) names, or may name. Whoever is inactive already,
    or was inactivated before (``gone``) and has been changed by staff since, is left as staff want it.
    """
    by_id = {patron.id: patron for patron in patrons}
    after, told, waiting, elsewhere = [], [], 0, []
    for one in sorted(missing, key=lambda each: each.patron):
        patron = by_id.get(one.patron)
        if patron is None or patron.id in gone or patron.id in matched or patron.values["status"] == "I":
            continue
        if one.jobs:
            elsewhere.append(one)
            continue
        since, runs = one.since or at, one.runs + 1
        if runs < rule.after_runs or at - since < timedelta(days=rule.after_days) - SLACK:
            waiting += 1
            continue
        values = {**patron.values, "status": "I", **({"homeroom": rule.homeroom} if rule.homeroom else {})}
        had = Gone(patron.values["status"], patron.values.get("homeroom", ""), rule.homeroom or "")
        after.append(Inactivation(replace(patron, values=values), had))
        home = patron.home
        told.append(
            Message(
                code="missing_inactivated",
                site=home.site if home else None,
                district_id=patron.values.get("district_id"),
                barcode=home.barcode if home else None,
                detail=f"since {since:%Y-%m-%d}, in {runs} Full updates in a row",
            )
        )
    if elsewhere:
        jobs = sorted(frozenset[str]().union(*(one.jobs for one in elsewhere)))
        told.append(Message(code="missing_elsewhere", value=f"{len(elsewhere)}", detail=", ".join(jobs)))
    if waiting:
        told.append(Message(code="missing_waiting", value=f"{waiting}"))
    return Inactivations(patrons=tuple(after), messages=tuple(told))


def restored(before: Patron, gone: Gone | None) -> Patron:
    """Return the patron with the status and homeroom that it had, where staff have not changed them since."""
    if gone is None:
        return before
    values = dict(before.values)
    if before.values["status"] == "I":
        values["status"] = gone.status
    if gone.homeroom_set and before.values.get("homeroom") == gone.homeroom_set:
        values["homeroom"] = gone.homeroom
    return replace(before, values={column: value for column, value in values.items() if value})


def returning(record: Record, before: Patron, was: Patron) -> Record:
    """Return the record with the status and homeroom of the patron as it ``was``, unless the row says otherwise."""
    values = dict(record.values)
    if was.values["status"] != before.values["status"] and not record.given("status"):
        values["status"] = was.values["status"]
    if was.values.get("homeroom") != before.values.get("homeroom"):
        values.setdefault("homeroom", was.values.get("homeroom", ""))
    return replace(record, values=values)
