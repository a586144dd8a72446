"""What people rule about rows that are held: read, written, taken back. The next run of the job goes by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.decisions import Verdict
from patron_update.errors import StoreError
from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from patron_update.store.connecting import Connection, Row

IDENTITY = {"identity_change_proposed", "district_id_recycled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Who decides, when, and why."""

    by: str
    at: datetime
    reason: str | None = None


def decide(connection: Connection, run_id: int, line: int, verdict: Verdict, ruler: Ruler) -> str:
    """Rule whether a doubtful row is the patron that it was held for; return what happens now.

    Where a District ID has a new person, the stored patron gives it up at once. Raises StoreError.
    """
    found = [one for one in _questions(connection, run_id, line) if one["code"] in IDENTITY]
    if not found:
        raise StoreError(f"Run {run_id} holds no row at line {line} for doubt about whom it means.")
    (question,) = found
    if question["code"] == "district_id_recycled" and verdict is Verdict.DIFFERENT:
        if question["other_district_id"] == question["key"]:
            connection.execute(statement("release_district_id"), [question["other_id"]])
            connection.execute(statement("bump_store_version"))
        return f"The patron {question['other_keys']} has given up the District ID; the next run adds the row's person."
    return rule(connection, question, verdict, ruler, run_id)


def settle(connection: Connection, run_id: int, line: int, verdict: Verdict, ruler: Ruler, other: str | None) -> str:
    """Rule about the conflict of a held row: the other patron adopts its District ID, or things stay as they are."""
    question = conflict(connection, run_id, line, other)
    if verdict is Verdict.SAME and question["patron_id"] is not None:
        raise StoreError(
            f"The row at line {line} already means a stored patron, so the patron {question['other_keys']} cannot "
            "adopt its District ID. Use rebarcode, or leave."
        )
    return rule(connection, question, verdict, ruler, run_id)


def rebarcode(connection: Connection, run_id: int, line: int, barcode: str, other: str | None) -> str:
    """Give the other patron of a barcode conflict another barcode at that site, at once. Raises StoreError."""
    question = conflict(connection, run_id, line, other)
    site = question["site"]
    if site is None:
        raise StoreError(f"The conflict at line {line} is not about a barcode.")
    if connection.execute(statement("find_person"), [f"{barcode}@{site}"]).fetchone():
        raise StoreError(f"Barcode {barcode} is in use at {site}. Choose another one.")
    if not 1 <= len(barcode) <= 14:  # noqa: PLR2004 - the field's limit
        raise StoreError("A barcode has 1 to 14 characters.")
    connection.execute(statement("rebarcode"), [question["other_id"], site, barcode])
    connection.execute(statement("bump_store_version"))
    return f"The patron {question['other_keys']} has barcode {barcode} at {site} now; the next run tries the row again."


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
            rule(connection, subject, Verdict.SAME, ruler, None)
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


def _questions(connection: Connection, run_id: int, line: int) -> list[Row]:
    return connection.execute(statement("read_questions"), [run_id, line]).fetchall()


def conflict(connection: Connection, run_id: int, line: int, other: str | None) -> Row:
    """Return the question about a row's conflict with ``other``, or with the only patron. Raises StoreError."""
    found = {one["other_id"]: one for one in _questions(connection, run_id, line) if one["code"] not in IDENTITY}
    if other is not None:
        person = connection.execute(statement("find_person"), [other]).fetchone()
        found = {person["id"]: found[person["id"]]} if person and person["id"] in found else {}
    if len(found) > 1:
        names = "; ".join(one["other_keys"] for one in found.values())
        raise StoreError(f"Line {line} is in conflict with several patrons ({names}). Say which, with --other.")
    if not found:
        raise StoreError(f"Run {run_id} holds no row at line {line} for a conflict with a stored patron.")
    return next(iter(found.values()))


def rule(connection: Connection, subject: Row, verdict: Verdict, ruler: Ruler, run_id: int | None) -> str:
    """Record a ruling about the subject's row (job, key) and patron (other_id, other_keys); return what happens now."""
    about = [subject["job"], subject["key"], subject["other_id"]]
    connection.execute(statement("withdraw_former"), [*about, verdict.value, ruler.by, ruler.at])
    values = [*about, subject["other_keys"], verdict.value, ruler.by, ruler.at, ruler.reason, run_id]
    written = connection.execute(statement("write_decision"), values).fetchone()
    connection.execute(statement("bump_store_version"))
    number = written["id"] if written else "?"
    return f"Decision {number} is in force: {verdict.value}. The next run of {subject['job']} goes by it."
