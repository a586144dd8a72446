"""Counts that do not add up cannot exist."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.domain.outcomes import Counts, Outcome


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
