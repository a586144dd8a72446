"""Incremental updates lose nothing: a Full update after them leaves the patrons that Full updates alone would leave.

So does passing rows over: Full updates that look at every row leave the same patrons.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from rosters import BY_BARCODE, BY_ID
from test_store_equals_domain import EXAMPLES, OWNERSHIP, QUIET, RULES, emptied, files, rosters, row_of, uncontradicted

from patron_update.domain.schedule import UpdateType

if TYPE_CHECKING:
    from patron_update.domain.roster import Options, Record

FULL, INCREMENTAL = UpdateType.FULL, UpdateType.INCREMENTAL


@st.composite
def weeks(draw: st.DrawFn, options: Options) -> list[list[Record]]:
    """Return the files of some nights, each that of the night before with a few rows edited, dropped or new."""
    one, other = ({row_of(record, options): record for record in draw(files(options))} for _ in range(2))
    night, week = one, [list(one.values())]
    for _ in range(draw(st.integers(2, 4))):
        for key in draw(st.lists(st.sampled_from(sorted({*one, *other}, key=str) or [""]), max_size=2, unique=True)):
            edited = draw(st.sampled_from([one.get(key), other.get(key), other.get(key), None]))
            night = {k: record for k, record in night.items() if k != key} | ({key: edited} if edited else {})
        numbered = [replace(record, line=line) for line, record in enumerate(night.values(), start=2)]
        week.append(uncontradicted(numbered, options))
    return week


@pytest.mark.parametrize("options", [BY_ID, BY_BARCODE], ids=["by District ID", "by barcode"])
def test_a_full_update_after_incremental_ones_leaves_what_full_updates_alone_leave(library, tmp_path, options):
    @settings(max_examples=(EXAMPLES + 1) // 2, deadline=None, suppress_health_check=QUIET)
    @given(roster=rosters(), week=weeks(options), ownership=OWNERSHIP)
    def holds(roster, week, ownership):
        ends = []
        for between, afresh in ((INCREMENTAL, False), (FULL, False), (FULL, True)):
            emptied(library)
            library.options, library.sites = replace(options, ownership=ownership), roster.sites
            library.has(*roster.patrons)
            library.has_edited(roster.edits)
            for number, file in enumerate(week):
                update = between if 0 < number < len(week) - 1 else FULL
                note(f"{update}: {library.send(file, update, tmp_path / 'marks.csv', afresh=afresh)}")
            ends.append(library.stored())
        assert ends[0] == ends[1] == ends[2]

    holds()


@pytest.mark.parametrize("options", [BY_ID, BY_BARCODE], ids=["by District ID", "by barcode"])
def test_the_same_file_once_more_inactivates_nobody_twice_and_wakes_nobody(library, tmp_path, options):
    @settings(max_examples=10, deadline=None, suppress_health_check=QUIET)
    @given(roster=rosters(), first=files(options), second=files(options), rule=RULES)
    def holds(roster, first, second, rule):
        emptied(library)
        library.options = replace(options, inactivate_missing=rule)
        library.has(*roster.patrons)
        library.send(first, FULL, tmp_path / "marks.csv")
        for _ in range(4):
            library.send(second, FULL, tmp_path / "marks.csv")
        before, versions = library.stored(), set(library.sql("SELECT id, version FROM patron"))

        library.send(second, FULL, tmp_path / "marks.csv")

        assert library.stored() == before
        assert set(library.sql("SELECT id, version FROM patron")) == versions

    holds()
