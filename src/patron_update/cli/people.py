"""Commands about who is who: resolve, merge, change-ids, decisions, withdraw."""

from __future__ import annotations

import csv
import getpass
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.domain.decisions import Remedy
from patron_update.domain.fields import BY_NAME
from patron_update.errors import PatronUpdateError
from patron_update.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from patron_update.cli.words import NewCommand
    from patron_update.store import PatronStore
    from patron_update.store.decisions import Ruler

HEADER = ["old_district_id", "new_district_id"]


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    made = command("resolve", resolve, "example: patron-update resolve 17 240 rebarcode --barcode P1042")
    made.add_argument("run", type=int, metavar="RUN", help="the run's number in the Job Summary")
    made.add_argument("line", type=int, metavar="LINE", help="the line of the file, as the message tells it")
    made.add_argument("remedy", choices=list(Remedy), help="see docs/conflicts.md")
    made.add_argument("--barcode", metavar="BARCODE", help="rebarcode: what the other patron gets")
    made.add_argument(
        "--other", metavar="WHICH", help="of several conflicts: BARCODE@SITE, user name or District ID that is taken"
    )
    add_ruler(made)

    made = command("merge", merge, "A patron is named by District ID or as BARCODE@SITE. It is done at once.")
    made.add_argument("keep", metavar="KEEP", help="who stays, with its own values and barcodes")
    made.add_argument("drop", metavar="DROP", help="who goes; its other sites and what is outstanding move to KEEP")
    add_ruler(made)

    made = command("change-ids", change_ids, "FILE is CSV with the header old_district_id,new_district_id.")
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")
    made.add_argument("file", type=Path, metavar="FILE", help="the identity changes")
    add_ruler(made)

    made = command("decisions", decisions)
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")

    made = command("withdraw", withdraw)
    made.add_argument("number", type=int, metavar="NUMBER", help="the decision's number")
    add_ruler(made)


def resolve(options: argparse.Namespace) -> int:
    """Settle what a run left open about a row: whom it means, or its conflict with another patron."""
    from patron_update.reporting import merge_sentences, merge_summary

    row, remedy, ruler = (options.run, options.line), Remedy(options.remedy), ruler_of(options)
    with open_store() as store:
        if remedy is Remedy.MERGE:
            print("\n".join(merge_sentences(store.merge_row(*row, ruler, merge_summary, options.other))))
        else:
            print(store.resolve(*row, remedy, ruler, options.other, options.barcode))
    return 0


def merge(options: argparse.Namespace) -> int:
    """Make one of two stored patrons who are one person."""
    from patron_update.reporting import merge_sentences, merge_summary

    with open_store() as store:
        print("\n".join(merge_sentences(store.merge(options.keep, options.drop, ruler_of(options), merge_summary))))
    return 0


def change_ids(options: argparse.Namespace) -> int:
    """Record District IDs that were changed in the SIS, so that the next run keeps each patron."""
    pairs = list(_pairs(options.file))
    with open_store() as store:
        recorded = store.change_ids(options.job, pairs, ruler_of(options))
    print(f"{recorded:,} changes recorded. Each is applied by the first run of {options.job} that names the new ID.")
    return 0


def decisions(options: argparse.Namespace) -> int:
    """List what was decided about a job's rows."""
    with open_store() as store:
        found = store.decisions(options.job)
    for one in found:
        why = f" ({one['reason']})" if one["reason"] else ""
        key = one["key"].replace("\x1f", " ")
        print(
            f"{one['id']:>6}  {one['verdict']:<9}  row {key}, the patron {one['patron_keys']}: {one['state']}; "
            f"{one['decided_by']}, {one['decided_at']:%Y-%m-%d %H:%M}{why}"
        )
    if not found:
        print("Nothing was decided yet.")
    return 0


def withdraw(options: argparse.Namespace) -> int:
    """Take a decision back that no run has applied yet."""
    with open_store() as store:
        store.withdraw(options.number, ruler_of(options))
    print(f"Decision {options.number} is taken back.")
    return 0


@contextmanager
def open_store() -> Iterator[PatronStore]:
    """Yield the store; an empty database is set up first."""
    from patron_update.store import PatronStore

    with Settings.from_environment().database() as url, PatronStore(url) as store:
        store.set_up_if_empty()
        yield store


def _pairs(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, old and new District ID. Raises PatronUpdateError that names the line."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            if next(rows, None) != HEADER:
                raise PatronUpdateError(f"{path}, line 1: the header must be {','.join(HEADER)}.")
            seen: set[str] = set()
            for row in rows:
                if row:
                    yield _pair(path, rows.line_num, row, seen)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PatronUpdateError(f"{path} cannot be read as CSV in UTF-8 ({type(error).__name__}).") from None


def _pair(path: Path, line: int, row: list[str], seen: set[str]) -> tuple[int, str, str]:
    old, new = ([*(cell.strip() for cell in row), "", ""])[:2]
    wrong = (
        "there must be two District IDs"
        if len(row) != len(HEADER) or not old or not new
        else "the two District IDs are the same"
        if old == new
        else f"the new District ID is longer than {BY_NAME['districtID'].limit} characters"
        if len(new) > BY_NAME["districtID"].limit
        else "a District ID stands twice in its column"
        if f"old {old}" in seen or f"new {new}" in seen
        else None
    )
    if wrong:
        raise PatronUpdateError(f"{path}, line {line}: {wrong}. Nothing was recorded.")
    seen |= {f"old {old}", f"new {new}"}
    return line, old, new


def add_ruler(made: argparse.ArgumentParser) -> None:
    """Let the command be told who decides, and why."""
    made.add_argument("--by", metavar="WHO", default=None, help="who decides (default: the name you are logged in by)")
    made.add_argument("--reason", metavar="TEXT", help="why")


def ruler_of(options: argparse.Namespace) -> Ruler:
    """Return who decides, now."""
    from patron_update.store.decisions import Ruler

    return Ruler(by=options.by or getpass.getuser(), at=datetime.now(UTC), reason=options.reason)
