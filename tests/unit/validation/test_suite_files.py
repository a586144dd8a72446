"""What a suite file may say, and how a mistake in one is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from patron_update.errors import JobFileError
from patron_update.validation import load
from patron_update.validation.catalogue import CATALOGUE, UNSUPPORTED
from patron_update.validation.schema import schema, text

ROOT = Path(__file__).parents[3]


@pytest.fixture
def suite_with(tmp_path):
    """Return a function that loads a suite with these expectations."""

    def made(expectations: str, name: str = "name: Students"):
        path = tmp_path / "students.yaml"
        path.write_text(f"{name}\nexpectations:\n" + dedent(expectations), encoding="utf-8")
        return load(path)

    return made


GRADE = """\
- expect: expect_column_values_to_be_in_set
  column: gradeLevel
  value_set: [KG, "1"]
  severity: warn
  note: a grade is KG or 1.
"""


def test_a_suite_tells_which_columns_a_batch_and_the_figures_must_have(suite_with):
    unique = "- {expect: expect_column_values_to_be_unique, column: username, severity: warn, note: unique}\n"
    suite = suite_with(GRADE + unique)

    assert suite.columns == ("grade_level",)
    assert suite.figure_columns == ("username",)
    assert suite.expectations[0].note == "a grade is KG or 1"


@pytest.mark.parametrize(
    ("wrong", "right", "line", "hint"),
    [
        ("expect_column_values_to_be_in_sett", "expect_column_values_to_be_in_set", 3, "Did you mean"),
        ("column: gradelevel", "column: gradeLevel", 4, "Did you mean 'gradeLevel'?"),
        ("value_sett:", "value_set:", 5, "Did you mean 'value_set'?"),
        ("severity: worn", "severity: warn", 6, "Did you mean 'warn'?"),
        ("[KG, 1]", '[KG, "1"]', 5, "write it in quotes"),
        ("column: password", "column: gradeLevel", 4, "never kept as sent"),
        ("mostly: 0.5\n  note: x", "note: a grade is KG or 1.", 7, "goes with severity stop"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_line_and_the_remedy(suite_with, wrong, right, line, hint):
    with pytest.raises(JobFileError) as caught:
        suite_with(GRADE.replace(right, wrong))

    assert f"students.yaml, line {line}: " in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("expect: expect_column_values_to_match_regex, column: homeroom, severity: warn, note: x", "needs regex"),
        ("expect: expect_table_row_count_to_be_between, severity: stop, note: x", "needs min_value or max_value"),
        ("expect: expect_column_values_to_not_be_null, severity: warn, note: x", "column is missing"),
        ("expect: expect_column_values_to_not_be_null, column: homeroom, severity: warn", "note is missing"),
        ("column: homeroom, severity: warn, note: x", "expect is missing"),
        (
            "expect: expect_table_row_count_to_be_between, min_value: 1, severity: reject, note: x",
            "cannot reject a row; use warn or stop",
        ),
        (
            "expect: expect_table_row_count_to_be_between, column: homeroom, min_value: 1, severity: stop, note: x",
            "leave column out",
        ),
        (
            "expect: expect_column_values_to_match_regex, column: homeroom, regex: '(', severity: warn, note: x",
            "unterminated subpattern",
        ),
        (
            "expect: expect_column_values_to_be_between, column: birthdate, min_value: 3, severity: warn, note: x",
            "3 is no date",
        ),
        (
            "expect: expect_column_values_to_match_like_pattern, column: homeroom, severity: warn, note: x",
            "use expect_column_values_to_match_regex",
        ),
        ("expect: expect_column_values_to_not_be_null, expect: x", "stands twice"),
    ],
)
def test_an_expectation_that_cannot_be_judged_is_refused(suite_with, entry, problem):
    with pytest.raises(JobFileError, match=r"line 3") as caught:
        suite_with(f"- {{{entry}}}")

    assert problem in str(caught.value)


def test_a_suite_that_is_not_there_names_those_that_are(tmp_path):
    (tmp_path / "staff.yaml").touch()

    with pytest.raises(JobFileError, match=r"not there.*staff\.yaml"):
        load(tmp_path / "students.yaml")


def test_the_fingerprint_changes_with_the_judgement_and_not_with_words_and_order(suite_with):
    other = GRADE.replace("gradeLevel", "homeroom")
    first = suite_with(GRADE + other).fingerprint

    assert (
        suite_with("# a comment\n" + other + GRADE.replace("a grade is", "one of"), "name: Pupils").fingerprint == first
    )
    assert suite_with(GRADE + other.replace("warn", "reject")).fingerprint != first
    assert suite_with(GRADE + other.replace('"1"', '"2"')).fingerprint != first


@pytest.mark.parametrize("path", sorted((ROOT / "include/expectations").glob("*.yaml")), ids=lambda path: path.name)
def test_the_suites_of_the_project_load(path):
    assert load(path).expectations


def test_reading_a_suite_imports_neither_great_expectations_nor_pandas():
    code = (
        "import sys; from pathlib import Path; from patron_update.validation import load; "
        "load(Path('include/expectations/students.yaml')); "
        "print([name for name in ('great_expectations', 'pandas') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_the_committed_schema_is_current():
    committed = (ROOT / "include/schemas/expectations.schema.json").read_text(encoding="utf-8")

    assert committed == text(), "run: python -m patron_update.validation.schema"
    assert len(schema()["properties"]["expectations"]["items"]["oneOf"]) == len(CATALOGUE)
    json.loads(committed)


def test_every_expectation_of_great_expectations_is_offered_or_refused_with_a_reason():
    from great_expectations.expectations.registry import list_registered_expectation_implementations as registered

    known = set(registered()) - {"unexpected_rows_expectation"}

    assert set(CATALOGUE) <= known
    assert known <= set(CATALOGUE) | set(UNSUPPORTED)
