"""Row order never matters: the same rows in any order make the same of the same patrons."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rosters import BY_BARCODE, BY_ID
from test_store_equals_domain import DUE, EXAMPLES, QUIET, askers, changeable, nights

from patron_update.domain.fields import AUTOASSIGN
from patron_update.domain.matching import match
from patron_update.domain.roster import ChangeSet, Options, Record, Roster, key_of
from patron_update.domain.update import plan_update


def made(change_set: ChangeSet, roster: Roster, records: list[Record], options: Options) -> tuple:
    """Return what a change set does, told without lines."""
    key = {record.line: key_of(record, options) for record in records}
    after = change_set.applied_to(roster)
    return (
        Counter((key[row.line], row.outcome) for row in change_set.rows),
        Counter(message.code for message in change_set.messages),
        sorted((sorted(one.values.items()), one.associations) for one in after.patrons),
        (after.patron_types, after.edits, after.gone),
    )


@pytest.mark.parametrize("options", [BY_ID, BY_BARCODE], ids=["by District ID", "by barcode"])
def test_the_same_rows_in_another_order_make_the_same_of_the_same_patrons(options):
    @settings(max_examples=10 * EXAMPLES, deadline=None, suppress_health_check=QUIET)
    @given(night=nights(options), options=changeable(options), data=st.data())
    def holds(night, options, data):
        roster, records, missing = night
        shuffled = data.draw(st.permutations(records))
        shuffled = [replace(record, line=line) for line, record in enumerate(shuffled, start=2)]

        one, other = (plan_update(roster, rows, options, missing=missing, at=DUE) for rows in (records, shuffled))

        assert made(other, roster, shuffled, options) == made(one, roster, records, options)

    holds()


@settings(max_examples=10 * EXAMPLES, deadline=None, suppress_health_check=QUIET)
@given(case=askers())
def test_a_barcode_that_the_update_chooses_is_in_no_conflict_and_the_next_night_chooses_none(case):
    roster, records = case
    asking = {one.line for one in records if one.action is None and one.given("barcode") == AUTOASSIGN}
    asking -= {one.line for one in records if match(roster, one, BY_ID)}

    once = plan_update(roster, records, BY_ID)

    codes = [one.code for one in once.messages if one.line in asking]
    assert [code for code in codes if code.startswith(("barcode_taken", "barcode_wanted", "claim_waits"))] == []
    again = plan_update(once.applied_to(roster), records, BY_ID)
    assert "barcode_assigned" not in {one.code for one in again.messages}
