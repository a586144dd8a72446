"""An include folder and the files in it: the district, jobs, properties files and suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.errors import JobFileError, PropertiesError, SettingsError
from patron_update.jobs.reading import AS_DECLARED
from patron_update.linting.remarks import Remark
from patron_update.linting.wording import told_apart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patron_update.jobs.reading import Reading


def lint_include(include: Path) -> Iterator[Remark]:
    """Yield what is wrong in an include folder: its district, every job, and the files that the jobs name."""
    from patron_update.jobs.district import DISTRICT_FILE, load_district
    from patron_update.jobs.load import load_jobs, missing_files

    try:
        load_district(include)
    except JobFileError as error:
        yield Remark(path=include / DISTRICT_FILE, severity="error", code="district_file", text=str(error))
    jobs, broken_jobs = load_jobs(include)
    for broken in broken_jobs:
        yield Remark(path=broken.path, severity="error", code="job_file", text=broken.reason)
    named: set[Path] = set()
    for job in jobs:
        for text in missing_files(include, job):
            yield Remark(path=include / "jobs" / f"{job.id}.yaml", severity="error", code="file_missing", text=text)
        if job.properties:
            named.add(include / "properties" / job.properties)
        if job.expectations:
            named.add(include / "expectations" / job.expectations)
    for path in sorted(path for path in named if path.exists()):
        yield from lint_file(path)


def lint_file(path: Path) -> Iterator[Remark]:
    """Yield what is wrong in one properties file, job file, district file or suite, told apart by name and folder."""
    if not path.is_file():
        raise SettingsError(f"There is no file {path}.")
    if path.suffix == ".properties":
        yield from lint_properties(path)
    elif path.parent.name == "expectations":
        yield from _loads(path, "suite_file")
    elif path.parent.name == "jobs":
        yield from _loads(path, "job_file")
    elif path.name == "district.yaml":
        yield from _loads(path, "district_file")
    else:
        raise SettingsError(
            f"{path} is no file that can be checked: a properties file ends in .properties; job files lie in a folder "
            "jobs, suites in a folder expectations, and the district is district.yaml."
        )


def lint_properties(path: Path, csv: Path | None = None, reading: Reading = AS_DECLARED) -> Iterator[Remark]:
    """Yield what is wrong in a properties file; with ``csv``, also what does not fit together (see `lint_csv`)."""
    from patron_update.linting.rows import lint_csv
    from patron_update.properties import MistakesError, lint, read

    try:
        properties = read(path)
        found = lint_csv(properties, csv, reading) if csv else lint(properties)
    except MistakesError as error:
        found = tuple(sorted((*error.findings, *error.warnings), key=lambda finding: finding.line or 0))
    except PropertiesError as error:
        text, remedy = told_apart(str(error))
        yield Remark(path=path, severity="error", code="properties_file", text=text, remedy=remedy)
        return
    for finding in found:
        yield Remark.of(path, finding)


def _loads(path: Path, code: str) -> Iterator[Remark]:
    from patron_update.jobs.district import load_district
    from patron_update.jobs.load import load_job
    from patron_update.validation import load as load_suite

    try:
        if code == "suite_file":
            load_suite(path)
        elif code == "job_file":
            load_job(path.parent.parent, path.stem)
        else:
            load_district(path.parent)
    except JobFileError as error:
        yield Remark(path=path, severity="error", code=code, text=str(error))
