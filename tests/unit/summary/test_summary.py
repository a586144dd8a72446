"""What a Job Summary may say, and how it looks as JSON, CSV and text."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from pydantic import ValidationError

from patron_update.domain.messages import CATALOGUE
from patron_update.domain.outcomes import Counts, Outcome
from patron_update.summary import RunCounts, SiteCounts, Summary, to_csv, to_html, to_json, to_text
from patron_update.summary.headline import headline
from patron_update.summary.schema import text as schema_text

ROOT = Path(__file__).parents[3]
STARTED = datetime(2026, 8, 31, 7, 15, tzinfo=UTC)


def test_rows_read_must_be_the_sum_of_the_outcomes():
    with pytest.raises(ValidationError, match="10 rows were read, but the outcomes add up to 9"):
        RunCounts(read=10, added=4, rejected=5, missing=1)


def test_what_the_sites_count_must_be_what_the_run_counts(summary):
    sites = [SiteCounts(site="A", read=2, added=2), SiteCounts(site="B", read=1, updated=1)]

    assert summary(counts=RunCounts(read=3, added=2, updated=1, missing=9), sites=sites)
    with pytest.raises(ValidationError, match="added: the run counts 1 rows, its sites together 2"):
        summary(counts=RunCounts(read=3, added=1, updated=2), sites=sites)


@pytest.mark.parametrize("outcome", ["failed", "held"])
def test_a_run_that_did_not_go_through_must_say_why(summary, outcome):
    with pytest.raises(ValidationError, match="must say why"):
        summary(outcome=outcome)


@pytest.mark.parametrize(("outcome", "called"), [("failed", "not applied"), ("held", "held")])
def test_the_rows_of_a_failed_run_wait_for_nobody(summary, outcome, called):
    told = summary(outcome=outcome, reasons=["x"], counts=RunCounts(read=2, held=2))

    assert f"read 2   {called} 2" in to_text(told)
    assert f"<dt>{called.capitalize()}</dt><dd>2</dd>" in to_html(told)


@pytest.mark.parametrize(
    "wrong",
    [{"finished": STARTED - timedelta(1)}, {"started": datetime(2026, 8, 31)}, {"colour": "red"}],  # noqa: DTZ001
)
def test_a_summary_with_a_wrong_time_or_an_unknown_part_cannot_be_built(summary, wrong):
    with pytest.raises(ValidationError):
        summary(**wrong)


def test_the_counts_are_those_of_the_domain():
    assert (
        set(RunCounts.model_fields)
        == {"read", "missing", "missing_inactivated", *Outcome}
        == set(Counts.__dataclass_fields__)
    )


def test_the_json_form_has_the_committed_schema_and_exactly_its_keys(summary, message):
    found = json.loads(to_json(summary(counts=RunCounts(read=1, held=1), messages=[message()])))

    jsonschema.validate(found, json.loads(schema_text()))
    assert {"run", "job", "update", "outcome", "counts", "messages"} <= set(found)
    assert list(found["counts"]) == [
        "read", "added", "updated", "unchanged", "transferred", "associated", "inactivated", "deleted", "rejected",
        "skipped", "held", "missing", "missing_inactivated",
    ]  # fmt: skip
    assert set(found["messages"][0]) == {
        "code", "severity", "label", "line", "site", "district_id", "barcode", "field", "value", "cause", "remedy",
        "commands",
    }  # fmt: skip
    assert found["update"] == "full"
    assert Summary.model_validate_json(json.dumps(found)).counts.held == 1


def test_a_run_that_failed_before_it_chose_has_no_update_and_no_file(summary):
    found = json.loads(to_json(summary(outcome="failed", update=None, file=None, run_id=None, reasons=["No file."])))

    jsonschema.validate(found, json.loads(schema_text()))
    assert (found["update"], found["file"], found["run_id"]) == (None, None, None)


def test_the_committed_schema_is_current():
    committed = (ROOT / "include/schemas/summary.schema.json").read_text(encoding="utf-8")

    assert committed == schema_text(), "run: python -m patron_update.summary.schema"


def test_a_message_of_every_kind_becomes_a_message_of_the_summary(message):
    for code in CATALOGUE:
        made = message(code, detail="the detail", site="A")
        assert "{" not in made.label + made.cause + made.remedy


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_value_in_the_csv_starts_like_a_formula(summary, message, start):
    evil = start + 'cmd|"/c calc"!A1'
    (row,) = csv.DictReader(to_csv(summary(messages=[message(value=evil, district_id=evil)])).splitlines(keepends=True))

    assert row["value"] == row["district_id"] == "'" + evil


def test_the_csv_has_one_line_for_each_message_and_survives_quotes_and_line_breaks(summary, message):
    values = ['say "no"', "a,b", "two\nlines", "Ñandú"]
    text = to_csv(summary(messages=[message(value=value) for value in values]))

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["value"] for row in rows] == values
    assert rows[0]["line"] == "5"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"counts": RunCounts(read=1_490, added=1_487, rejected=2, held=1)},
            "1,487 patrons added, 3 rows need you",
        ),
        ({"counts": RunCounts(read=3, added=1, updated=1, held=1)}, "1 patron added, 1 updated, 1 row needs you"),
        ({"counts": RunCounts(read=5, unchanged=5)}, "No patron needed a change"),
        (
            {"outcome": "preview", "counts": RunCounts(read=5, transferred=5)},
            "Preview: 5 patrons would be transferred",
        ),
        ({"outcome": "failed", "reasons": ["x"]}, "The update failed; no patron was changed"),
        (
            {"outcome": "held", "reasons": ["x"], "counts": RunCounts(read=5, inactivated=5)},
            "On hold, no patron was changed: 5 patrons would be inactivated",
        ),
    ],
)
def test_the_headline_says_in_plain_language_what_happened(summary, facts, words):
    assert headline(summary(**facts)) == words


def test_the_text_form_fits_a_few_screens_however_much_there_is_to_tell(summary, message):
    sites = [SiteCounts(site=f"SITE-{n}", read=1, added=1) for n in range(300)]
    messages = [message(code, line=line) for code in CATALOGUE for line in range(200)]

    lines = to_text(summary(counts=RunCounts(read=300, added=300), sites=sites, messages=messages)).splitlines()

    assert len(lines) <= 100
    assert max(map(len, lines)) <= 132
    assert lines[0] == "Students: 300 patrons added."


def test_the_text_form_shows_errors_first_with_their_first_rows(summary, message):
    messages = [message("row_blank", line=9, value=None), *(message(line=line) for line in (5, 6, 7))]

    text = to_text(summary(counts=RunCounts(read=4, rejected=3, skipped=1), messages=messages))

    assert text.index("ERROR         3  Site short name 'MAPEL' does not exist") < text.index("INFO          1")
    assert "line 5, Site Short Name 'MAPEL'" in text
    assert "line 7" not in text


def test_the_text_tells_the_number_by_which_decisions_name_the_run(summary):
    assert to_text(summary(run_id=17)).splitlines()[1].endswith(" (number 17)")
    assert "number" not in to_text(summary(run_id=None)).splitlines()[1]


def test_the_text_tells_for_when_the_update_was_and_when_it_was_made(summary):
    due = datetime(2026, 8, 29, 2, 15, tzinfo=ZoneInfo("America/Chicago"))
    assert "for Saturday, 2026-08-29 02:15 · made 2026-08-31 07:15 UTC" in to_text(summary(due=due)).splitlines()
    assert "made 2026-08-31 07:15 UTC" in to_text(summary()).splitlines()


def test_a_value_cannot_steer_the_terminal(summary, message):
    assert "\x1b" not in to_text(summary(messages=[message(value="\x1b[2Jgone", district_id="\x1b]0;x\x07")]))
