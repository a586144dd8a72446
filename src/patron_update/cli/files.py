"""Commands about files at hand: lint, convert."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.cli.words import FAILED
from patron_update.settings import Settings

if TYPE_CHECKING:
    import argparse

    from patron_update.cli.words import NewCommand


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    made = command("lint", lint, "With no PATH: every job of the include folder, its properties file and its suite.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a job file, properties file or suite")

    made = command("convert", convert, "example: patron-update convert --properties students.properties --csv s.csv")
    made.add_argument("--properties", type=Path, required=True, help="the properties file")
    made.add_argument("--csv", type=Path, required=True, help="the CSV file")
    made.add_argument("--format", choices=["json", "csv"], default="json", help="json: one object a line (default)")
    made.add_argument("--rejects", type=Path, metavar="FILE", help="write the messages about rows to FILE, as CSV")


def lint(options: argparse.Namespace) -> int:
    """Check job files, properties files and suites; print what is wrong and what to do."""
    from patron_update.linting import lint_file, lint_include

    if options.paths:
        remarks = [remark for path in options.paths for remark in lint_file(path)]
    else:
        remarks = list(lint_include(Settings.from_environment().include))
    for remark in remarks:
        print(remark)
    print(f"Remarks: {len(remarks)}." if remarks else "Nothing to remark.", file=sys.stderr)
    return FAILED if any(remark.severity == "error" for remark in remarks) else 0


def convert(options: argparse.Namespace) -> int:
    """Convert a CSV by a properties file and print the records."""
    from patron_update.conversion import print_records

    result = print_records(options.properties, options.csv, options.format, options.rejects, sys.stdout)
    set_aside = ", ".join(f"{rows:,} {outcome}" for outcome, rows in result.outcomes.items())
    for text in (
        *result.notes,
        f"{result.read:,} rows read, {result.alive:,} records; {set_aside or 'none set aside'}.",
    ):
        print(text, file=sys.stderr)
    return 0
