"""The change set, made set-wise: what `patron_update.domain.update` specifies, for any number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from patron_update.domain.causes import Shifts
from patron_update.domain.outcomes import AtSite, Outcome
from patron_update.store import passwords, staging
from patron_update.store.connecting import statement
from patron_update.store.values import Plan, PlanOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.store.connecting import Connection, Row

ROWS = (
    "plan_rows",
    "plan_associations",
    "plan_deletions",
    "plan_deleted_rows",
    "plan_associated_rows",
    "plan_contradicted_rows",
    "plan_further",
    "plan_places",
    "plan_joining_rows",
    "plan_kept_sites",
)
IDENTITY = (
    "plan_pairs",
    "plan_recycled",
    "plan_evidence",
    "plan_candidates",
    "plan_evidence",
    "plan_doubts",
    "plan_taken_back",
    "plan_frozen",
    "hold_doubts",
)
"""Rows held because a person must say whom they mean, or because the job is frozen."""
CONFLICTS = (
    "plan_acquired",
    "plan_given_up",
    "plan_contested",
    "plan_conflict_tables",
    "hold_doubted",
    "hold_parked",
    "hold_kept",
    "hold_tied",
    "hold_tied_rows",
    "hold_kept",
    "mark_held",
    "mark_held_deletions",
    "mark_held_places",
)
"""Rows held for what others keep, rows held for contradicting each other, and rows held because those were: holding
rows makes no new contradiction, so these three rounds are the fixpoint."""
USED = (*ROWS, "plan_acquired", "plan_wanted", *IDENTITY, *CONFLICTS, "plan_used")
"""Which barcodes are free is known when all is planned but for the rows that ask for one."""

ANALYSED = {
    "plan_kept_sites": "planned, deleting, associating, planned_place, kept_site",
    "plan_given_up": "given_up",
    "plan_contested": "acquired, contested",
}
"""Tables that are worth it, by the statement after which they are complete."""


def plan(connection: Connection, run_id: int, options: PlanOptions) -> Plan:
    """Make the run's change set from one consistent view of the store; a former one is replaced."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        staging.look_at(connection, run_id)
        staging.seal(connection, run_id)
        mapped, rule = options.mapped_fields, options.inactivate_missing
        connection.execute(
            statement("seal_options"),
            [
                options.match_using_district_id,
                "accessLevel" in mapped,
                "patronType" in mapped,
                Jsonb(options.ownership),
                options.update_before_delete,
                options.delete_with_outstanding,
                options.at,
                rule and rule.after_days,
                rule and rule.after_runs,
                rule and rule.homeroom,
                options.absence_doubt,
                options.require_district_id,
                "resourceGroup" in mapped,
                sorted(options.held_sites),
                options.frozen,
                options.missing_at and sorted(options.missing_at),
            ],
        )
        return make(connection, run_id)


def hold_sites(connection: Connection, run_id: int, sites: Iterable[str]) -> Plan:
    """Make the change set again, with these sites on hold."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        staging.look_at(connection, run_id)
        staging.seal(connection, run_id)
        connection.execute(statement("seal_hold_sites"), [sorted(sites)])
        return make(connection, run_id)


def make(connection: Connection, run_id: int) -> Plan:
    """Make the change set inside the caller's transaction, with the options that lie with the staging."""
    options = staging.seal(connection, run_id)
    for name in ("plan_drop_rows", "plan_drop", "match_decided"):
        connection.execute(statement(name))
    connection.execute(statement("match_by_district_id" if options["match_using_district_id"] else "match_by_barcode"))
    connection.execute("ANALYZE seal, matched, decided")
    _amend(connection, fills_blanks=options["fills_blanks"])
    passwords.compare(connection)
    connection.execute("ANALYZE password_check")
    connection.execute(statement("plan_asking"))
    _assign(connection)
    _run(connection, (*ROWS, *IDENTITY, *CONFLICTS))
    _run(connection, ("plan_collisions", "plan_evidence", "plan_conflict_messages", "plan_edits_told"))
    _run(connection, ("plan_named_elsewhere", "plan_absent", "plan_messages", "plan_at_sites"))
    digest = connection.execute(statement("plan_digest")).fetchone()
    connection.execute(statement("seal_plan"), [digest["digest"] if digest else ""])
    return planned(connection, run_id)


def _amend(connection: Connection, *, fills_blanks: bool) -> None:
    """Make the rows as the plan takes them: without what is not the source's to write, with what comes back."""
    for name in ("plan_coming_back", "plan_edits", "plan_amendments"):
        connection.execute(statement(name))
    if fills_blanks:
        connection.execute(statement("plan_fill_blanks"))
    for name in ("plan_decided_barcodes", "plan_returns", "plan_kept_barcodes"):
        connection.execute(statement(name))
    _take(connection)


def _assign(connection: Connection) -> None:
    """Choose barcodes for those who ask for one."""
    found = connection.execute(statement("plan_tiers")).fetchone()
    tiers = int(found["tiers"]) if found else 0
    if tiers:
        _run(connection, USED)
        for tier in range(1, tiers + 1):
            connection.execute(statement("plan_assigned"), [tier])
        _run(connection, ("plan_assigned_rows", "plan_drop_rows"))
        _take(connection)


def _take(connection: Connection) -> None:
    connection.execute("ANALYZE amendment")
    amended = connection.execute(statement("plan_has_amendments")).fetchone()
    connection.execute(statement("plan_incoming" if amended and amended["found"] else "plan_incoming_as_sent"))


def _run(connection: Connection, names: Iterable[str]) -> None:
    """Execute the statements; what others join with is analysed as soon as it is there."""
    for name in names:
        connection.execute(statement(name))
        if name in ANALYSED:
            connection.execute(f"ANALYZE {ANALYSED[name]}")


def planned(connection: Connection, run_id: int) -> Plan:
    """Return the figures of the change set that lies there."""
    found = staging.seal(connection, run_id)
    figures = connection.execute(statement("plan_figures")).fetchone()
    return Plan(
        outcomes_by_site={
            (row["site"], Outcome(row["outcome"])): row["line_count"]
            for row in connection.execute(statement("plan_outcomes"))
        },
        missing=figures["missing"] if figures else 0,
        at_sites={
            row["site"]: AtSite(row["owned"], row["leaving"], row["missing_inactivated"])
            for row in connection.execute("SELECT * FROM at_site")
        },
        digest=found["digest"],
        store_version=found["planned_version"],
    )


def shifts(connection: Connection) -> Shifts:
    """Return what many rows of the change set that lies there have in common, over all and at each site."""
    grades: dict[str | None, list[tuple[str, str, int]]] = {}
    for row in connection.execute(statement("plan_grades")):
        grades.setdefault(row["site"], []).append((row["before"], row["after"], row["patrons"]))
    keys: dict[str | None, dict[bool, Row]] = {}
    for row in connection.execute(statement("plan_keys")):
        keys.setdefault(row["site"], {})[row["is_new"]] = row

    def at(site: str | None, **parts: Any) -> Shifts:  # noqa: ANN401 - the sites of the whole
        new, missing = (keys.get(site, {}).get(is_new) for is_new in (True, False))
        return Shifts(
            grades=grades.get(site, ()),
            new_keys=(new["first"], new["last"]) if new else None,
            missing_keys=(missing["first"], missing["last"]) if missing else None,
            missing=missing["patrons"] if missing else 0,
            **parts,
        )

    return at(None, sites={site: at(site) for site in {*grades, *keys} if site is not None})
