"""The update as a pure function over a small roster: the specification that the store's SQL must equal.

Matching. With ``match_using_district_id`` a record means the patron that has its District ID. Otherwise it means the
patron that has its barcode at its site, be the site the patron's primary one or not: a patron is a patron of every site
it is associated with, and a record that names a secondary site makes it the primary one. When several records mean the
same patron in this way, the one at the primary site counts and the others are held; without one they are all held.
An unchanged row that is not looked at again counts too: it speaks for its patron. What a person has ruled about a row
comes before its District ID.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.domain.absence import Inactivations, inactivations, restored, returning
from patron_update.domain.associations import (
    Party,
    beside,
    contradictions,
    contradicts_home,
    lead_of,
    losing,
    moving,
    parties,
    waiting,
)
from patron_update.domain.barcodes import assigned
from patron_update.domain.conflict_messages import conflict_messages
from patron_update.domain.conflicts import Move, held_moves
from patron_update.domain.deletions import deletion, of_another
from patron_update.domain.drafts import Draft, about, draft
from patron_update.domain.identity import letters
from patron_update.domain.messages import Message
from patron_update.domain.outcomes import Outcome
from patron_update.domain.ownership import edits_met, in_force, respecting
from patron_update.domain.recognition import doubts, rebarcoded, ruled, verdicts
from patron_update.domain.roster import Action, ChangeSet, Options, Patron, Record, Roster, RowResult, TakenBack
from patron_update.domain.taking_back import repeating

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from patron_update.domain.absence import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    patron: Patron
    record: Record
    at_home: bool

    @property
    def deletes(self) -> bool:
        return self.record.action is Action.DELETE

    @property
    def associates(self) -> bool:
        return self.record.action is Action.ASSOCIATE


def plan_update(
    roster: Roster,
    records: Iterable[Record],
    options: Options,
    *,
    spoken_for: frozenset[int] = frozenset(),
    missing: Iterable[Missing] = (),
    at: datetime | None = None,
) -> ChangeSet:
    """Return what the records do to the roster; their order does not matter, their keys are unique.

    ``spoken_for`` are the ids of patrons whose unchanged row, under another key, stands in the same file.
    ``missing`` are the patrons whom the file does not name, ``at`` is when the run is due.
    """
    sent = sorted(records, key=lambda record: record.line)
    known = {record.line: match.patron for record in sent if (match := _match(roster, record, options))}
    every = assigned(roster, sent, known, options)
    matches = {record.line: _match(roster, record, options) for record in every}
    naming = [match for match in matches.values() if match and not match.associates]
    rivals = (_decided_rivals if options.match_using_district_id else _rivals)(naming, spoken_for)
    by_line: dict[int, Draft] = {}
    for party in parties(every, {line: match.patron if match else None for line, match in matches.items()}):
        spoken = party.patron is not None and party.patron.id in spoken_for
        made, twice = _party_drafts(roster, party, rivals, options, spoken_for=spoken)
        by_line, rivals = by_line | made, rivals | twice
    drafts = [by_line[record.line] for record in every]
    # People rule about the row as it was sent; a draft's record may have lost its District ID to its owner.
    as_sent = {record.line: record for record in every}
    sound = [one for one in drafts if one.after and one.line not in rivals]
    found = {match.patron.id for match in matches.values() if match}
    vanished = [one.patron for one in missing if not one.jobs and one.patron not in found]
    waits, wanted = _waiting(roster, sound, as_sent, options, vanished)
    live = [one for one in sound if one.line not in waits]
    moves = [Move(line=one.line, before=one.before, after=one.final, leader=one.leader) for one in live]
    parked = _parked(live, options.held_sites)
    held = held_moves(roster.patrons, moves, parked)
    applied = [one for one in live if one.line not in held and one.line not in parked]
    waits |= parked
    waiting = rivals.keys() | waits.keys() | held.keys()
    messages, created = _creations(roster, applied)
    lines = {one.record.line: one for one in drafts}
    for one in drafts:
        line = one.line
        if one.after is None:
            messages += one.messages
        elif line in rivals:
            messages.append(_named_twice(roster, one, as_sent[line], rivals[line], options))
        elif line in waits:
            messages.append(waits[line])
        elif line in held:
            messages += conflict_messages(one, held[line], lines, options, verdicts(roster, as_sent[line], options))
            if one.leader in waiting:
                messages.append(
                    about(one.record, one.before, "association_waits", detail=f"line {one.leader} of the file")
                )
        else:
            messages += one.messages
            if one.before and one.record.action is None and ruled(roster, as_sent[line], options):
                detail = one.before.called
                messages.append(about(one.record, one.before, "identity_decided", field="districtID", detail=detail))
    awaited = found | wanted | _named(roster, sent, options)
    awaited |= {patron.id for patron in roster.patrons if not options.counts_as_missing(patron)}
    absent = _absent(roster, missing, awaited, options, at)
    finals = joined(applied)
    rows = tuple(_result(one, finals, held=one.line in waiting) for one in drafts)
    return ChangeSet(
        rows=rows,
        messages=tuple(sorted([*messages, *absent.messages], key=lambda m: (m.line or 0, m.code, repr(m)))),
        patron_types=created,
        settled=frozenset((one.before.id, field) for one in applied if one.before for field in one.settled),
        inactivated=absent.patrons,
        returned=frozenset(one.before.id for one in applied if one.before and one.speaks and _brings_back(one.record)),
        awaited=frozenset(awaited),
    )


def _waiting(
    roster: Roster,
    sound: Iterable[Draft],
    as_sent: Mapping[int, Record],
    options: Options,
    vanished: Collection[int],
) -> tuple[dict[int, Message], set[int]]:
    """Return the rows that wait for a person or for the end of a freeze, with what is told of them, and whom they mean.

    A row in doubt is not held against what was taken back, and neither against the freeze.
    """
    drafts = {one.line: one for one in sound}
    doubtful = doubts(roster, drafts.values(), options, vanished)
    again = repeating(roster, (one for line, one in drafts.items() if line not in doubtful), as_sent, options)
    told = {line: doubt.message for line, doubt in doubtful.items()}
    again |= _together(drafts, again)
    for line, taken in again.items():
        told[line] = about(drafts[line].record, drafts[line].before, "taken_back", detail=f"run {taken.run}")
    for line, one in drafts.items():
        if options.frozen and one.before and line not in told and _changes_something(one):
            told[line] = about(one.record, one.before, "patron_frozen", detail=options.frozen)
    return told, {doubt.other.id for doubt in doubtful.values()} | {taken.patron for taken in again.values()}


def _together(drafts: Mapping[int, Draft], again: Mapping[int, TakenBack]) -> dict[int, TakenBack]:
    """Return the delete rows that wait with another one about the same patron, and what they wait for."""
    ending = {line: one.before.id for line, one in drafts.items() if one.before and one.ends}
    waits: dict[int, TakenBack] = {}
    for line in sorted(again.keys() & ending.keys(), key=lambda line: -again[line].run):
        waits[ending[line]] = again[line]
    return {line: waits[patron] for line, patron in ending.items() if patron in waits and line not in again}


def _named(roster: Roster, sent: Iterable[Record], options: Options) -> set[int]:
    """Return the patrons whose District ID a row names that, by its barcode, means somebody else or nobody."""
    if options.match_using_district_id:
        return set()
    keys = {record.given("district_id") for record in sent} - {None}
    return {patron.id for patron in roster.patrons if patron.values.get("district_id") in keys}


def _absent(
    roster: Roster, missing: Iterable[Missing], awaited: set[int], options: Options, at: datetime | None
) -> Inactivations:
    if options.inactivate_missing is None or at is None:
        return Inactivations()
    if options.absence_doubt:
        return Inactivations(messages=(Message(code="absence_not_counted", detail=options.absence_doubt),))
    return inactivations(roster.patrons, missing, roster.gone, awaited, options.inactivate_missing, at)


def _parked(live: Iterable[Draft], held_sites: frozenset[str]) -> dict[int, Message]:
    """Return the lines that wait with a site on hold: all about a patron who is, or would be, at one."""
    found = {}
    for one in live:
        sites = held_sites & frozenset().union(*(patron.sites for patron in (one.before, one.after) if patron))
        if sites and _changes_something(one):
            found[one.line] = about(one.record, one.before, "site_waits", detail=", ".join(sorted(sites)))
    return found


def _brings_back(record: Record) -> bool:
    """Tell whether the row brings a missing patron back: one with an unknown status may be a leaver's."""
    return record.action is not Action.DELETE and not record.status_unknown


def _changes_something(one: Draft) -> bool:
    return one.final != one.before and _outcome(one, held=False) is not Outcome.UNCHANGED


def _match(roster: Roster, record: Record, options: Options) -> _Match | None:
    site, barcode, key = (record.given(c) for c in ("site_short_name", "barcode", "district_id"))
    if decided := ruled(roster, record, options):
        return _Match(patron=decided, record=record, at_home=decided.values.get("district_id") == key)
    for patron in roster.patrons:
        place = patron.at(site) if site else None
        if options.match_using_district_id:
            if key and patron.values.get("district_id") == key:
                return _Match(patron=patron, record=record, at_home=True)
        elif place and place.barcode == barcode and not of_another(record, patron):
            return _Match(patron=patron, record=record, at_home=place.primary)
    if record.action is Action.ASSOCIATE and key:
        found = (patron for patron in roster.patrons if patron.values.get("district_id") == key)
        return next((_Match(patron=patron, record=record, at_home=True) for patron in found), None)
    return None


def _decided_rivals(matches: Iterable[_Match], spoken_for: frozenset[int]) -> dict[int, int]:
    """Return the lines that a ruling takes for a patron whom another row means, with its line (0: an unchanged row)."""
    every = list(matches)
    rivals = {}
    for match in every:
        others = [other for other in every if other.patron.id == match.patron.id and other is not match]
        ranked = sorted(others, key=lambda other: (not other.at_home, other.record.line))
        if not match.at_home and (others or match.patron.id in spoken_for):
            rivals[match.record.line] = ranked[0].record.line if ranked else 0
    return rivals


def _rivals(matches: Iterable[_Match], spoken_for: frozenset[int]) -> dict[int, int]:
    """Return the lines held because another row means the same patron, with its line (0: an unchanged row).

    Of the rows that do not delete, the one at the primary site counts, or the only one. When none does, no row deletes
    the patron from the primary site either: the next night it would be another one.
    """
    by_patron: dict[int, list[_Match]] = defaultdict(list)
    for match in matches:
        by_patron[match.patron.id].append(match)
    rivals = {}
    for patron_id, several in by_patron.items():
        ranked = sorted(several, key=lambda match: (not match.at_home, match.record.line))
        staying = [match for match in ranked if not match.deletes]
        for match in staying:
            others = [other.record.line for other in staying if other is not match]
            if not match.at_home and (others or patron_id in spoken_for):
                rivals[match.record.line] = others[0] if others else 0
        waiting = [match.record.line for match in staying if match.record.line in rivals]
        rivals |= {match.record.line: min(waiting) for match in several if match.deletes and match.at_home and waiting}
    return rivals


def _party_drafts(
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


def _named_twice(roster: Roster, one: Draft, sent: Record, rival: int, options: Options) -> Message:
    detail = f"line {rival} of the file" if rival else "an unchanged row of the file"
    if one.before and sent.action is None and ruled(roster, sent, options):
        told = f"{one.before.called} ({detail})"
        return about(one.record, one.before, "identity_refused", field="districtID", detail=told)
    return about(one.record, one.before, "patron_named_twice", detail=detail)


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
    was = restored(before, roster.gone.get(before.id)) if _brings_back(record) else before
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


def _creations(roster: Roster, applied: Iterable[Draft]) -> tuple[list[Message], frozenset[str]]:
    """Return the patron types that come into being, with one message for each on its first line."""
    first: dict[str, Draft] = {}
    for one in applied:
        name = one.after.values.get("patron_type") if one.after else None
        if name and name not in roster.patron_types:
            first.setdefault(name, one)
    known = roster.patron_types | first.keys()
    messages = []
    for name, one in first.items():
        alike = min((other for other in known - {name} if letters(other) == letters(name)), default=None)
        detail = f" (did you mean '{alike}'?)" if alike else None
        messages.append(
            about(one.record, one.before, "patron_type_created", field="patronType", value=name, detail=detail)
        )
    return messages, frozenset(first)


def joined(applied: Iterable[Draft]) -> dict[int, Patron]:
    """Return the patrons that stay, each as all the records about it leave it: what one does at a site is added up."""
    by_patron: dict[int, list[Draft]] = defaultdict(list)
    for one in sorted(applied, key=lambda one: (one.side, one.line)):
        if one.after:
            by_patron[one.after.id].append(one)
    finals = {}
    for patron_id, drafts in by_patron.items():
        first, *others = (one.final for one in drafts)
        if first is None:
            continue
        places = {place.site: place for place in first.associations}
        for one, final in zip(drafts[1:], others, strict=True):
            was = {place.site: place for place in one.before.associations} if one.before else {}
            now = {place.site: place for place in final.associations} if final else {}
            for site in was.keys() - now.keys():
                places.pop(site, None)
            places |= {site: place for site, place in now.items() if was.get(site) != place}
        finals[patron_id] = replace(first, associations=tuple(sorted(places.values())))
    return finals


def _result(one: Draft, finals: Mapping[int, Patron], *, held: bool) -> RowResult:
    after = finals.get(one.after.id) if one.after and not held else None
    return RowResult(line=one.line, outcome=_outcome(one, held=held), before=one.before, after=after)


def _outcome(one: Draft, *, held: bool) -> Outcome:
    if one.after is None:
        return one.outcome or Outcome.REJECTED
    if held:
        return Outcome.HELD
    return one.outcome or _difference(one.before, one.after)


def _difference(before: Patron | None, after: Patron) -> Outcome:
    if before is None:
        return Outcome.ADDED
    if after.values.get("status") == "I" and before.values.get("status") != "I":
        return Outcome.INACTIVATED
    if before.home and after.home and before.home.site != after.home.site:
        return Outcome.TRANSFERRED
    if after == before:
        return Outcome.UNCHANGED
    only_joins = after.values == before.values and set(before.associations) <= set(after.associations)
    return Outcome.ASSOCIATED if only_joins else Outcome.UPDATED
