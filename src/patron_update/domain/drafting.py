"""What the records about one patron make of it, together: each as far as its values are the source's to write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.absence import restored, returning
from patron_update.domain.associations import (
    beside,
    contradictions,
    contradicts_home,
    lead_of,
    losing,
    moving,
    waiting,
)
from patron_update.domain.deletions import deletion
from patron_update.domain.drafts import Draft, about, draft
from patron_update.domain.ownership import edits_met, in_force, respecting
from patron_update.domain.recognition import rebarcoded
from patron_update.domain.roster import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patron_update.domain.associations import Party
    from patron_update.domain.messages import Message
    from patron_update.domain.roster import Options, Patron, Record, Roster


def party_drafts(
    roster: Roster, party: Party, rivals: Mapping[int, int], options: Options, *, spoken_for: bool
) -> tuple[dict[int, Draft], dict[int, int]]:
    """Return the drafts of all rows about one patron, and the rows among them that another one contradicts."""
    sites, ending = party.sites(roster, rivals), party.ending(roster, rivals)
    made = {record.line: _drafted(roster, record, party.patron, options, sites, ending) for record in party.records}
    if patient := waiting(roster, party, made):
        return made | patient, {}
    twice = contradictions(roster, party, rivals)
    sound = {line: one for line, one in made.items() if one.after and line not in rivals and line not in twice}
    lead = lead_of(party, sound, ending, spoken_for=spoken_for)
    deleting = [sound[r.line] for r in party.records if r.line in sound and r.action is Action.DELETE]
    made |= moving(party, deleting, lead)
    twice |= losing(roster, party, deleting, lead, ending)
    for record in party.records:
        if record.action is not Action.ASSOCIATE or (lead is None and party.patron is None):
            continue
        if lead and lead.line == record.line:
            if party.patron is None and len(party.asking(roster)) > 1:
                told = about(record, None, "primary_site_chosen", detail=record.given("site_short_name"))
                made[record.line] = replace(lead, messages=(*lead.messages, told))
            continue
        taken, kept = _respectful(roster, record, party.patron, options) if party.patron else (record, ())
        aside = beside(roster, taken, party.patron, lead)
        made[record.line] = replace(aside, messages=(*aside.messages, *kept)) if aside.after else aside
        if contradicts_home(taken, lead, party.patron):
            twice.setdefault(record.line, lead.line if lead else 0)
    return made, twice


def _respectful(roster: Roster, record: Record, before: Patron, options: Options) -> tuple[Record, tuple[Message, ...]]:
    """Return the record with the values that are the source's to write; an unknown site has no say.

    With it goes what is told when a barcode is not taken since a person has decided about it.
    """
    site = roster.site(record.given("site_short_name"))
    if site is None:
        return record, ()
    owners = in_force(options.ownership, site.ownership)
    taken = respecting(record, before, roster.edits.get(before.id, {}), owners)
    ruling = rebarcoded(roster, taken, before)
    if ruling is None:
        return taken, ()
    rest = replace(taken, values={column: value for column, value in taken.values.items() if column != "barcode"})
    told = {"field": "barcode", "value": ruling.barcode, "detail": taken.given("barcode")}
    return rest, (about(rest, before, "staff_edit_kept", **told),)


def _drafted(
    roster: Roster,
    record: Record,
    before: Patron | None,
    options: Options,
    sites: frozenset[str],
    ending: frozenset[str],
) -> Draft:
    """Return the draft of the record as far as its values are the source's to write, with what staff edited since."""
    deletes = record.action is Action.DELETE
    if before is None:
        return deletion(roster, record, None, options) if deletes else draft(roster, record, None, options, sites)
    site = roster.site(record.given("site_short_name"))
    owners, edits = in_force(options.ownership, site.ownership if site else {}), roster.edits.get(before.id, {})
    was = restored(before, roster.gone.get(before.id)) if brings_back(record) else before
    respectful, kept = _respectful(roster, record, was, options)
    if deletes:
        return deletion(roster, respectful, before, options, ending)
    made = draft(roster, returning(respectful, before, was), before, options, sites)
    if made.after is None:
        return made
    met = tuple(edits_met(record, was, edits, owners))
    told = [edit.told(was, made.after) for edit in met]
    return replace(
        made,
        messages=(*made.messages, *kept, *(about(made.record, before, **parts) for parts in told if parts)),
        settled=frozenset(edit.field for edit in met if edit.settled(was, made.after)),
    )


def brings_back(record: Record) -> bool:
    """Tell whether the row brings a missing patron back: one with an unknown status may be a leaver's."""
    return record.action is not Action.DELETE and not record.status_unknown
