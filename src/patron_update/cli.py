"""`patron-update`: the same steps as the DAG, by hand and without Airflow."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from patron_update.errors import PatronUpdateError
from patron_update.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from patron_update.jobs.models import Job
    from patron_update.sources import SftpLogin

FAILED, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 when all is well, 1 when something is wrong in the world, 2 on wrong usage."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except PatronUpdateError as error:
        print(f"patron-update: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return FAILED
    except KeyboardInterrupt:
        print("patron-update: stopped; nothing is half applied.", file=sys.stderr)
        return 130


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


def run(options: argparse.Namespace) -> int:
    """Run a job now, from look to report, and print its Job Summary."""
    from patron_update.by_hand import run_all
    from patron_update.run import open_run
    from patron_update.summary import render

    at = options.at or datetime.now(UTC)
    key = f"cli__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}__{uuid4().hex[:8]}"
    with open_run(options.job, key) as opened:
        if at.tzinfo is None:
            at = at.replace(tzinfo=opened.job.schedule.week.timezone)
        found = run_all(opened, _login(opened.job), options.update, at, preview=options.preview)
        print(render.to_json(found) if options.json else render.to_text(found))
        if not options.json:
            print(f"\nSummary and lists: {opened.folder.path}", file=sys.stderr)
    return 0 if found.outcome in {"completed", "preview"} else FAILED


def summary(options: argparse.Namespace) -> int:
    """Print the Job Summary of a run."""
    from patron_update.reporting import read_summary
    from patron_update.summary import render

    found = read_summary(Settings.from_environment(), options.run)
    print(getattr(render, f"to_{options.format}")(found))
    return 0


def patrons(options: argparse.Namespace) -> int:
    """Print the stored patrons."""
    from patron_update.store import PATRON_KEYS, PatronStore

    with Settings.from_environment().database() as url, PatronStore(url) as store:
        store.set_up_if_empty()
        found = _told_when_nobody(store.patrons(options.site, options.district_id))
        if options.format == "json":
            for patron in found:
                print(json.dumps(patron, ensure_ascii=False))
            return 0
        writer = csv.DictWriter(sys.stdout, PATRON_KEYS, lineterminator="\n")
        writer.writeheader()
        for patron in found:
            sites = " ".join(place["siteShortName"] for place in patron["associations"])
            writer.writerow({**patron, "associations": sites})
    return 0


def _told_when_nobody(patrons: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    nobody = True
    for patron in patrons:
        nobody = False
        yield patron
    if nobody:
        print("No such patron is stored.", file=sys.stderr)


def test_server(options: argparse.Namespace) -> int:
    """Check that the job's file can be fetched: address, host key, log-in, folder, file."""
    from patron_update.jobs.load import load_job
    from patron_update.sources import open_source

    job = load_job(Settings.from_environment().include, options.job)
    report = open_source(job.source, _login(job)).test()
    for step in report.steps:
        print(f"{'ok  ' if step.ok else 'FAIL'}  {step.what}: {step.text}")
    return 0 if report.ok else FAILED


def migrate(_options: argparse.Namespace) -> int:
    """Bring the patron database to this version's schema."""
    from patron_update.store import PatronStore

    with Settings.from_environment().database() as url, PatronStore(url) as store:
        store.migrate()
    print("The patron database is up to date.")
    return 0


def _login(job: Job) -> SftpLogin | None:
    from patron_update.sources import login_from_environment

    return login_from_environment(job.source.sftp.connection) if job.source.sftp else None


def _when(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-08-31T02:15 or 2026-08-31") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="patron-update",
        description="Bring library patrons from a SIS export into the district's patron database.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=textwrap.dedent(
            """\
            environment:
              PATRON_UPDATE_INCLUDE       jobs/, properties/, expectations/ and district.yaml (default ./include)
              PATRON_UPDATE_HOME          workspace for landed files, records and summaries (default ./var)
              PATRON_UPDATE_DATABASE_URL  the patron database (default: an embedded PostgreSQL below the workspace)
              AIRFLOW_CONN_<CONNECTION>   log-in of an SFTP connection, as JSON or URI, in Airflow's own form

            exit codes: 0 all is well; 1 something is wrong, as told; 2 wrong usage
            """
        ),
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: Callable[[argparse.Namespace], int], epilog: str = "") -> argparse.ArgumentParser:
        about = (does.__doc__ or "").strip()
        made = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=textwrap.dedent(epilog),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=does)
        return made

    _add_file_commands(command)
    _add_run_commands(command)
    command("migrate", migrate)
    return parser


def _add_file_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command("lint", lint, "With no PATH: every job of the include folder, its properties file and its suite.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a job file, properties file or suite")

    made = command("convert", convert, "example: patron-update convert --properties students.properties --csv s.csv")
    made.add_argument("--properties", type=Path, required=True, help="the properties file")
    made.add_argument("--csv", type=Path, required=True, help="the CSV file")
    made.add_argument("--format", choices=["json", "csv"], default="json", help="json: one object a line (default)")
    made.add_argument("--rejects", type=Path, metavar="FILE", help="write the messages about rows to FILE, as CSV")


def _add_run_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    made = command("run", run, "example: patron-update run students --update full --preview")
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")
    made.add_argument(
        "--update",
        choices=["auto", "full", "incremental"],
        default="auto",
        help="auto (default): what the weekday says",
    )
    made.add_argument("--preview", action="store_true", help="make the change set and the summary, apply nothing")
    made.add_argument("--at", type=_when, metavar="TIME", help="run as if it were TIME (ISO 8601; default now)")
    made.add_argument("--json", action="store_true", help="print the Job Summary as JSON")

    made = command("summary", summary)
    made.add_argument("run", metavar="RUN", help="a run's number or key, or a job's name for its latest run")
    made.add_argument("--format", choices=["text", "json", "csv", "html"], default="text", help="default: text")

    made = command("patrons", patrons)
    made.add_argument("--site", metavar="SITE", help="only patrons of this site (short name)")
    made.add_argument("--district-id", metavar="ID", help="only the patron with this District ID")
    made.add_argument("--format", choices=["json", "csv"], default="json", help="json: one object a line (default)")

    made = command("test-server", test_server, "Reads the log-in from AIRFLOW_CONN_<CONNECTION>.")
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")


if __name__ == "__main__":
    sys.exit(main())
