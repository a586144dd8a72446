"""One function per task, in order: reading this is reading a run.

Every step may be tried again: it overwrites what its former attempt left, and ``upsert`` applies a change set once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from patron_update.approving import answer, bound, expire, may_apply, void, waits
from patron_update.choosing import check_calendar, choose_update
from patron_update.continuing import continues, take_file, to_continue
from patron_update.domain.absence import doubt as absence_doubt
from patron_update.domain.ownership import in_force
from patron_update.domain.schedule import UpdateType
from patron_update.errors import ApprovalVoidError, ExpectationStopError, PatronUpdateError, TooManyChangesError
from patron_update.explaining import explain
from patron_update.file_checking import FileChecking, remember_former
from patron_update.files.workspace import LANDED
from patron_update.reporting import write_summary
from patron_update.results import (
    Applied,
    Changes,
    Checked,
    Choice,
    Continues,
    Converted,
    Explained,
    Failure,
    Fetched,
    Former,
    Reviewed,
    SummaryRef,
    Validated,
)
from patron_update.reviewing import hold_sites, review_changes
from patron_update.run import Run, open_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from patron_update.files.convert import ConvertResult
    from patron_update.sources import FileSeen, SftpLogin
    from patron_update.store import ApplyFacts

__all__ = [
    "answer",
    "check_calendar",
    "choose_update",
    "continues",
    "convert",
    "expire",
    "fetch_file",
    "full_update",
    "incremental_update",
    "may_apply",
    "note_failure",
    "open_run",
    "report",
    "review",
    "take_file",
    "to_continue",
    "upsert",
    "validate",
    "waits",
]

BATCH_ROWS = 100_000


def fetch_file(run: Run, seen: FileSeen, login: SftpLogin | None) -> Fetched:
    """Bring the file that was seen into the run's folder, whole or not at all."""
    from patron_update.sources import open_source

    generation = run.begin_anew()
    landed = open_source(run.job.source, login).fetch(seen, run.folder.file(LANDED))
    remember_former(run, landed.sha256)
    return Fetched(
        name=seen.name,
        size=landed.size,
        modified=seen.modified.isoformat(),
        sha256=landed.sha256,
        generation=generation,
    ).save(run)


def convert(run: Run, at: datetime, *, preview: bool = False) -> Converted:
    """Turn the landed file's columns into patron fields; rows that cannot be used are set aside with a message.

    ``at`` is the time that the update is for: its day in the job's time zone is what the properties file calls today.
    Raises FileCheckError when a check of the file stops the run; a ``preview`` only tells.
    """
    from patron_update.conversion import convert_landed
    from patron_update.files.convert import convert_patron_xml
    from patron_update.files.workspace import secret
    from patron_update.jobs.reading import Reading

    if continues(run):
        at = Choice.load(run).due_at
    properties, landed = run.properties, run.folder.file(LANDED)
    reading, key = Reading.of_job(run.job, run.district), secret(run.settings.home)
    checking = FileChecking(run, at, preview=preview)
    if properties is None:
        result, patrons = convert_patron_xml(
            landed, run.folder, site_names=run.district.site_names, secret=key, unknown_status=reading.unknown_status
        )
        return Converted(
            **_figures(result),
            match_using_district_id=patrons.match_using_district_id,
            update_before_delete=patrons.update_before_delete,
            mapped_fields=sorted(patrons.fields),
            properties_fingerprint=patrons.fingerprint,
            notes=[*checking.converted(), *map(str, result.notes)],
        ).save(run)
    result = convert_landed(
        landed,
        run.folder,
        properties,
        reading,
        secret=key,
        today=at.astimezone(run.job.schedule.week.timezone).date(),
        looked=checking.landed,
    )
    return Converted(
        **_figures(result),
        match_using_district_id=properties.settings.match_using_district_id,
        update_before_delete=properties.settings.update_before_delete,
        mapped_fields=sorted(properties.fields),
        properties_fingerprint=properties.fingerprint,
        templates=properties.texts,
        notes=[*checking.converted(), *map(str, result.notes), *(finding.text for finding in properties.warnings)],
    ).save(run)


def _figures(result: ConvertResult) -> dict[str, Any]:
    outcomes = {outcome.value: rows for outcome, rows in result.outcomes.items()}
    return {"read": result.read, "alive": result.alive, "outcomes": outcomes}


def validate(run: Run) -> Validated:
    """Hold the records against the job's expectations. Raises ExpectationStopError before anything is written."""
    from patron_update.files import diff

    suite = run.suite
    diff.release(run.folder)
    if suite is None:
        return Validated(suite_fingerprint="", rejected=0, warnings=0).save(run)
    from patron_update.validation import engine_version, judge

    judged_by = f"{suite.fingerprint} {engine_version()}"
    judgement = judge(
        suite,
        diff.batches(run.folder, suite.columns, BATCH_ROWS, judged_by),
        diff.figures(run.folder, suite.figure_columns),
        diff.passed(run.folder, suite.columns, judged_by),
    )
    diff.keep_passed(run.folder, judgement.failing, judged_by)
    diff.hold_out(run.folder, judgement.rejected, judgement.messages)
    if judgement.stops:
        raise ExpectationStopError(f"Nothing was written. {' '.join(judgement.stops)}")
    return Validated(
        suite_fingerprint=suite.fingerprint, rejected=len(judgement.rejected), warnings=judgement.warnings
    ).save(run)


def full_update(run: Run) -> Changes:
    """Make the change set of every record."""
    return make_changes(run, UpdateType.FULL)


def incremental_update(run: Run) -> Changes:
    """Make the change set of the records that are new or changed since they were last applied."""
    return make_changes(run, UpdateType.INCREMENTAL)


def make_changes(run: Run, update: UpdateType) -> Changes:
    from patron_update.files import diff
    from patron_update.store import PlanOptions

    converted, choice, marks = Converted.load(run), Choice.load(run), run.folder.file("marks.csv")
    run.store.export_marks(run.job.id, update, marks, afresh=choice.afresh)
    sites = None if converted.match_using_district_id else {site.short_name for site in run.district.sites}
    split = diff.split(run.folder, marks, sites)
    run.store.stage(
        run.store_run,
        run.district,
        diff.changed_rows(run.folder),
        diff.missing_keys(run.folder),
        diff.message_rows(run.folder),
    )
    wanted, continued = run.job.options.inactivate_missing, Continues.find(run)
    plan = run.store.plan(
        run.store_run,
        PlanOptions(
            at=choice.due_at,
            match_using_district_id=converted.match_using_district_id,
            mapped_fields=frozenset(converted.mapped_fields),
            ownership={
                site.short_name: in_force(run.job.options.ownership, site.ownership) for site in run.district.sites
            },
            require_district_id=run.district.require_district_id,
            update_before_delete=converted.update_before_delete,
            delete_with_outstanding=run.job.options.delete_with_outstanding,
            inactivate_missing=wanted.rule if wanted and update is UpdateType.FULL else None,
            frozen=choice.frozen,
            missing_at=frozenset(continued.sites) if continued else None,
            absence_doubt=f"the job is frozen, {choice.frozen}"
            if choice.frozen
            else absence_doubt(
                read=converted.read, minimum=wanted.minimum_records if wanted else 0, keyless=split.keyless
            ),
        ),
    )
    changes = Changes.of(
        plan,
        diff.outcomes_by_site(run.folder),
        store_run=run.store_run,
        update=update.value,
        owned=run.store.owned(run.job.id),
        district_fingerprint=run.district.fingerprint,
        options_fingerprint=run.job.options.fingerprint,
    ).save(run)
    explain(run, changes)
    return changes


def review(run: Run, *, preview: bool) -> Reviewed:
    """Decide whether the change set is applied; one that is not, not whole at least, is listed field by field.

    When a limit of the job is passed and no site can wait by itself, the run waits for a person's `answer`.
    """
    return review_changes(run, _facts(run), preview=preview)


def upsert(run: Run) -> Applied:
    """Apply the change set in one transaction; if its staging was lost, make it again first."""
    from patron_update.store import StagingLostError

    before = Changes.load(run)
    with run.store.alone_with(before.store_run):
        try:
            return _apply(run)
        except StagingLostError:
            explained = Explained.load(run)
            _make_again(run, before)
        try:
            return _apply(run)
        except ApprovalVoidError as error:
            for looked_at in (before, explained):  # stays on record: what would change now is another run's
                looked_at.save(run)
            raise void(run, error) from None


def _make_again(run: Run, before: Changes) -> None:
    """Make the change set again. What the former district and options passed over stays so: later runs must know."""
    made = make_changes(run, UpdateType(before.update))
    former = {name: getattr(before, name) for name in ("district_fingerprint", "options_fingerprint")}
    replace(made, **former).save(run)
    if before.held_sites:
        hold_sites(run, before.held_sites)


def _apply(run: Run) -> Applied:
    changes = Changes.load(run)
    facts = bound(run, _facts(run), run.folder.file(LANDED))
    return changes.applied(run.store.apply(changes.store_run, facts)).save(run)


def _facts(run: Run) -> ApplyFacts:
    from patron_update.store import ApplyFacts

    changes, converted, fetched = Changes.load(run), Converted.load(run), Fetched.load(run)
    return ApplyFacts(
        job=run.job.id,
        update=UpdateType(changes.update),
        properties_fingerprint=converted.properties_fingerprint,
        suite_fingerprint=Validated.load(run).suite_fingerprint,
        district_fingerprint=changes.district_fingerprint,
        options_fingerprint=changes.options_fingerprint,
        rows_read=converted.read,
        file_name=fetched.name,
        file_size=fetched.size,
        file_modified=fetched.modified,
        file_sha256=fetched.sha256,
        templates=converted.templates,
        unstaged=changes.unstaged_outcomes,
        file_profile=_profile(run, changes.held_sites),
    )


def _profile(run: Run, held_sites: Sequence[str]) -> dict[str, Any]:
    """Return what the next file is compared with: this one, and the one before it where sites wait."""
    from patron_update.domain.file_profile import FileProfile

    profile, former = Checked.load(run).profile, Former.load(run).profile
    if not (former and held_sites):
        return profile
    new = FileProfile.of(profile)
    return new.with_sites_of(FileProfile.of(former).named_now(new.names), held_sites).as_dict()


def note_failure(run: Run, step: str, error: BaseException) -> Failure:
    """Note why ``step`` stopped the run. An unforeseen error is noted by type alone: its text may name patrons."""
    if isinstance(error, PatronUpdateError):
        return Failure(step=step, reason=str(error), held=isinstance(error, TooManyChangesError)).save(run)
    reason = f"{type(error).__name__} in step {step}: not foreseen. The step's log has the place; nothing was applied."
    return Failure(step=step, reason=reason).save(run)


def report(run: Run, failure: str | None = None) -> SummaryRef:
    """Write the Job Summary. Always runs; ``failure`` says why the run failed when no step could note it."""
    return write_summary(run, failure)[1]
