"""Applying a change set: patrons, history, messages, baseline and run record in one transaction, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from psycopg import errors
from psycopg.types.json import Jsonb

from patron_update.domain.outcomes import AtSite, Outcome
from patron_update.domain.schedule import UpdateType
from patron_update.errors import ApprovalVoidError, StoreError
from patron_update.store import district, passwords, planning, staging
from patron_update.store.connecting import StagingLostError, StoreBusyError, statement
from patron_update.store.values import Applied

if TYPE_CHECKING:
    from typing import BinaryIO

    from patron_update.store.connecting import Connection, Row
    from patron_update.store.values import ApplyFacts, Plan

ATTEMPTS = 3
PATRONS = (
    "apply_patron_types",
    "apply_numbers",
    "apply_followers",
    "apply_before",
    "apply_updates",
    "bulk_begin",
    "apply_adds",
    "apply_leave_sites",
    "apply_demoted",
    "apply_sites",
    "apply_new_sites",
    "bulk_end",
    "apply_places",
    "apply_endings",
    "apply_heirs",
    "apply_heir_levels",
)


def apply(connection: Connection, run_id: int, facts: ApplyFacts) -> Applied:
    """Apply the run's change set once, however often this is called. See `PatronStore.apply`."""
    applied = _settled(connection, run_id, facts)
    staging.drop_superseded(connection, run_id)
    return applied


def preview(connection: Connection, run_id: int, facts: ApplyFacts, history: BinaryIO) -> Applied:
    """Apply the change set, write its history to ``history``, and take everything back. See `PatronStore.preview`."""
    return _settled(connection, run_id, facts, history)


def _settled(connection: Connection, run_id: int, facts: ApplyFacts, history: BinaryIO | None = None) -> Applied:
    for attempt in range(ATTEMPTS):
        if history is None:
            _hash_passwords(connection, run_id)
        try:
            return _attempt(connection, run_id, facts, replan=attempt > 0, history=history)
        except (errors.UniqueViolation, errors.ForeignKeyViolation, errors.DeadlockDetected):
            # Somebody wrote patrons between the plan and the lock: the plan is made again under the lock.
            if attempt == ATTEMPTS - 1:
                raise
    raise StoreError("The change set could not be applied.")  # pragma: no cover - the loop ends with a result


def _hash_passwords(connection: Connection, run_id: int) -> None:
    """Do the slow part before anybody has to wait for it."""
    with connection.transaction():
        staging.look_at(connection, run_id)
        if _recorded(connection, run_id)["applied_at"] is None and staging.seal(connection, run_id)["digest"]:
            passwords.hash_due(connection)


def _attempt(
    connection: Connection, run_id: int, facts: ApplyFacts, *, replan: bool, history: BinaryIO | None
) -> Applied:
    with connection.transaction(force_rollback=history is not None):
        staging.look_at(connection, run_id)
        if history is None:  # A preview takes its turn, and no run fails for it.
            lock_job(connection, facts.job)
        lock_patrons(connection)
        record = _recorded(connection, run_id)
        if record["job"] != facts.job:
            raise StoreError(f"Run {run_id} belongs to job {record['job']!r}, not to {facts.job!r}.")
        if before := recorded(record):
            return before
        connection.execute("SELECT set_config('patron_update.run', $1, true)", [str(run_id)])
        plan, replanned = _current_plan(connection, run_id, facts, replan=replan)
        district.take_over(connection)
        if replanned or history is not None:
            passwords.hash_due(connection, for_good=history is None)
        _write(connection, run_id, facts)
        _write_baseline(connection, run_id, facts)
        applied = Applied(
            outcomes_by_site=plan.outcomes_by_site,
            replanned=replanned,
            missing=plan.missing,
            at_sites=plan.at_sites,
            digest=plan.digest,
        )
        _check(connection, run_id, applied, facts)
        _write_record(connection, run_id, facts, applied)
        if history is not None:
            tell_history(connection, history)
        return applied


def tell_history(connection: Connection, history: BinaryIO) -> None:
    """Write the history of a transaction that is about to be taken back, once all its constraints have held."""
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    history.seek(0)
    history.truncate()
    with connection.cursor().copy(statement("copy_changes")) as copy:
        history.writelines(copy)


def lock_job(connection: Connection, job: str) -> None:
    """Keep other runs of the job from applying until the transaction ends. Raises StoreBusyError when one does."""
    got = connection.execute(statement("lock_job"), [job]).fetchone()
    if not got or not got["got_it"]:
        raise StoreBusyError(
            f"Another run of job {job!r} is applying its change set right now. Nothing was changed by this one; "
            "wait until that run is done, then start this one again."
        )


def lock_patrons(connection: Connection) -> None:
    """Wait until nobody applies anything, then keep everybody else from writing patrons."""
    connection.execute(statement("lock_applying"))
    connection.execute(statement("lock_store"))


def _recorded(connection: Connection, run_id: int) -> Row:
    record = connection.execute(statement("read_run"), [run_id]).fetchone()
    if record is None:
        raise StoreError(f"The store knows no run {run_id}.")
    return record


def _current_plan(connection: Connection, run_id: int, facts: ApplyFacts, *, replan: bool) -> tuple[Plan, bool]:
    """Return the plan, made again when the store has moved since, and whether it was."""
    found = staging.seal(connection, run_id)
    if found["digest"] is None:
        # Whoever staged them was killed before the plan was made.
        raise StagingLostError(f"Run {run_id} has staged rows but no change set yet. Plan it first, then apply it.")
    moved = replan or found["planned_version"] != found["store_version"]
    if not moved:
        answer = connection.execute(statement("plan_moved")).fetchone()
        moved = bool(answer and answer["moved"])
    plan = planning.make(connection, run_id) if moved else planning.planned(connection, run_id)
    if facts.expected_digest is not None and plan.digest != facts.expected_digest:
        later = connection.execute(statement("applied_later"), [run_id]).fetchone()
        what = "what the job applied last has" if later and later["found"] else "patrons whom it concerns have"
        raise ApprovalVoidError(f"{what} changed since")
    if moved and facts.judge is not None:
        facts.judge(plan)
    return plan, moved


def _write(connection: Connection, run_id: int, facts: ApplyFacts) -> None:
    for name in PATRONS:
        connection.execute(statement(name))
        if name == "apply_before":
            connection.execute("ANALYZE new_patron, former")
    for name in (
        "apply_history_adds",
        "apply_history_updates",
        "apply_history_deletes",
        "forget_messages",
        "apply_messages",
        "apply_lost",
        "apply_questions",
    ):
        connection.execute(statement(name), [run_id])
    connection.execute(statement("apply_history_aside"), [run_id])
    for name in ("apply_edits", "apply_inactivate", "apply_returns", "apply_outstanding_gone", "apply_deletes"):
        connection.execute(statement(name))
    for name in ("apply_absence", "apply_history_absent"):
        connection.execute(statement(name), [run_id])
    modified = facts.file_modified
    connection.execute(
        statement("apply_file"),
        [
            run_id,
            facts.file_name,
            facts.file_size,
            modified if isinstance(modified, str) else modified.isoformat(),
            facts.file_sha256,
            facts.file_profile and Jsonb(dict(facts.file_profile)),
        ],
    )


def _write_baseline(connection: Connection, run_id: int, facts: ApplyFacts) -> None:
    """Take the run into the job's baseline."""
    connection.execute(statement("apply_renamed"), [facts.job])
    connection.execute(statement("apply_baseline"), [facts.job, run_id])
    connection.execute(statement("apply_unsettled"), [facts.job])
    connection.execute(statement("apply_forgotten"), [facts.job])
    connection.execute(statement("apply_named"), [facts.job])
    connection.execute(statement("apply_agreed"), [facts.job])
    connection.execute(statement("apply_decisions"), [facts.job, run_id])
    if facts.update is UpdateType.FULL:
        connection.execute(statement("apply_missing"), [facts.job])


def _check(connection: Connection, run_id: int, applied: Applied, facts: ApplyFacts) -> None:
    """Refuse figures that do not add up, as long as nothing is committed."""
    # The run's history is too young for the planner's figures, which would have it compare every row with every row.
    connection.execute("SELECT set_config('enable_nestloop', 'off', true)")
    found = connection.execute(statement("check_applied"), [facts.job, run_id]).fetchone() or {}
    connection.execute("SELECT set_config('enable_nestloop', 'on', true)")
    if wrong := [f"{count:,} {what.replace('_', ' ')}" for what, count in found.items() if count]:
        raise StoreError(f"The change set disagrees with itself: {', '.join(wrong)}. Nothing was changed.")
    if facts.unstaged is None:
        return
    total = sum(facts.unstaged.values()) + sum(applied.outcomes_by_site.values())
    if total != facts.rows_read:
        raise StoreError(
            f"{facts.rows_read:,} rows were read, but {total:,} have an outcome. Nothing was changed; start a new run."
        )


def _write_record(connection: Connection, run_id: int, facts: ApplyFacts, applied: Applied) -> None:
    counts = {
        "staged": _listed(applied.outcomes_by_site),
        "unstaged": _listed(facts.unstaged or {}),
        "read": facts.rows_read,
        "missing": applied.missing,
        "at_sites": applied.at_sites,
        "replanned": applied.replanned,
        "digest": applied.digest,
    }
    fingerprints = [facts.properties_fingerprint, facts.suite_fingerprint]
    connection.execute(
        statement("apply_job_state"),
        [
            facts.job,
            run_id,
            *fingerprints,
            facts.district_fingerprint,
            facts.options_fingerprint,
            facts.rows_read,
            facts.file_sha256,
            facts.file_profile and Jsonb(dict(facts.file_profile)),
        ],
    )
    connection.execute(
        statement("apply_run"),
        [run_id, facts.update.value, *fingerprints, json.dumps(counts), json.dumps(dict(facts.templates))],
    )
    connection.execute(statement("bump_store_version"))


def _listed(outcomes: object) -> list[list[object]]:
    items = dict(outcomes) if isinstance(outcomes, dict) else {}
    return [[site, outcome.value, rows] for (site, outcome), rows in sorted(items.items())]


def recorded(record: Row) -> Applied | None:
    """Return what the run with this record has applied, or None when it has not."""
    if record["applied_at"] is None:
        return None
    counts = record["counts"]
    return Applied(
        outcomes_by_site={(site, Outcome(outcome)): rows for site, outcome, rows in counts["staged"]},
        replanned=counts["replanned"],
        missing=counts["missing"],
        at_sites={site: AtSite(*figures) for site, figures in counts.get("at_sites", {}).items()},
        digest=counts["digest"],
    )
