from __future__ import annotations

from datetime import date

import pytest

from patron_update.domain.freeze import Allow, Freeze, in_force

SUMMER = Freeze(first=date(2026, 6, 15), last=date(2026, 8, 20), allow=Allow.NOTHING)


@pytest.mark.parametrize(
    ("day", "frozen"),
    [(date(2026, 6, 14), False), (date(2026, 6, 15), True), (date(2026, 8, 20), True), (date(2026, 8, 21), False)],
)
def test_both_ends_of_a_freeze_are_frozen(day, frozen):
    assert in_force([SUMMER], day) == (SUMMER if frozen else None)


def test_a_freeze_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        Freeze(first=date(2026, 6, 15), last=date(2026, 6, 14), allow=Allow.NOTHING)


def test_a_freeze_reads_as_people_say_it():
    assert str(SUMMER) == "no update from 2026-06-15 to 2026-08-20"


def test_where_freezes_meet_the_strictest_counts():
    adds = Freeze(first=date(2026, 6, 1), last=date(2026, 8, 31), allow=Allow.ADDS)

    assert in_force([adds, SUMMER], date(2026, 7, 1)) == in_force([SUMMER, adds], date(2026, 7, 1)) == SUMMER
    assert in_force([adds, SUMMER], date(2026, 6, 1)) == adds
    assert str(adds) == "only new patrons from 2026-06-01 to 2026-08-31"
