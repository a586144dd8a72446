"""Every scenario of tests/scenarios comes true, in any order of the file's rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scenario_run import Stage, as_rows, counted, counts_of, messages, wanted
from scenario_text import scenarios

from patron_update.domain.messages import CATALOGUE
from patron_update.store import PatronStore, passwords

if TYPE_CHECKING:
    from scenario_run import Told
    from scenario_text import Night, Scenario

    from patron_update.embedded.postgres import EmbeddedPostgres

FOLDER = Path(__file__).parent.parent / "scenarios"
EVERY = [scenario for path in sorted(FOLDER.glob("*.txt")) for scenario in scenarios(path)]
ONE_NIGHT = [each for each in EVERY if len(each.nights) == 1 and len(each.nights[0].sections["FILE"]) > 2]
AT_LEAST = 262
ELSEWHERE = {
    *("row_header", "row_footer", "row_unreadable", "site_unmapped"),  # the reading of files: tests/unit/files
    *("expectation_warning", "expectation_rejected", "expectation_file_warning"),  # tests/unit/validation
    "missing_elsewhere",  # two jobs: tests/integration/test_store_baseline.py
    *("site_waits", "patron_frozen", "taken_back", "not_taken_back"),  # limits, freeze and undo: tests/integration
}
"""Messages that no scenario shows, with the place that does."""


@pytest.fixture(scope="module")
def scenario_database(postgres: EmbeddedPostgres) -> str:
    """Return the URL of one patron database for all scenarios: to empty it is quicker than to make it."""
    url = postgres.database("scenarios")
    with PatronStore(url) as store:
        store.migrate()
    return url


@pytest.fixture
def stage(tmp_path: Path, scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(passwords, "COST", passwords.Cost(n=2))
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(tmp_path / "include"))
    monkeypatch.setenv("PATRON_UPDATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", scenario_database)
    return Stage(tmp_path, scenario_database)


def test_every_message_of_the_update_stands_in_a_scenario():
    text = "".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt")))

    assert {code for code in CATALOGUE if not re.search(rf"\b{code}\b", text)} == ELSEWHERE


def by_name(scenario: Scenario) -> str:
    return scenario.name


@pytest.mark.parametrize("scenario", EVERY, ids=by_name)
def test_the_scenario_comes_true(stage, scenario):
    for number, (night, told) in enumerate(zip(scenario.nights, stage.play(scenario), strict=True), 1):
        where = f"{scenario.place}, night {number}: {told.summary.reasons}"
        assert_ending(night, told, where)
        if "COUNTS" in night.sections:
            assert counted(told.summary) == counts_of(night.text("COUNTS")), where
        if "AFTER" in night.sections:
            columns, rows = wanted(night.sections["AFTER"])
            assert as_rows(told.after, columns) == rows, where
        columns, rows = wanted(night.sections.get("MESSAGES") or ["line,code"])
        assert messages(told.summary, columns) == rows, where


def assert_ending(night: Night, told: Told, where: str) -> None:
    outcome, _, words = (night.text("OUTCOME") or "completed").partition(":")
    assert told.summary.outcome == outcome.strip(), where
    assert words.strip() in " ".join(told.summary.reasons), where


@pytest.mark.parametrize("scenario", ONE_NIGHT, ids=by_name)
def test_the_order_of_the_rows_makes_no_difference(stage, scenario):
    (told,) = stage.play(scenario, turned=True)

    night = scenario.nights[0]
    if "COUNTS" in night.sections:
        assert counted(told.summary) == counts_of(night.text("COUNTS"))
    if "AFTER" in night.sections:
        columns, rows = wanted(night.sections["AFTER"])
        assert as_rows(told.after, columns) == rows
    columns, rows = wanted(night.sections.get("MESSAGES") or ["code"])
    assert sorted(row[columns.index("code")] for row in rows) == [code for (code,) in messages(told.summary, ["code"])]


def test_there_are_many_scenarios_and_no_two_share_a_name():
    names = [scenario.name for scenario in EVERY]

    assert len(set(names)) == len(names)
    assert len(names) >= AT_LEAST
