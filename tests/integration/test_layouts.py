"""Ready layouts, each with its sample, and files of the kinds that districts have: what becomes of them, in full.

The records that are expected lie in ``.jsonl`` files: beside the vendor's files, and in ``layouts`` for the layouts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from patron_update.conversion import print_records
from patron_update.domain.messages import Severity
from patron_update.jobs.reading import AS_DECLARED
from patron_update.linting import lint_csv
from patron_update.properties import lint, read, write

PROJECT, HERE = Path(__file__).parents[2], Path(__file__).parent
LAYOUTS = sorted((PROJECT / "include" / "properties" / "layouts").glob("*.properties"))
VENDOR_FILES = sorted((HERE / "vendor_files").glob("*.properties"))
TODAY = date(2026, 8, 31)
PAGE = (PROJECT / "docs" / "layouts.md").read_text("utf-8")

MESSAGES = {
    "grade_maps_students": [(4, "site_unmapped", "siteShortName")],
    "report_fourteen_columns": [(3, "site_criteria_missing", "siteShortName")],
    "report_keys_as_header": [(4, "row_too_many_columns", "")],
    "state_students": [(3, "date_invalid", "birthdate"), (3, "gender_invalid", "gender")],
    "oneroster_users": [(6, "row_skipped_by_rule", "")],
}
"""What is told of single rows."""
FINDINGS = {
    "genesis": ["two_digit_year", "two_digit_year"],
    "grade_maps_students": ["key_twice"],
    "state_staff": ["column_in_two_names", "unknown_field"],
}
"""What the linter says of a properties file alone."""


def csv_of(path: Path) -> Path:
    return (
        (PROJECT / "include" / "samples" if path in LAYOUTS else path.parent.parent)
        / path.parent.name
        / (f"{path.stem}.csv")
    )


def converted(path: Path) -> tuple[list[dict[str, object]], list[tuple[int, str, str]]]:
    out, rejects = io.StringIO(), io.StringIO()
    print_records(read(path), csv_of(path), AS_DECLARED, "json", out, rejects=rejects, today=TODAY)
    rows = csv.DictReader(io.StringIO(rejects.getvalue()))
    told = sorted((int(row["line"]), row["code"], row["field"]) for row in rows)
    return [json.loads(line) for line in out.getvalue().splitlines()], told


@pytest.mark.parametrize("path", [*LAYOUTS, *VENDOR_FILES], ids=lambda path: path.stem)
def test_a_file_becomes_the_records_that_are_written_down(path):
    expected = HERE / path.parent.name / f"{path.stem}.jsonl"
    records, told = converted(path)

    assert records == [json.loads(line) for line in expected.read_text("utf-8").splitlines()]
    assert told == MESSAGES.get(path.stem, [])


@pytest.mark.parametrize("path", [*LAYOUTS, *VENDOR_FILES], ids=lambda path: path.stem)
def test_a_file_is_written_as_it_was_read(path):
    content = path.read_bytes()
    encoding = "utf-8" if path in LAYOUTS else "windows-1252"

    assert write(read(path)).encode(encoding) == content


@pytest.mark.parametrize("path", [*LAYOUTS, *VENDOR_FILES], ids=lambda path: path.stem)
def test_the_linter_tells_what_is_wrong_with_a_file_and_nothing_else(path):
    assert sorted(finding.code for finding in lint(read(path))) == FINDINGS.get(path.stem, [])


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_a_layout_fits_its_sample(path):
    found = lint_csv(read(path), csv_of(path))

    assert [finding for finding in found if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_a_layout_loads_no_password(path):
    assert "password" not in read(path).fields


def test_the_vendor_files_show_what_real_ones_have():
    contents = {path.stem: path.read_bytes() for path in VENDOR_FILES}

    assert sum(b"\r\n" in content for content in contents.values()) == len(contents) - 2
    assert rb'regex("^([\w\.\-]+)\@.*"' in contents["grade_maps_students"]
    assert contents["grade_maps_students"].count(b"map_siteShortName_12=") == 2
    assert b"map_siteShortName_-3=" in contents["grade_maps_students"]
    assert "Käthe".encode("windows-1252") in contents["state_students"]
    assert all(b"#COMMENTS_BEGIN" in content for content in contents.values())


def test_the_page_lists_every_layout_and_marks_the_starting_points():
    listed = dict(re.findall(r"^\| \[`(\w+)`\]\(\S+\) \|.*\| (settled|in part|starting point) \|", PAGE, re.MULTILINE))

    assert sorted(listed) == [path.stem for path in LAYOUTS]
    marked = {path.stem for path in LAYOUTS if "STARTING POINT" in path.read_text("utf-8")}
    assert marked == {name for name, state in listed.items() if state != "settled"}
