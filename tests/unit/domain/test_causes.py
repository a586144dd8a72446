"""The causes of a mass change; whole faults are in tests/integration/test_causes.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patron_update.domain.causes import Seen, Shifts, causes, is_mass
from patron_update.domain.file_checks import Finding
from patron_update.domain.file_profile import FileProfile
from patron_update.domain.outcomes import Counts

FILE = FileProfile(size=100_000, rows=1000, sites={"OAK": 600, "ELM": 400})
QUIET = Counts(read=1000, unchanged=990, updated=10)
SEEN = Seen(new=FILE, old=FILE, findings=(), counts=QUIET, owned=1000)
UP = [("PK", "KG", 90), ("K", "1", 80), ("1", "2", 300), ("02", "03", 300), ("Grade 9", "Grade 10", 100)]


def named(seen=SEEN, shifts=None):
    return [cause.code for cause in causes(seen, shifts)]


def found(code, *, grave=True):
    return replace(SEEN, findings=(Finding(code=code, text="So it is.", grave=grave),))


def test_a_mass_change_is_more_than_a_tenth_of_the_rows_or_of_a_sites_rows_or_of_the_patrons_missing():
    assert not is_mass(QUIET, [QUIET], 1000)
    assert is_mass(Counts(read=1000, unchanged=899, updated=101), [], 1000)
    assert is_mass(QUIET, [Counts(read=50, updated=11, unchanged=39)], 1000)
    assert not is_mass(QUIET, [Counts(read=50, updated=10, unchanged=40)], 1000), "a few are no mass"
    assert is_mass(Counts(read=880, unchanged=880, missing=120), [], 1000)


@pytest.mark.parametrize(
    ("code", "grave", "much", "little"),
    [
        ("site_absent", True, ["site_absent"], ["site_absent"]),
        ("header", False, ["header"], []),
        ("too_old", True, ["too_old"], []),
        ("identical", True, [], []),
    ],
)
def test_a_grave_finding_is_always_a_cause_and_another_one_only_of_much(code, grave, much, little):
    assert named(found(code, grave=grave), Shifts()) == much
    assert named(found(code, grave=grave)) == little


def test_a_site_seems_absent_when_its_column_is_spoilt():
    both = tuple(Finding(code=code, text="") for code in ("leading_zeros", "site_absent"))

    assert named(replace(SEEN, findings=both)) == ["leading_zeros"]


def test_grades_that_rise_by_one_almost_everywhere_mean_a_new_school_year():
    assert named(shifts=Shifts(grades=UP)) == ["rollover"]
    assert named(shifts=Shifts(grades=[*UP, ("5", "8", 300)])) == [], "too many do something else"
    assert named(shifts=Shifts(grades=[("1", "2", 300), ("2", "2", 700)])) == [], "most stay"
    assert named(shifts=Shifts(grades=[("Red", "Blue", 900)])) == []


def test_grades_that_fall_by_one_almost_everywhere_mean_last_years_file():
    assert named(shifts=Shifts(grades=[(after, before, number) for before, after, number in UP])) == ["school_year"]


def test_rows_and_size_that_fall_mean_a_file_that_is_cut_unless_a_site_or_a_new_year_explains_it():
    half = replace(SEEN, new=replace(FILE, size=60_000, rows=600))
    rows = replace(half, findings=(Finding(code="rows", text=""),))

    assert named(half, Shifts()) == named(rows, Shifts()) == ["truncated"]
    assert named(replace(half, new=replace(half.new, sites={"OAK": 600})), Shifts()) == []
    assert named(rows, Shifts(grades=UP)) == ["rollover"]


def test_keys_are_all_new_when_almost_no_row_names_somebody_and_almost_nobody_is_named():
    new = replace(SEEN, counts=Counts(read=1000, added=950, held=50, missing=950))
    keys = Shifts(new_keys=("S100", "S199"), missing_keys=("100", "199"))

    (cause,) = causes(new, keys)

    assert cause.code == "key_format"
    assert cause.text.endswith("The new District IDs all begin with 'S1'; those before all begin with '1'.")
    assert named(replace(new, counts=Counts(read=1000, added=700, unchanged=300, missing=700)), keys) == []


def test_a_changed_properties_file_is_a_cause():
    assert named(replace(SEEN, properties_changed=True), Shifts()) == ["properties_changed"]
    assert named(replace(SEEN, properties_changed=True)) == []
