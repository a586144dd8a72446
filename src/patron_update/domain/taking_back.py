"""Rows that would do again what an undo took back: they wait until a person has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.outcomes import Outcome
from patron_update.domain.roster import Action, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from patron_update.domain.drafts import Draft
    from patron_update.domain.roster import Options, Patron, Record, Roster, TakenBack


def repeating(
    roster: Roster, drafts: Iterable[Draft], as_sent: Mapping[int, Record], options: Options
) -> dict[int, TakenBack]:
    """Return what each of ``drafts`` would do again, by line: the first that was taken back counts."""
    found = {}
    for one in drafts:
        key = key_of(as_sent[one.line], options)
        again = [taken for taken in roster.taken_back if taken.key == key and _repeats(one, taken)]
        if again:
            found[one.line] = min(again, key=lambda taken: taken.run)
    return found


def _repeats(one: Draft, taken: TakenBack) -> bool:
    before, after = one.before, one.after
    if after is None or taken.ends is not (one.record.action is Action.DELETE):
        return False
    if before is None:
        return not one.side
    if before.id != taken.patron:
        return False
    if taken.ends:
        return one.outcome is Outcome.DELETED or before.associations != after.associations
    return _gives_values(before, after, taken) or _moves(one, taken) or _gives_places(one.record, before, after, taken)


def _gives_values(before: Patron, after: Patron, taken: TakenBack) -> bool:
    return any(
        after.values.get(column, "") == value != before.values.get(column, "") for column, value in taken.values.items()
    )


def _moves(one: Draft, taken: TakenBack) -> bool:
    home = one.after.home if one.after else None
    return bool(one.transfers and home and home.site == taken.home)


def _gives_places(record: Record, before: Patron, after: Patron, taken: TakenBack) -> bool:
    """Tell whether a barcode is given at the record's own site, or a further site for the first time."""
    for site in {record.values.get("site_short_name", ""), *record.other_sites}:
        old, new = before.at(site), after.at(site)
        fresh = old is None or (site == record.given("site_short_name") and new and old.barcode != new.barcode)
        if new and fresh and (site, new.barcode) in taken.places:
            return True
    return False
