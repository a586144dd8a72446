"""Whether a change set may be applied: what the job's limits say of it, of each site by itself, and what waits then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.file_checks import Action, sorted_out
from patron_update.domain.limits import OnLimit, judge, judge_sites
from patron_update.domain.outcomes import Counts
from patron_update.errors import TooManyChangesError
from patron_update.previewing import list_changes
from patron_update.results import Answered, Asked, Changes, Checked, Continues, Explained, Reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from patron_update.run import Run
    from patron_update.store import ApplyFacts, Plan

SITES_TOLD = 5
WHAT_NOW = (
    "Look at the messages and at the list of what would change: if the file is wrong, have it exported again; if it is "
    "right, raise the limit under 'limits' in the job file and run the job again."
)


def review_changes(run: Run, facts: ApplyFacts, *, preview: bool) -> Reviewed:
    """Decide whether the change set is applied, whole or without the sites that wait. See `steps.review`."""
    for former in (Asked, Answered):  # another question, and the answer to it
        former.path(run).unlink(missing_ok=True)
    changes, continued = Changes.load(run), Continues.find(run)
    of_file, of_run, of_sites = _against(run, changes)
    if not (preview or continued or of_file or of_run or of_sites):
        return Reviewed(apply=True).save(run)
    changes = list_changes(run, facts, "preview" if preview else "held")
    waited = [f"These sites wait since run {continued.run}: {', '.join(continued.sites)}."] if continued else []
    told = " ".join([*waited, *_told(of_file, of_run, of_sites)])
    if not (of_file or continued) and _hold_if_enough(run, changes, of_sites):
        what_now = "" if preview else f" {_approve_sites(changes.store_run)}"
        waiting = f"{'These would wait' if preview else 'On hold'}: {', '.join(of_sites)}. {told}{what_now}"
        return Reviewed(apply=not preview, listed=True, reasons=[waiting]).save(run)
    if preview:
        passed = [f"A limit is passed, so the update would wait. {told}"] if told else []
        return Reviewed(apply=False, listed=True, reasons=passed).save(run)
    return Reviewed(apply=False, listed=True, reasons=[told], ask=True, digest=changes.digest).save(run)


def hold_sites(run: Run, sites: Iterable[str]) -> None:
    """Make the change set again so that nothing changes for patrons of these sites."""
    changes, held = Changes.load(run), sorted(sites)
    changes.planned_again(run.store.hold_sites(changes.store_run, held), held_sites=held).save(run)


def judge_again(run: Run, plan: Plan) -> None:
    """Raise TooManyChangesError when the change set, made again for a store that has moved, passes a limit now."""
    of_run, of_sites = _judged(run, Changes.load(run).planned_again(plan))
    if of_run or of_sites:
        told = " ".join(_told((), of_run, of_sites))
        raise TooManyChangesError(f"Nothing was written: patrons were changed meanwhile, and now {told} {WHAT_NOW}")


def _hold_if_enough(run: Run, changes: Changes, of_sites: Iterable[str]) -> bool:
    """Hold the sites, if the job lets sites wait; return whether what is left may then be applied."""
    others = {one["site"] for one in changes.sites if one["read"]} - {*of_sites}
    if run.job.limits.on_limit is not OnLimit.HOLD_SITE or not (of_sites and others):
        return False
    hold_sites(run, of_sites)
    if any(_judged(run, Changes.load(run))):
        hold_sites(run, ())
        return False
    return True


def _approve_sites(run: int) -> str:
    return (
        "Look at the list of what would change there: if the file is wrong, have it exported again; if it is right, "
        f"approve it under Required Actions in Airflow, or `patron-update approve {run}` applies exactly what waits."
    )


def _against(run: Run, changes: Changes) -> tuple[list[str], tuple[str, ...], dict[str, list[str]]]:
    """Return what a person must look at: of the file, of the change set, and of each site by itself."""
    of_run, by_limits = _judged(run, changes)
    of_file: list[str] = []
    of_sites: dict[str, list[str]] = {}
    for text, sites in _found_in_file(run):
        for site in sites:
            of_sites.setdefault(site, []).append(text)
        if not sites:
            of_file.append(text)
    for site, reasons in by_limits.items():
        of_sites.setdefault(site, []).extend(reasons)
    return of_file, of_run, dict(sorted(of_sites.items()))


def _found_in_file(run: Run) -> list[tuple[str, Iterable[str]]]:
    """Return what was found about the run's file that a person must look at, and the sites it lies at."""
    actions, explained = run.job.file_checks.actions, Explained.load(run)
    asking = sorted_out(Checked.load(run).found, actions)[Action.ASK]
    found: list[tuple[str, Iterable[str]]] = [(finding.text, finding.sites) for finding in asking]
    if not found and actions["key_format"] in {Action.STOP, Action.ASK}:
        # The shapes of the keys may be as ever: that all are new shows in the change set alone.
        sites = explained.sites.get("key_format", ())
        found = [(cause["text"], sites) for cause in explained.causes if cause["code"] == "key_format"]
    return found


def _judged(run: Run, changes: Changes) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    limits, name = run.job.limits, run.job.name
    sites = {one["site"]: Counts(**{key: one[key] for key in changes.counts}) for one in changes.sites}
    return (
        judge(limits, Counts(**changes.counts), changes.owned, job=name),
        judge_sites(limits, sites, changes.figures_at_sites, job=name),
    )


def _told(of_file: Iterable[str], of_run: Iterable[str], of_sites: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the reasons as sentences, those of the first few sites only; one that sites share is told once."""
    sentences = [*of_file, *(f"{'It also' if index else 'The run'} {reason}" for index, reason in enumerate(of_run))]
    sentences += [reason for site in list(of_sites)[:SITES_TOLD] for reason in of_sites[site]]
    if (more := len(of_sites) - SITES_TOLD) > 0:
        sentences.append(f"Something like it was found at {more:,} more {'site' if more == 1 else 'sites'}.")
    return [*dict.fromkeys(sentences)]
