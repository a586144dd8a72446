"""Commands about files at hand: lint, sample, convert."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.cli.words import FAILED, number
from patron_update.files.delimiter import DELIMITERS
from patron_update.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from patron_update.cli.words import NewCommand
    from patron_update.jobs.reading import Reading
    from patron_update.linting import Remark
    from patron_update.properties import Properties

LINT_NOTES = """\
With no PATH: every job of the include folder, its properties file and its suite.

examples:
  patron-update lint include/properties/students.properties --csv "Student Patrons.csv"
  patron-update lint --job students --csv "Student Patrons.csv" --format sarif

exit codes: 0 no errors; 1 errors, with --strict also warnings; 2 wrong usage
"""


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    made = command("lint", lint, LINT_NOTES)
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a job file, properties file or suite")
    made.add_argument("--csv", type=Path, metavar="FILE", help="hold the one properties file against this CSV")
    _add_reading(made)
    made.add_argument("--format", choices=["text", "json", "sarif"], default="text", help="default: text")
    made.add_argument("--strict", action="store_true", help="let warnings count as errors")

    made = command("sample", sample, "example: patron-update sample --properties students.properties --csv s.csv")
    made.add_argument("--properties", type=Path, metavar="FILE", help="the properties file (default: the job's)")
    made.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the CSV file")
    _add_reading(made)
    made.add_argument("--rows", type=number, default=5, metavar="N", help="how many rows (default 5)")
    made.add_argument("--format", choices=["text", "json"], default="text", help="default: text")

    made = command("convert", convert, "example: patron-update convert --properties students.properties --csv s.csv")
    made.add_argument("--properties", type=Path, metavar="FILE", help="the properties file (default: the job's)")
    made.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the CSV file")
    _add_reading(made)
    made.add_argument(
        "--format", choices=["json", "csv", "xml"], default="json", help="json: one object a line (default)"
    )
    made.add_argument("--rejects", type=Path, metavar="FILE", help="write the messages about rows to FILE, as CSV")


def _add_reading(made: argparse.ArgumentParser) -> None:
    made.add_argument("--job", metavar="JOB", help="take properties file, encoding, delimiter and sites from this job")
    made.add_argument("--encoding", metavar="NAME", help="encoding of the CSV (default: what job or properties say)")
    made.add_argument("--delimiter", choices=[*DELIMITERS], help="(default: what the job says or the CSV shows)")
    made.set_defaults(refuse=made.error)


def _read_by(options: argparse.Namespace, properties: Path | None) -> tuple[Path, Reading]:
    """Return the properties file and how the CSV is read: as the job wants it, where the command does not say."""
    from patron_update.jobs.reading import AS_DECLARED, named_by_job

    path: Path | None = None
    reading = AS_DECLARED
    if options.job:
        path, reading = named_by_job(Settings.from_environment().include, options.job)
    path = properties or path
    if path is None:
        raise options.refuse("name one properties file, or a job that has one")
    return path, replace(
        reading,
        encoding=options.encoding or reading.encoding,
        delimiter=options.delimiter or reading.delimiter,
    )


def lint(options: argparse.Namespace) -> int:
    """Check job files, properties files and suites; print what is wrong and what to do."""
    from patron_update import linting

    remarks = list(_remarks(options))
    told = getattr(linting, f"to_{options.format}")(remarks, options.csv)
    if told:
        print(told)
    print(f"Remarks: {len(remarks)}." if remarks else "Nothing to remark.", file=sys.stderr)
    grave = {"error", "warning"} if options.strict else {"error"}
    return FAILED if any(remark.severity in grave for remark in remarks) else 0


def _remarks(options: argparse.Namespace) -> Iterator[Remark]:
    from patron_update.linting import lint_file, lint_include, lint_properties

    if options.job or options.csv:
        if len(options.paths) > 1:
            options.refuse("name one properties file, or a job that has one")
        path, reading = _read_by(options, options.paths[0] if options.paths else None)
        yield from lint_properties(path, options.csv, reading)
    elif options.paths:
        for path in options.paths:
            yield from lint_file(path)
    else:
        yield from lint_include(Settings.from_environment().include)


def sample(options: argparse.Namespace) -> int:
    """Show for the first rows of a CSV what each field is made of: source, template, result."""
    from patron_update import sampling
    from patron_update.properties import read

    path, reading = _read_by(options, options.properties)
    properties = read(path)
    _print_warnings(path, properties)
    found = sampling.sample(properties, options.csv, reading, rows=options.rows)
    print(getattr(sampling, f"to_{options.format}")(found))
    if options.format == "text":
        for note in found.notes:
            print(note, file=sys.stderr)
    return 0


def convert(options: argparse.Namespace) -> int:
    """Convert a CSV by a properties file and print the records."""
    from patron_update.conversion import print_records
    from patron_update.properties import read

    path, reading = _read_by(options, options.properties)
    properties = read(path)
    _print_warnings(path, properties)
    today = datetime.now().astimezone().date()
    result = print_records(
        properties, options.csv, reading, options.format, sys.stdout, rejects=options.rejects, today=today
    )
    set_aside = ", ".join(f"{rows:,} {outcome}" for outcome, rows in result.outcomes.items())
    for text in (
        *result.notes,
        f"{result.read:,} rows read, {result.alive:,} records; {set_aside or 'none set aside'}.",
    ):
        print(text, file=sys.stderr)
    return 0


def _print_warnings(path: Path, properties: Properties) -> None:
    for warning in properties.warnings:
        print(f"{path}, {warning}", file=sys.stderr)
