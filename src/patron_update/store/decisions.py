"""What people rule about rows that are held: read, written, taken back. The next run of the job goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.decisions import PLACEHOLDER, Remedy, Verdict
from patron_update.domain.fields import BY_NAME
from patron_update.errors import StoreError
from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from patron_update.store.connecting import Connection, Row

IDENTITY = {"identity_change_proposed", "district_id_recycled", "identity_refused"}
TAKEN_BACK = {"taken_back"}
HANDED_ON = {"handed_on"}
"""The row's barcode or user name that came with a District ID which was handed on: the former patron has it, too."""
ABOUT = {Remedy.SAME: IDENTITY, Remedy.DIFFERENT: IDENTITY, Remedy.AGAIN: TAKEN_BACK}
"""The codes of questions that a remedy answers; every other remedy answers the rest, `HANDED_ON` REBARCODE alone."""
VERDICTS = {
    Remedy.SAME: Verdict.SAME,
    Remedy.ADOPT: Verdict.SAME,
    Remedy.DIFFERENT: Verdict.DIFFERENT,
    Remedy.LEAVE: Verdict.LEAVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Who decides, when, and why."""

    by: str
    at: datetime
    reason: str | None = None


def resolve(
    connection: Connection,
    run_id: int,
    line: int,
    remedy: Remedy,
    ruler: Ruler,
    other: str | None = None,
    barcode: str | None = None,
) -> str:
    """Settle what run ``run_id`` left open about a row; return what happens now. Raises StoreError.

    ``other`` says which conflict is meant when a row has several, ``barcode`` what the other patron gets.
    """
    question = asked(connection, run_id, line, remedy, other)
    sign(connection, ruler)
    if remedy is Remedy.REBARCODE:
        return _rebarcode(connection, question, ruler, run_id, barcode)
    if remedy is Remedy.ASK:
        return _ask(connection, question, ruler)
    if remedy is Remedy.AGAIN:
        connection.execute(statement("again"), [question["job"], question["key"]])
        rule(connection, question, "again", ruler, run_id, run_id)
        return f"The next run of {question['job']} applies the row."
    if remedy is Remedy.DIFFERENT and question["code"] == "district_id_recycled":
        return _release(connection, question, ruler, run_id)
    if remedy is Remedy.ADOPT and question["patron_id"] is not None:
        raise StoreError(
            f"The row at line {line} already means a stored patron, so the patron {question['other_keys']} cannot "
            "adopt its District ID. Use merge for one person, rebarcode or leave for two."
        )
    number = rule(connection, question, VERDICTS[remedy], ruler, run_id)
    told = f"Decision {number} is in force: {VERDICTS[remedy]}. The next run of {question['job']} goes by it."
    former = _former(connection, question, run_id) if VERDICTS[remedy] is Verdict.SAME else None
    if former is None:
        return told
    _release(connection, former, ruler, run_id)
    return f"{told} The row at line {former['line']} is somebody else, then, and keeps the District ID {former['key']}."


def _former(connection: Connection, question: Row, run_id: int) -> Row | None:
    """Return the question whether another row means the patron, too, whose District ID it has; two cannot be one."""
    found = connection.execute(statement("find_recycled"), [run_id, question["other_id"], question["key"]]).fetchone()
    every = connection.execute(statement("read_questions"), [run_id, found["line"]]) if found else ()
    return next((one for one in every if one["code"] == "district_id_recycled" and one["stands"]), None)


def asked(connection: Connection, run_id: int, line: int, remedy: Remedy, other: str | None) -> Row:
    """Return the question of the run about the row that the remedy answers, if it still stands. Raises StoreError."""
    about = ABOUT.get(remedy)
    found = [
        one
        for one in connection.execute(statement("read_questions"), [run_id, line])
        if (one["code"] in (about or IDENTITY | TAKEN_BACK)) is (about is not None)
        and (one["code"] not in HANDED_ON or remedy is Remedy.REBARCODE)
        and (one["site"] or remedy is not Remedy.REBARCODE)
    ]
    if other is not None:
        people = {one["id"] for one in connection.execute(statement("find_person"), [other])}
        found = [one for one in found if _wanted(one) == other] or [one for one in found if one["other_id"] in people]
    if not found:
        run = connection.execute(statement("read_run"), [run_id]).fetchone()
        if run and run["applied_at"] is None:
            raise StoreError(
                f"Run {run_id} was not applied, so it has nothing to settle. The next run of {run['job']} that is "
                "applied holds the row again if it is still in doubt; its Job Summary has the commands."
            )
        why = "doubt about whom it means" if about is IDENTITY else f"something that {remedy} settles"
        raise StoreError(f"Run {run_id} holds no row at line {line} for {why}{_named(other)}.")
    standing = [one for one in found if one["stands"]]
    if not standing:
        raise StoreError(
            f"What run {run_id} asked about line {line} is settled already. "
            f"`patron-update summary {found[0]['job']}` tells what the latest run holds."
        )
    if len({one["other_id"] for one in standing}) > 1 or (remedy is Remedy.REBARCODE and len(standing) > 1):
        names = "; ".join(f"{_wanted(one)} of the patron {one['other_keys']}" for one in standing)
        raise StoreError(f"Line {line} is in several conflicts: {names}. Say which, with --other.")
    return standing[0]


def _wanted(question: Row) -> str:
    """Return how `--other` names a conflict: by what the row wants, BARCODE@SITE, user name or District ID."""
    return f"{question['value']}@{question['site']}" if question["site"] else str(question["value"])


def _named(other: str | None) -> str:
    return "" if other is None else f" about {other!r}"


def _rebarcode(connection: Connection, question: Row, ruler: Ruler, run_id: int, barcode: str | None) -> str:
    """Give the other patron of a barcode conflict another barcode at that site, at once. Raises StoreError."""
    site, wanted, limit = question["site"], (barcode or "").strip(), BY_NAME["barcode"].limit
    if not wanted or wanted == PLACEHOLDER:
        raise StoreError("Say which barcode the other patron gets: --barcode and the new one.")
    if len(wanted) > limit:
        raise StoreError(f"A barcode has at most {limit} characters.")
    if connection.execute(statement("find_person"), [f"{wanted}@{site}"]).fetchone():
        raise StoreError(f"Barcode {wanted} is in use at {site}. Choose another one.")
    connection.execute(statement("rebarcode"), [question["other_id"], site, wanted])
    number = rule(connection, question, "rebarcode", ruler, run_id, run_id)
    connection.execute(statement("remember_barcode"), [number, site, wanted, question["value"]])
    return f"The patron {question['other_keys']} has barcode {wanted} at {site} now; the next run tries the row again."


def _release(connection: Connection, question: Row, ruler: Ruler, run_id: int) -> str:
    """Take a District ID that was handed on from its former patron, at once, and a user name that came with it."""
    line = question["line"]
    came = [
        one
        for one in connection.execute(statement("read_questions"), [run_id, line])
        if one["code"] in HANDED_ON and one["stands"]
    ]
    names = [one["value"] for one in came if not one["site"]]
    connection.execute(statement("release_district_id"), [question["other_id"], names])
    connection.execute(statement("release_baseline"), [question["job"], question["other_id"], question["key"]])
    rule(connection, question, Verdict.DIFFERENT, ruler, run_id, run_id)
    given_up = " and the user name" if names else ""
    told = f"The patron {question['other_keys']} has given up the District ID{given_up}; "
    kept = next((one for one in came if one["site"]), None)
    if kept is None:
        return f"{told}the next run takes the row for somebody else."
    command = f"patron-update resolve {run_id} {line} rebarcode --barcode {PLACEHOLDER}"
    return (
        f"{told}but barcode {kept['value']} at {kept['site']} is the patron's, too, and the next run holds the row for "
        f"it. Give the patron another one: {command}"
    )


def _ask(connection: Connection, question: Row, ruler: Ruler) -> str:
    about = [question["job"], question["key"], question["other_id"], ruler.by, ruler.at]
    found = connection.execute(statement("withdraw_asked"), about).fetchone()
    if found is None:
        raise StoreError(f"Nothing is decided about line {question['line']}.")
    connection.execute(statement("bump_store_version"))
    return f"Decision {found['id']} is taken back; the next run of {question['job']} asks again."


def sign(connection: Connection, ruler: Ruler) -> None:
    """Have the history say who makes the changes of this transaction, and why."""
    connection.execute(statement("sign_changes"), [ruler.by, ruler.reason or ""])


def change_ids(connection: Connection, job: str, pairs: Iterable[tuple[int, str, str]], ruler: Ruler) -> int:
    """Rule for each line, old and new District ID that they are one person, all or none. Raises StoreError."""
    every, wrong = list(pairs), []
    olds = {old for _, old, _ in every}
    for line, old, new in every:
        known = connection.execute(statement("find_person"), [old]).fetchone()
        taken = connection.execute(statement("find_person"), [new]).fetchone()
        if known is None or known["district_id"] != old:
            wrong.append(f"line {line}: no patron has District ID {old}")
        elif taken and taken["district_id"] == new and new not in olds:
            wrong.append(f"line {line}: District ID {new} belongs to another patron, who does not change")
        else:
            subject = {"job": job, "key": new, "other_id": known["id"], "other_keys": known["keys"]}
            rule(connection, subject, Verdict.SAME, ruler)
    if wrong:
        raise StoreError(f"Nothing was recorded. {'; '.join(wrong[:20])}.")
    return len(every)


def withdraw(connection: Connection, number: int, ruler: Ruler) -> None:
    """Take a ruling back. Raises StoreError when it was applied or taken back before."""
    if not connection.execute(statement("withdraw_decision"), [number, ruler.by, ruler.at]).rowcount:
        raise StoreError(f"No decision {number} is in force: it was applied or taken back, or there never was one.")
    connection.execute(statement("bump_store_version"))


def listed(connection: Connection, job: str) -> list[Row]:
    """Return the job's rulings, the newest last."""
    return connection.execute(statement("read_decisions"), [job]).fetchall()


def rule(
    connection: Connection,
    subject: Row,
    verdict: str,
    ruler: Ruler,
    run_id: int | None = None,
    applied: int | None = None,
) -> int:
    """Record a ruling about the subject's row (job, key) and patron (other_id, other_keys); return its number.

    ``run_id`` is the run that asked; ``applied`` the one that did it, when it is done at once.
    """
    about = [subject["job"], subject["key"], subject["other_id"]]
    connection.execute(statement("withdraw_former"), [*about, verdict, ruler.by, ruler.at])
    values = [*about, subject["other_keys"], verdict, ruler.by, ruler.at, ruler.reason, run_id, applied]
    written = connection.execute(statement("write_decision"), values).fetchone() or {}
    connection.execute(statement("bump_store_version"))
    return int(written["id"])
