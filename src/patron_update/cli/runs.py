"""Commands about jobs and their runs: jobs, run, approve, reject, summary, patrons, test-server, remaster, migrate."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from patron_update.cli.people import add_ruler, ruler_of
from patron_update.cli.words import FAILED, when
from patron_update.errors import SettingsError
from patron_update.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from patron_update.cli.words import NewCommand
    from patron_update.jobs.models import Job
    from patron_update.run import Run
    from patron_update.sources import SftpLogin
    from patron_update.store.decisions import Ruler
    from patron_update.summary import Summary


def add(command: NewCommand) -> None:
    """Add this module's commands."""
    command("jobs", jobs)

    for name, does, example in (("run", run, "run students"), ("preview", preview, "preview students --update full")):
        made = command(name, does, f"example: patron-update {example}")
        made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")
        made.add_argument(
            "--update",
            choices=["auto", "full", "incremental"],
            default="auto",
            help="auto (default): what the weekday says",
        )
        made.add_argument("--at", type=when, metavar="TIME", help="run as if it were TIME (ISO 8601; default now)")
        made.add_argument("--json", action="store_true", help="print the Job Summary as JSON")
        if does is run:
            made.add_argument("--preview", action="store_true", help="the same as the command preview")

    for name, does in (("approve", approve), ("reject", reject)):
        made = command(name, does, f"example: patron-update {name} 17")
        held = "number, key or JOB/KEY of a run that is held, or has sites on hold"
        made.add_argument("run", metavar="RUN", help=held)
        add_ruler(made)

    made = command("summary", summary)
    made.add_argument("run", metavar="RUN", help="a run's number or key, or a job's name for its latest run")
    made.add_argument("--format", choices=["text", "json", "csv", "html"], default="text", help="default: text")

    made = command("patrons", patrons)
    made.add_argument("--site", metavar="SITE", help="only patrons of this site (short name or alias)")
    made.add_argument("--district-id", metavar="ID", help="only the patron with this District ID")
    made.add_argument("--format", choices=["json", "csv"], default="json", help="json: one object a line (default)")

    made = command("test-server", test_server, "Reads the log-in from AIRFLOW_CONN_<CONNECTION>.")
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")

    made = command("remaster", remaster, "Changes no patron and no history. Do it when no run of the job is under way.")
    made.add_argument("job", metavar="JOB", help="the job file's name without .yaml")

    command("migrate", migrate)


def jobs(_options: argparse.Namespace) -> int:
    """List the jobs: their file, their week, and when they are frozen."""
    from patron_update.jobs.load import load_jobs

    sound, broken = load_jobs(Settings.from_environment().include)
    for job in sound:
        print(f"{job.id}: {job.name}, {job.source.place.file}\n  {job.schedule.week}")
        for freeze in job.frozen_days:
            print(f"  frozen: {freeze}")
    for one in broken:
        print(f"{one.id}: broken; `patron-update lint` tells why", file=sys.stderr)
    return FAILED if broken else 0


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
    return 0 if found.outcome in {"completed", "preview", "frozen"} else FAILED


def preview(options: argparse.Namespace) -> int:
    """Run a job now up to the change set: list what would change, field by field, and change nobody."""
    options.preview = True
    return run(options)


def approve(options: argparse.Namespace) -> int:
    """Apply exactly what a run has held, or its sites on hold; void when anything has changed since."""
    from patron_update import by_hand

    return 0 if _answered(options, by_hand.approve).outcome == "completed" else FAILED


def reject(options: argparse.Namespace) -> int:
    """Have what a run has held, or its sites on hold, never be applied by it; everything stays as it is."""
    from patron_update import by_hand

    _answered(options, by_hand.reject)
    return 0


def _answered(options: argparse.Namespace, answer: Callable[[Run, Ruler], Summary]) -> Summary:
    from patron_update.continuing import continuation_key
    from patron_update.reporting import read_summary
    from patron_update.run import open_run
    from patron_update.summary import render

    settings = Settings.from_environment()
    held = read_summary(settings, options.run)
    key = continuation_key(held.run) if held.held_sites else held.run
    with open_run(held.job, key, settings) as opened:
        found = answer(opened, ruler_of(options))
    print(render.to_text(found))
    return found


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

    settings = Settings.from_environment()
    site = _short_name(settings, options.site) if options.site else None
    with settings.database() as url, PatronStore(url) as store:
        store.set_up_if_empty()
        found = _told_when_nobody(store.patrons(site, options.district_id))
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


def _short_name(settings: Settings, name: str) -> str:
    """Return the short name of the site that ``name`` means. Raises SettingsError when the district has none."""
    from patron_update.jobs.district import load_district

    district = load_district(settings.include)
    site = district.site_named(name)
    if site is None:
        known = ", ".join(one.short_name for one in district.sites)
        raise SettingsError(f"The district has no site {name!r}. Its sites: {known}.")
    return site.short_name


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


def remaster(options: argparse.Namespace) -> int:
    """Forget what a job has applied, so that its next run looks at everything."""
    from patron_update.jobs.load import load_job
    from patron_update.store import PatronStore

    settings = Settings.from_environment()
    name = options.job
    removed = not (settings.include / "jobs" / f"{name}.yaml").exists()
    with settings.database() as url, PatronStore(url) as store:
        store.set_up_if_empty()
        if not (removed and store.owned(name)):
            load_job(settings.include, name)  # A broken job file is told, and one that never was.
        forgotten = store.remaster(name)
    print(f"Forgotten: the {forgotten:,} records that job {name!r} has applied. No patron was changed.")
    if removed:
        print("Its job file is gone. Other jobs may now inactivate patrons whom only it still named.")
        return 0
    print(
        "Its next run is Full, whatever day it is, and compares every row with the stored patrons. It is taken for a "
        "first run: what it adds and moves is not judged by the limits, so look at a preview before "
        f"(`patron-update preview {name}`).\n"
        "Patrons whom its next file does not name are not this job's any more: it will not inactivate them."
    )
    return 0


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
