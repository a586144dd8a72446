"""When a file counts as complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from patron_update.sources import FileSeen, Watch

NIGHT = datetime(2026, 1, 12, 2, 0, tzinfo=UTC)


def seen(size: int, modified: datetime = NIGHT) -> FileSeen:
    return FileSeen(name="Student Patrons.csv", size=size, modified=modified)


def test_a_file_is_taken_once_it_is_the_same_on_two_looks_in_a_row():
    watch = Watch(2)

    assert [watch.look(seen(size)) for size in (10, 20, 20)] == [None, None, seen(20)]


def test_a_file_that_keeps_its_size_but_not_its_time_is_still_being_written():
    watch = Watch(2)
    watch.look(seen(10))

    assert watch.look(seen(10, NIGHT + timedelta(seconds=5))) is None


def test_a_file_that_vanishes_between_two_looks_begins_anew():
    watch = Watch(2)

    assert [watch.look(found) for found in (seen(10), None, seen(10), seen(10))] == [None, None, None, seen(10)]


def test_one_quiet_look_takes_the_file_at_once():
    assert Watch(1).look(seen(10)) == seen(10)


def test_an_empty_file_is_taken_in_the_end_but_waited_for_twice_as_long():
    watch = Watch(2)

    assert [watch.look(seen(0)) for _ in range(4)] == [None, None, None, seen(0)]


def test_an_empty_file_that_fills_is_judged_as_any_other():
    watch = Watch(2)

    assert [watch.look(found) for found in (seen(0), seen(0), seen(9), seen(9))] == [None, None, None, seen(9)]


def test_yesterdays_file_is_never_taken():
    watch = Watch(1, fresh_after=NIGHT)

    assert watch.look(seen(10, NIGHT - timedelta(seconds=1))) is None
    assert "too old: 10 bytes, modified 2026-01-12 01:59:59 UTC" in watch.why()
    assert watch.look(seen(10, NIGHT)) == seen(10, NIGHT)


def test_why_tells_what_was_seen():
    watch = Watch(3)
    assert watch.why() == "nobody has looked yet"

    watch.look(None)
    assert watch.why() == "not there after 1 look"

    watch.look(seen(1000))
    assert watch.why() == "there with 1,000 bytes, modified 2026-01-12 02:00:00 UTC, but unchanged on 1 of 3 looks"

    watch.look(seen(2000))
    assert watch.why() == "still changing: 1,000 → 2,000 bytes, unchanged on 1 of 3 looks"

    watch.look(None)
    assert watch.why().startswith("not there after 4 looks; it was there before (2,000 bytes")


def test_no_quiet_look_at_all_is_a_mistake():
    with pytest.raises(ValueError, match="at least 1"):
        Watch(0)
