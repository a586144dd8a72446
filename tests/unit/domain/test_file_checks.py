"""The catalogue of file checks, and what becomes of their findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from patron_update.domain.file_checks import CHECKS, Action, Finding, sorted_out
from patron_update.jobs.models import FileChecks

DEFAULTS = FileChecks().actions
SAFETY = Path(__file__).parents[3] / "docs" / "safety.md"


def test_a_finding_stops_asks_warns_or_is_not_looked_for_as_the_job_says():
    rows, header, old = (Finding(code=code, text="Text.") for code in ("rows", "header", "too_old"))

    found = sorted_out([old, rows, header], DEFAULTS)
    assert found == {Action.STOP: [header], Action.ASK: [rows], Action.WARN: [old], Action.OFF: []}

    other = {**DEFAULTS, "rows": Action.WARN, "header": Action.OFF, "too_old": Action.STOP}
    found = sorted_out([old, rows, header], other)
    assert found == {Action.STOP: [old], Action.ASK: [], Action.WARN: [rows], Action.OFF: [header]}


@pytest.mark.parametrize("action", [Action.STOP, Action.ASK, Action.WARN])
def test_a_finding_that_is_not_grave_only_warns(action):
    finding = Finding(code="header", text="Header.", grave=False)

    assert sorted_out([finding], {**DEFAULTS, "header": action})[Action.WARN] == [finding]


def test_a_finding_tells_what_to_do():
    assert str(Finding(code="rows", text="Rows.")).startswith("Rows. Have the SIS export the file again if rows are")


def test_every_check_is_a_key_of_job_files_with_the_catalogues_action():
    assert {code: check.action for code, check in CHECKS.items()} == DEFAULTS


def test_the_documentation_has_the_catalogue_as_its_table():
    rows = "".join(f"| `{check.code}` | {check.action} | {check.meaning} |\n" for check in CHECKS.values())

    assert rows in SAFETY.read_text("utf-8")
