"""Taking back what a run did, in one transaction: the history is what it is taken back from.

A value goes back where it is still what the run left there. Whatever is taken back stands in the history as the work of
a run, so that it can be taken back itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from patron_update.domain.outcomes import Outcome, RunOutcome
from patron_update.errors import StoreError
from patron_update.store import applying, decisions, history
from patron_update.store.connecting import statement
from patron_update.store.values import Undone

if TYPE_CHECKING:
    from datetime import datetime

    from patron_update.store.connecting import Connection, Row
    from patron_update.store.decisions import Ruler
    from patron_update.store.values import TellUndo

LOOK = ("undo_fields", "undo_places")
BACK = (
    "undo_outstanding_gone",
    "undo_deletes",
    "undo_patron_types",
    "undo_values",
    "undo_homes_left",
    "undo_sites_left",
    "undo_returns",
    "undo_sites",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall be taken back: a run, or of it only the patrons of a site, or one patron.

    ``site``: short name or alias; a patron is of the primary site that the run left it at. ``days``: how long ago a run
    may have been.
    """

    run: int
    site: str | None = None
    patron: str | None = None
    days: int = 90


def undo(connection: Connection, wish: Wish, ruler: Ruler, tell: TellUndo) -> Undone:
    """Take back what the run did. Raises StoreError when there is nothing to take back, or when it cannot be."""
    applying.lock_patrons(connection)
    run = _run(connection, wish, ruler)
    connection.execute(statement("undo_tables"))
    people = history.people(connection, wish.patron) if wish.patron else None
    connection.execute(statement("undo_effects"), [wish.run, people, _site(connection, wish.site)])
    if connection.execute("SELECT 1 FROM undo_effect WHERE aside ? 'forgotten'").fetchone():
        raise StoreError(f"Run {wish.run} can be taken back no longer: `patron-update tidy` has forgotten how.")
    for name in LOOK:
        connection.execute(statement(name))
    connection.execute(statement("undo_wholes"), [wish.run, run["root_job"]])
    while _kept_by_others(connection):
        pass
    return _take_back(connection, wish, run, ruler, tell)


def tidy(connection: Connection, before: datetime) -> int:
    """Forget what only an undo needs, of runs applied before ``before``; return of how many changes."""
    return connection.execute(statement("tidy_undo"), [before]).rowcount


def _run(connection: Connection, wish: Wish, ruler: Ruler) -> Row:
    """Return the run, with the job whose file its values came from. Raises StoreError when it cannot be taken back."""
    run = connection.execute(statement("undo_read_run"), [wish.run]).fetchone()
    if run is None:
        raise StoreError(f"The store knows no run {wish.run}. The Job Summary has its number.")
    if run["applied_at"] is None:
        why = {"preview": "It was a preview", "held": "It is on hold"}.get(run["outcome"], "It did not get that far")
        raise StoreError(f"Run {wish.run} has changed nobody, so there is nothing to take back. {why}.")
    if run["job"] == "patron-update merge":
        raise StoreError(
            f"Run {wish.run} is a merge, and a merge cannot be taken back: enter the patron that went again. "
            "`patron-update history` of the kept one has its last state."
        )
    if ruler.at - run["applied_at"] > timedelta(days=wish.days):
        raise StoreError(
            f"Run {wish.run} was applied on {run['applied_at']:%Y-%m-%d}, more than {wish.days} days ago. "
            "PATRON_UPDATE_UNDO_DAYS says how long a run can be taken back."
        )
    return run


def _site(connection: Connection, name: str | None) -> str | None:
    if name is None:
        return None
    found = connection.execute(statement("find_site"), [name]).fetchone()
    if found is None:
        raise StoreError(f"The district has no site {name!r}.")
    return str(found["short_name"])


def _kept_by_others(connection: Connection) -> int:
    """Keep what would need a barcode, user name or District ID that another patron keeps; return how much that was."""
    found = connection.execute(statement("undo_round")).fetchone()
    return int(found["found"]) if found else 0


def _take_back(connection: Connection, wish: Wish, former: Row, ruler: Ruler, tell: TellUndo) -> Undone:
    decisions.sign(connection, ruler)
    key = f"run {wish.run}, {ruler.at:%Y-%m-%dT%H:%M:%S.%f}"
    run = connection.execute(statement("undo_run"), [key, ruler.at, wish.run]).fetchone() or {}
    run_id = int(run["id"])
    connection.execute("SELECT set_config('patron_update.run', $1, true)", [str(run_id)])
    # Dates are written as records write them.
    connection.execute("SELECT set_config('datestyle', 'ISO, MDY', true)")
    _write_patrons(connection, wish, run_id)
    _follow(connection, wish, former, run_id)
    undone = _undone(connection, wish, key, run_id)
    if not undone.patrons:
        raise StoreError(f"Nothing of run {wish.run} is left to take back there.")
    summary = Jsonb(tell(undone, ruler))
    connection.execute(statement("finish_run"), [run_id, RunOutcome.COMPLETED.value, summary, ruler.at])
    return undone


def _write_patrons(connection: Connection, wish: Wish, run_id: int) -> None:
    """Take back the patrons, with all that goes with them, and tell it in the history."""
    connection.execute(statement("undo_edits"))
    connection.execute(statement("undo_former"))
    connection.execute(statement("undo_removals"), [run_id])
    for name in BACK:
        connection.execute(statement(name))
    connection.execute(statement("undo_beside"), [wish.run])
    connection.execute(statement("undo_history"), [run_id])


def _follow(connection: Connection, wish: Wish, former: Row, run_id: int) -> None:
    """Have the jobs' baselines follow, and tell what stays."""
    connection.execute(statement("undo_asked"), [run_id, wish.run])
    if former["is_the_files"]:
        connection.execute(statement("undo_taken_back"), [run_id, former["root_job"]])
    if wish.site is None and wish.patron is None:
        connection.execute(statement("undo_file"), [former["root"], former["is_the_files"]])
    connection.execute(statement("undo_owners"), [run_id])
    connection.execute(statement("undo_kept"), [run_id])
    connection.execute(statement("bump_store_version"))


def _undone(connection: Connection, wish: Wish, key: str, run_id: int) -> Undone:
    return Undone(
        run_id=run_id,
        key=key,
        of=wish.run,
        site=wish.site,
        patron=wish.patron,
        patrons={
            (row["site"], Outcome(row["outcome"])): row["patrons"]
            for row in connection.execute(statement("undo_counts"), [run_id])
        },
        kept={
            row["detail"]: row["kept"]
            for row in connection.execute(
                "SELECT detail, count(*) AS kept FROM message WHERE run_id = $1 GROUP BY detail ORDER BY detail",
                [run_id],
            )
        },
    )
