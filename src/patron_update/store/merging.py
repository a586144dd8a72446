"""Merging two stored patrons who are one person, at once and in one transaction; `domain.merging` says what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from patron_update.domain.decisions import Remedy, Verdict
from patron_update.domain.merging import SAME_PATRON, of_kinds
from patron_update.domain.outcomes import RunOutcome
from patron_update.errors import StoreError
from patron_update.store import applying, decisions
from patron_update.store.connecting import statement
from patron_update.store.values import Merged

if TYPE_CHECKING:
    from patron_update.store.connecting import Connection, Row
    from patron_update.store.decisions import Ruler
    from patron_update.store.values import TellMerge


def merge(connection: Connection, keep: str, drop: str, ruler: Ruler, tell: TellMerge) -> Merged:
    """Merge the patron ``drop`` into ``keep``, each named by District ID or BARCODE@SITE. Raises StoreError."""
    applying.lock_patrons(connection)
    return _merge(connection, _person(connection, keep), _person(connection, drop), ruler, tell)


def merge_row(
    connection: Connection, run_id: int, line: int, other: str | None, ruler: Ruler, tell: TellMerge
) -> Merged:
    """Merge the other patron of a held row's conflict into the row's own. Raises StoreError when it has none."""
    applying.lock_patrons(connection)
    question = decisions.asked(connection, run_id, line, Remedy.MERGE, other)
    if question["patron_id"] is None:
        raise StoreError(
            f"No patron is stored yet for line {line}, so there is nothing to merge. If the patron "
            f"{question['other_keys']} is the row's person, say `adopt`."
        )
    merged = _merge(connection, question["patron_id"], question["other_id"], ruler, tell)
    decisions.rule(connection, question, "merge", ruler, run_id, merged.run_id)
    return merged


def _person(connection: Connection, name: str) -> int:
    found = connection.execute(statement("find_person"), [name]).fetchall()
    if not found:
        raise StoreError(f"The store knows no patron {name!r}. Name one by District ID or as BARCODE@SITE.")
    if len(found) > 1:
        known = "; ".join(one["keys"] for one in found)
        raise StoreError(f"{name!r} names several patrons: {known}. Name the one you mean by its other key.")
    return int(found[0]["id"])


def _merge(connection: Connection, keep: int, drop: int, ruler: Ruler, tell: TellMerge) -> Merged:
    people = _people(connection, keep, drop)
    if keep == drop or keep not in people or drop not in people:
        raise StoreError(f"{SAME_PATRON if keep == drop else 'One of the two is not stored any more'}.")
    if refused := of_kinds([*people[keep]["kinds"], *people[drop]["kinds"]]):
        raise StoreError(f"{refused}. Nothing was changed.")
    run_id = _begin(connection, keep, drop, ruler)
    places = connection.execute(statement("merge_places"), [keep, drop]).rowcount
    items = connection.execute(statement("merge_outstanding"), [keep, drop]).rowcount
    connection.execute(statement("merge_questions"), [drop])
    connection.execute(statement("merge_decisions"), [drop, ruler.by, ruler.at])
    ruled = _follow(connection, people[keep], people[drop], ruler)
    connection.execute(statement("merge_delete"), [drop])
    _remember(connection, run_id, people, keep, drop)
    connection.execute(statement("merge_record"), [drop, keep, run_id, ruler.by, ruler.at, ruler.reason])
    connection.execute(statement("bump_store_version"))
    merged = Merged(
        run_id=run_id,
        key=_key(keep, drop),
        kept=people[keep]["keys"],
        dropped=people[drop]["keys"],
        dropped_district_id=people[drop]["district_id"],
        sites=places,
        items=items,
        ruled=tuple(ruled),
    )
    connection.execute(
        statement("finish_run"), [run_id, RunOutcome.COMPLETED.value, Jsonb(tell(merged, ruler)), ruler.at]
    )
    return merged


def _key(keep: int, drop: int) -> str:
    return f"{drop} into {keep}"


def _people(connection: Connection, *numbers: int) -> dict[int, Row]:
    found = connection.execute(statement("merge_people"), [list(numbers)])
    return {one["id"]: one for one in found}


def _begin(connection: Connection, keep: int, drop: int, ruler: Ruler) -> int:
    """Record the run; what is written from here on is no edit of staff, and signed."""
    decisions.sign(connection, ruler)
    run = connection.execute(statement("merge_run"), [_key(keep, drop), ruler.at]).fetchone() or {}
    connection.execute("SELECT set_config('patron_update.run', $1, true)", [str(run["id"])])
    return int(run["id"])


def _follow(connection: Connection, keep: Row, drop: Row, ruler: Ruler) -> list[str]:
    """Let the kept patron be owned by the jobs that owned the other one; return the jobs whose row is taken for it.

    A kept patron without District ID is the one whom the other's row means from now on, and gets its District ID.
    """
    steps = ("merge_forgotten", "merge_baseline")
    owned = [row for step in steps for row in connection.execute(statement(step), [keep["id"], drop["id"]])]
    if keep["district_id"]:
        return []
    jobs = sorted(row["job"] for row in owned if row["key"] == drop["district_id"])
    for job in jobs:
        subject = {"job": job, "key": drop["district_id"], "other_id": keep["id"], "other_keys": keep["keys"]}
        decisions.rule(connection, subject, Verdict.SAME, ruler)
    return jobs


def _remember(connection: Connection, run_id: int, people: dict[int, Row], keep: int, drop: int) -> None:
    """Write the history of both: of the kept one what differs, of the other one its last state, whole."""
    was, now = people[keep]["state"], _people(connection, keep)[keep]["state"]
    changed = [name for name in sorted(was) if was[name] != now[name]]
    for number, before, after in (
        (keep, {name: was[name] for name in changed}, {name: now[name] for name in changed}),
        (drop, people[drop]["state"], {"mergedInto": people[keep]["keys"]}),
    ):
        connection.execute(statement("merge_history"), [run_id, number, Jsonb(before), Jsonb(after)])
