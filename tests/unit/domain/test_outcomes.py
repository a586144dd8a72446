"""Counts that do not add up cannot exist."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.domain.messages import CATALOGUE, Severity
from patron_update.domain.outcomes import HELD_BY, SKIPPED_BY, Counts, Outcome, disagreements


@given(st.dictionaries(st.sampled_from(Outcome), st.integers(0, 10**7)), st.integers(0, 10**7))
def test_the_rows_read_are_the_sum_of_the_outcomes(outcomes, missing):
    counts = Counts.of(outcomes, missing=missing)

    assert counts.read == sum(outcomes.values())
    assert all(getattr(counts, outcome) == outcomes.get(outcome, 0) for outcome in Outcome)
    assert counts.missing == missing


@pytest.mark.parametrize("read", [2, 4])
def test_counts_that_do_not_add_up_are_refused_with_both_figures(read):
    with pytest.raises(ValueError, match=f"{read} rows were read, but the outcomes add up to 3"):
        Counts(read=read, added=1, unchanged=2)


def test_a_patron_missing_from_the_file_is_no_row_of_it():
    assert Counts.of({Outcome.UNCHANGED: 5}, missing=7).read == 5


def test_every_outcome_has_its_count_and_every_count_is_an_outcome_but_read_and_those_of_missing_patrons():
    assert {field.name for field in fields(Counts)} == {*Outcome, "read", "missing", "missing_inactivated"}


def test_counts_are_not_changed_after_they_were_checked():
    with pytest.raises(FrozenInstanceError):
        Counts().added = 1  # type: ignore[misc]


COUNTS = Counts.of(dict(zip(Outcome, range(1, 11), strict=True)), missing_inactivated=11)
RECOUNT = {**{outcome.value: getattr(COUNTS, outcome) for outcome in Outcome}, "missing_inactivated": 11}


def test_counts_that_the_database_confirms_are_right():
    assert disagreements(COUNTS, RECOUNT) == ()


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.UNCHANGED])
def test_a_row_more_or_less_of_any_outcome_than_the_database_knows_is_told(outcome):
    """Each row that is counted wrongly takes one from, or gives one to, the unchanged rows, which nothing tells of."""
    for by in (1, -1):
        shifted = {outcome: getattr(COUNTS, outcome) + by, Outcome.UNCHANGED: COUNTS.unchanged - by}
        wrong = replace(COUNTS, **{name.value: rows for name, rows in shifted.items()})

        assert any(f"rows {outcome}: " in what for what in disagreements(wrong, RECOUNT))


def test_a_missing_patron_who_was_not_inactivated_is_told():
    assert disagreements(replace(COUNTS, missing_inactivated=12), RECOUNT) == (
        "missing patrons inactivated: 12 by the counts, 11 by the database",
    )


def test_rows_beside_the_one_that_the_history_names_are_no_more_than_the_associations_that_changed():
    counts = Counts(read=6, updated=3, associated=3)

    assert disagreements(counts, {"updated": 1, "associated": 2, "places": 3}) == ()
    assert len(disagreements(counts, {"updated": 1, "associated": 2, "places": 2})) == 2


def test_every_code_by_which_rows_are_counted_is_in_the_catalogue():
    assert all(CATALOGUE[code].severity is Severity.ERROR for code in HELD_BY)
    assert all(CATALOGUE[code].severity is Severity.INFO for code in SKIPPED_BY)
