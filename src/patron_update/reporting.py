"""The last step: what became of the run, gathered from the folder and the store into one Job Summary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from patron_update.domain.outcomes import Counts, Outcome, RunOutcome, added_up, disagreements
from patron_update.errors import StoreError, StoreUnreachableError
from patron_update.files.workspace import write_private
from patron_update.previewing import CHANGES_CSV, CHANGES_HTML
from patron_update.results import (
    Answered,
    Applied,
    Changes,
    Choice,
    Converted,
    Explained,
    Failure,
    Fetched,
    Frozen,
    Reviewed,
    SummaryRef,
    listed,
)
from patron_update.summary import Summary, SummaryMessage, render
from patron_update.summary.headline import headline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.domain.messages import Message
    from patron_update.run import Run
    from patron_update.settings import Settings
    from patron_update.store.decisions import Ruler
    from patron_update.store.values import Merged, Undone


def write_summary(run: Run, failure: str | None = None) -> tuple[Summary, SummaryRef]:
    """Write the Job Summary into the store and the run's folder.

    ``failure`` is the caller's word that the run failed, and why; without it the last step's own note counts. A
    database that does not answer must not hide why the run failed, so the folder gets its summary all the same.
    """
    wrong = None
    try:
        outcome, reason = _ending(run, None if _was_applied(run, failure) else failure)
        messages = list(_messages(run, outcome))
        wrong = _recounted(run, outcome)
        summary = _summary(run, outcome, wrong or reason, messages)
        run.store.finish_run(
            run.store_run, outcome, summary.model_dump(mode="json", exclude={"messages"}), summary.finished, messages
        )
        if outcome is not RunOutcome.COMPLETED:
            run.store.discard(run.store_run)
    except StoreUnreachableError:
        outcome, reason = _ending(run, failure)
        if outcome is not RunOutcome.FAILED:
            raise
        summary = _summary(run, outcome, reason, list(_messages_in_folder(run)), stored=False)
    lists = {"What would change": CHANGES_HTML, "Every change as CSV": CHANGES_CSV} if summary.changes_listed else {}
    for form, text in (
        ("json", render.to_json(summary)),
        ("csv", render.to_csv(summary)),
        ("html", render.to_html(summary, downloads=lists)),
    ):
        write_private(run.folder.file(f"summary.{form}"), text.encode())
    reference = SummaryRef(
        outcome=outcome.value,
        headline=headline(summary),
        counts=summary.counts.model_dump(),
        folder=str(run.folder.path),
    )
    reference.save(run)
    if wrong:
        raise StoreError(wrong)
    return summary, reference


def _recounted(run: Run, outcome: RunOutcome) -> str | None:
    """Return what the database says otherwise than the counts of an applied run, or None when they agree."""
    if outcome is not RunOutcome.COMPLETED:
        return None
    wrong = disagreements(Counts(**Applied.load(run).counts), run.store.recount(run.store_run))
    if not wrong:
        return None
    return (
        f"The change set was applied, but an independent count disagrees: {'; '.join(wrong)}. Do not trust the figures "
        "of this run; keep its summary and report it as a defect."
    )


def read_summary(settings: Settings, run: str) -> Summary:
    """Read a run's summary from the store, by the run's number, key or ``job/key``; a job's id means its latest run."""
    from patron_update.store import PatronStore

    with settings.database() as url, PatronStore(url) as store:
        store.set_up_if_empty()
        head = store.run_summary(run)
        settled_by = head["run_id"] if head["outcome"] == RunOutcome.COMPLETED else None
        messages = SummaryMessage.all_of(list(store.messages(head["run_id"])), settled_by)
    return Summary.model_validate({**head, "messages": messages})


def _was_applied(run: Run, failure: str | None) -> bool:
    """Tell whether a run that seems to have failed was applied all the same: killed after the commit, say."""
    changes = Changes.find(run)
    if changes is None or not (failure or Failure.find(run)):
        return False
    stored = run.store.applied(changes.store_run)
    if stored is not None:
        changes.applied(stored).save(run)
    return stored is not None


def _ending(run: Run, failure: str | None) -> tuple[RunOutcome, str | None]:
    """Return how the run ended, and why unless it went well. Of a note and a success the later one is the truth."""
    noted, reviewed, frozen = Failure.find(run), Reviewed.find(run), Frozen.find(run)
    if frozen and Applied.find(run) is None:
        return RunOutcome.FROZEN, frozen.text
    finished = Applied if Applied.find(run) else Reviewed if reviewed and not reviewed.apply else None
    if finished and noted and Failure.path(run).stat().st_mtime_ns < finished.path(run).stat().st_mtime_ns:
        noted = None
    if failure is None and noted is None and finished:
        if finished is Reviewed and reviewed and reviewed.ask:
            return RunOutcome.HELD, waiting(run, reviewed)
        return (RunOutcome.COMPLETED if finished is Applied else RunOutcome.PREVIEW), None
    if noted and noted.held:
        return RunOutcome.HELD, " ".join([noted.reason, *_why_asked(run, noted)])
    reason = failure or (noted.reason if noted else None)
    return RunOutcome.FAILED, reason or "The run was stopped before it had ended; nothing was applied."


def waiting(run: Run, reviewed: Reviewed) -> str:
    """Return why a run that a person may approve was not applied, and what to do."""
    answered = Answered.find(run)
    return " ".join(["Nothing was written.", *reviewed.reasons, answered.sentence if answered else _what_now(run)])


def _why_asked(run: Run, noted: Failure) -> list[str]:
    """Return why a run was held whose approval came to nothing, and who had given it."""
    reviewed, answered = Reviewed.find(run), Answered.find(run)
    if noted.step != "upsert" or not (reviewed and answered):
        return []
    return ["It was held:", *reviewed.reasons, answered.sentence]


def _what_now(run: Run) -> str:
    return (
        "Look at the messages and at the list of what would change: if the file is wrong, have it exported again; if "
        f"it is right, `patron-update approve {run.store_run}` applies exactly that."
    )


def _summary(
    run: Run, outcome: RunOutcome, reason: str | None, messages: list[Message], *, stored: bool = True
) -> Summary:
    fetched, choice, converted = Fetched.find(run), Choice.find(run), Converted.find(run)
    reviewed, explained, changes = Reviewed.find(run), Explained.find(run), Changes.find(run)
    figures = Applied.find(run) if outcome is RunOutcome.COMPLETED else changes
    if outcome is RunOutcome.FAILED or figures is None:
        counts, sites = _nothing_applied(converted), []
    else:
        counts, sites = figures.counts, figures.sites
    answered = Answered.find(run)
    passed = reviewed.reasons if reviewed and outcome in {RunOutcome.COMPLETED, RunOutcome.PREVIEW} else []
    held_sites = changes.held_sites if changes and outcome in {RunOutcome.COMPLETED, RunOutcome.PREVIEW} else []
    approved = answered.sentence if answered and outcome is RunOutcome.COMPLETED else None
    reasons = [reason, *passed, approved, choice and choice.reason, *(converted.notes if converted else [])]
    return Summary.model_validate(
        {
            "run": run.key,
            "run_id": run.store_run if stored else None,
            "job": run.job.id,
            "job_name": run.job.name,
            "update": choice and choice.update,
            "outcome": outcome,
            "reasons": [text for text in reasons if text],
            "due": choice and choice.due_at.astimezone(run.job.schedule.week.timezone),
            "started": run.started,
            "finished": datetime.now(UTC),
            "file": fetched and {name: getattr(fetched, name) for name in ("name", "size", "modified", "sha256")},
            "counts": counts,
            "sites": sites,
            "messages": SummaryMessage.all_of(messages, run.store_run if outcome is RunOutcome.COMPLETED else None),
            "causes": explained.causes if explained and outcome is not RunOutcome.FAILED else [],
            "held_sites": held_sites,
            "approval": answered and answered.for_xcom(),
            "changes_listed": bool(reviewed and reviewed.listed),
        }
    )


def _nothing_applied(converted: Converted | None) -> dict[str, int]:
    """Return the counts of a failed run: rows that were refused or skipped already, and the rest, held."""
    if converted is None:
        return Counts().as_dict()
    outcomes = {Outcome(name): rows for name, rows in converted.outcomes.items()}
    held = converted.read - sum(outcomes.values())
    return Counts.of({**outcomes, Outcome.HELD: outcomes.get(Outcome.HELD, 0) + held}).as_dict()


def _messages(run: Run, outcome: RunOutcome) -> Iterator[Message]:
    if outcome is RunOutcome.FAILED:
        return _messages_in_folder(run)
    return run.store.messages(run.store_run)


def _messages_in_folder(run: Run) -> Iterator[Message]:
    from patron_update.files import diff

    return diff.messages(run.folder) if Converted.find(run) else iter(())


def merge_sentences(merged: Merged) -> list[str]:
    """Return what a merge did and what follows from it; both patrons by their keys."""
    moved = f"sites that moved: {merged.sites}, outstanding items that moved: {merged.items}"
    told = [f"Run {merged.run_id}: the patron {merged.dropped} was merged into the patron {merged.kept}; {moved}."]
    if merged.ruled:
        jobs = ", ".join(merged.ruled)
        told.append(
            f"The kept patron has no District ID yet: the next run of {jobs} takes the row with District ID "
            f"{merged.dropped_district_id} for it."
        )
    elif merged.dropped_district_id:
        told.append(
            f"District ID {merged.dropped_district_id} is nobody's now. A file that still names it adds the person "
            "once more, or its row is held for a barcode: correct the SIS."
        )
    return told


def merge_summary(merged: Merged, ruler: Ruler) -> dict[str, Any]:
    """Return the Job Summary of a merge as it is stored: two patrons were looked at, one changed, one is gone."""
    by = f"Merged by {ruler.by}{f': {ruler.reason}' if ruler.reason else ''}."
    return Summary.model_validate(
        {
            "run": merged.key,
            "run_id": merged.run_id,
            "job": "patron-update merge",
            "job_name": "Merge of two patrons",
            "outcome": RunOutcome.COMPLETED,
            "reasons": [*merge_sentences(merged), by],
            "started": ruler.at,
            "finished": ruler.at,
            "counts": Counts.of({Outcome.UPDATED: 1, Outcome.DELETED: 1}).as_dict(),
        }
    ).model_dump(mode="json", exclude={"messages"})


def undo_sentences(undone: Undone) -> list[str]:
    """Return what an undo did and what it left."""
    part = "".join(
        f", {what} {name}" for what, name in (("site", undone.site), ("patron", undone.patron)) if name is not None
    )
    kept = [f"Kept: {count:,}; {reason}." for reason, count in undone.kept.items()]
    return [f"Run {undone.run_id} takes back run {undone.of}{part}.", *kept]


def undo_summary(undone: Undone, ruler: Ruler) -> dict[str, Any]:
    """Return the Job Summary of an undo as it is stored: it counts patrons, not rows."""
    by = f"Taken back by {ruler.by}{f': {ruler.reason}' if ruler.reason else ''}."
    counts, sites = added_up(undone.patrons)
    return Summary.model_validate(
        {
            "run": undone.key,
            "run_id": undone.run_id,
            "job": "patron-update undo",
            "job_name": "Undo",
            "outcome": RunOutcome.COMPLETED,
            "reasons": [*undo_sentences(undone), by],
            "started": ruler.at,
            "finished": ruler.at,
            "counts": counts.as_dict(),
            "sites": listed(sites),
        }
    ).model_dump(mode="json", exclude={"messages"})
