"""Commands about what was done: history, undo, tidy."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from patron_update.cli.people import add_ruler, open_store, ruler_of
from patron_update.cli.words import FAILED, number, when
from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import printable
from patron_update.files.workspace import LANDED, Workspace
from patron_update.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from patron_update.cli.words import NewCommand
    from patron_update.domain.history import Entry, State

HISTORY_NOTES = """\
Patrons who are gone are found, too, and so is what was done to those who were merged into this one.

examples:
  patron-update history 0013021 --field homeroom
  patron-update history 0013021 --as-of 2026-09-01
"""

UNDO_NOTES = """\
Values go back where they are still what the run left there; what staff or later runs changed since stays and is told.
It is done at once, whole or not at all, and is a run itself: its summary can be read, and it can be taken back.

examples:
  patron-update undo 17 --preview
  patron-update undo 17 --site MAPLE-ES --reason "rooms of last year"
  patron-update undo 17 --patron 0013021
"""

TIDY_NOTES = """\
Deletes landed files, which may hold passwords in clear, and what only an undo needs, of runs that can be taken back no
longer (PATRON_UPDATE_UNDO_DAYS). History, decisions and Job Summaries stay. Have it done every night.

example: patron-update tidy --landed-days 7
"""


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    made = command("history", history, HISTORY_NOTES)
    made.add_argument("patron", metavar="PATRON", help="District ID or BARCODE@SITE")
    made.add_argument("--field", type=_field, metavar="FIELD", help="only this field, such as homeroom")
    made.add_argument(
        "--as-of", type=_end_of, metavar="DATE", help="what the patron was like at the end of DATE, or at a time of it"
    )
    made.add_argument("--format", choices=["text", "json"], default="text", help="default: text")

    made = command("undo", undo, UNDO_NOTES)
    made.add_argument("run", metavar="RUN", help="a run's number, key or JOB/KEY; a job's name means its latest run")
    made.add_argument(
        "--site", metavar="SITE", help="only patrons whom the run left at this site (short name or alias)"
    )
    made.add_argument("--patron", metavar="PATRON", help="only this patron: District ID or BARCODE@SITE")
    made.add_argument("--preview", action="store_true", help="say what would come back, and leave everything")
    add_ruler(made)

    made = command("tidy", tidy, TIDY_NOTES)
    made.add_argument(
        "--landed-days", type=number, default=7, metavar="DAYS", help="how long landed files are kept (default: 7)"
    )


def history(options: argparse.Namespace) -> int:
    """Print all that was done to a patron, the oldest first: why a value is what it is."""
    with open_store() as store:
        if options.as_of:
            return _print_state(store.as_of(options.patron, options.as_of), options)
        entries = store.history(options.patron)
    found = [one for one in entries if options.field is None or options.field in one.fields]
    for one in found:
        if options.format == "json":
            print(json.dumps({**asdict(one), "at": one.at.isoformat()}, ensure_ascii=False))
        else:
            print("\n".join(_told(one, options.field)))
    if not found and options.format == "text":
        print("Nothing is known to have changed it.")
    return 0


def undo(options: argparse.Namespace) -> int:
    """Take back what a run did to patrons, or to those of one site, or to one patron."""
    from patron_update.previewing import written
    from patron_update.reporting import undo_sentences, undo_summary
    from patron_update.store.undoing import Wish

    settings, ruler = Settings.from_environment(), ruler_of(options)
    with open_store() as store:
        run = store.run_number(options.run)
        wish = Wish(run=run, site=options.site, patron=options.patron, days=settings.undo_days)
        if options.preview:
            folder = Workspace(settings.home).run_folder("patron-update undo", f"preview of run {run}")
            with written(folder, job_name=f"Undo of run {run}", verdict="preview", links={}) as history:
                undone = store.undo(wish, ruler, undo_summary, preview=history)
            print(f"Lists of what would change: {folder.path}", file=sys.stderr)
        else:
            undone = store.undo(wish, ruler, undo_summary)
    first, *kept = undo_sentences(undone)
    print("Preview: nothing was changed." if options.preview else first)
    for outcome in sorted({outcome for _, outcome in undone.patrons}):
        patrons = sum(count for (_, one), count in undone.patrons.items() if one is outcome)
        print(f"{outcome}: {patrons:,}")
    for sentence in kept:
        print(sentence)
    if not options.preview:
        print(f"`patron-update summary {undone.run_id}` has the rest.")
    return 0


def tidy(options: argparse.Namespace) -> int:
    """Delete what has been kept for long enough: landed files, and what only an undo needs."""
    settings, now = Settings.from_environment(), datetime.now(UTC)
    with open_store() as store:
        changes = store.tidy(now - timedelta(days=settings.undo_days))
    landed = Workspace(settings.home).forget(LANDED, now - timedelta(days=options.landed_days))
    print(f"Landed files deleted: {landed:,}. Changes that can be taken back no longer: {changes:,}.")
    return 0


def _print_state(state: State | None, options: argparse.Namespace) -> int:
    if state is None:
        print(f"There was no such patron at {options.as_of:%Y-%m-%d %H:%M %Z}.")
        return FAILED
    kept = {name: value for name, value in state.items() if options.field in {None, name}}
    if options.format == "json":
        print(json.dumps(kept, ensure_ascii=False))
    else:
        print(
            "\n".join(printable(f"{name}: {_shown(value)}") for name, value in kept.items() if value or options.field)
        )
    return 0


def _told(one: Entry, field: str | None) -> Iterator[str]:
    """Yield the lines about one entry: when, what and by whom, then each value that changed."""
    who = f"by run {one.run} of {one.job}" if one.run else "by staff"
    if signed := ", ".join(filter(None, (one.made_by, one.reason))):
        who = f"{who}, {signed}"
    place = ", ".join([*([one.file] if one.file else []), *([f"line {one.line}"] if one.line else [])])
    yield printable(f"{one.at.astimezone():%Y-%m-%d %H:%M}  {one.action} {who}{f' ({place})' if place else ''}")
    for name in one.fields:
        if field in {None, name}:
            made = f"   from {one.templates[name]}" if name in one.templates else ""
            change = [_shown(side[name]) for side in (one.before, one.after) if name in side]
            yield printable(f"  {name}: {' → '.join(change)}{made}")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return _places(value)
    return "(blank)" if value is None else str(value)


def _places(associations: Iterable[dict[str, Any]]) -> str:
    return ", ".join(f"{place['barcode']} at {place['siteShortName']}" for place in associations) or "(none)"


def _field(text: str) -> str:
    if text not in {*BY_NAME, "associations"}:
        raise argparse.ArgumentTypeError(f"{text!r} is no field of a patron; write it as in properties files: homeroom")
    return text


def _end_of(text: str) -> datetime:
    """Read a point in time; a day alone means its end. Without a time zone it is the one of this machine."""
    at = when(text)
    if at.time() == time() and len(text) <= len("2026-08-31"):
        at += timedelta(days=1, microseconds=-1)
    return at if at.tzinfo else at.astimezone()
