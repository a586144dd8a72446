"""Commands about what was done: history."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from patron_update.cli.people import open_store
from patron_update.cli.words import FAILED, when
from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import printable

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


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    made = command("history", history, HISTORY_NOTES)
    made.add_argument("patron", metavar="PATRON", help="District ID or BARCODE@SITE")
    made.add_argument("--field", type=_field, metavar="FIELD", help="only this field, such as homeroom")
    made.add_argument(
        "--as-of", type=_end_of, metavar="DATE", help="what the patron was like at the end of DATE, or at a time of it"
    )
    made.add_argument("--format", choices=["text", "json"], default="text", help="default: text")


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
