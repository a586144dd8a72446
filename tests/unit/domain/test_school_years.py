"""Whether a file is of the school year that is under way; SPRING and AUTUMN lie in the same calendar year."""

from __future__ import annotations

from datetime import date

import pytest

from patron_update.domain.file_profile import FileProfile
from patron_update.domain.school_years import school_year

WINTER, SPRING, SUMMER, AUTUMN = date(2027, 1, 15), date(2027, 5, 3), date(2027, 7, 2), date(2027, 11, 2)


def of(year: int | None) -> FileProfile:
    return FileProfile(size=1, year_said=year)


@pytest.mark.parametrize(
    ("last", "year", "on", "grave"),
    [
        (2027, 2027, AUTUMN, None),  # a form of the year that is not ours was let in once
        (2027, 2028, SUMMER, None),  # the rollover
        (2027, 2028, AUTUMN, None),
        (2027, 2028, SPRING, False),
        (2027, 2028, WINTER, True),
        (2028, 2029, SUMMER, True),
        (2028, 2027, SUMMER, True),
        (2028, 2027, AUTUMN, True),
        (2028, 2027, WINTER, False),  # the one applied last was ahead
        (None, 2027, WINTER, None),
        (None, 2026, WINTER, False),
        (2027, None, WINTER, None),
    ],
)
def test_the_year_should_be_that_of_the_last_file_or_the_one_under_way(last, year, on, grave):
    found = list(school_year(of(year), of(last) if last else None, on))

    assert [one.grave for one in found] == ([] if grave is None else [grave])


def test_a_year_to_come_that_only_the_grades_show_is_told():
    (found,) = school_year(FileProfile(size=1, year_shown=2028), of(2027), WINTER)

    assert not found.grave
    assert found.text == "The file is of school year 2027-28; 2026-27 is under way."
    assert "Nothing needs to be done if the SIS has moved on" in str(found)


def test_a_first_file_is_not_judged_by_its_grades():
    assert not [*school_year(FileProfile(size=1, year_shown=2026), None, WINTER)]
