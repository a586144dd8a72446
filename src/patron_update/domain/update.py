"""The update as a pure function over a small roster: the specification that the store's SQL must equal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.domain import matching
from patron_update.domain.absence import Inactivations, inactivations
from patron_update.domain.associations import parties
from patron_update.domain.barcodes import assigned, kept
from patron_update.domain.conflict_messages import conflict_messages
from patron_update.domain.conflicts import Claim, Collision, Move, held_moves
from patron_update.domain.drafting import brings_back, party_drafts
from patron_update.domain.drafts import Draft, about
from patron_update.domain.identity import letters
from patron_update.domain.messages import Message
from patron_update.domain.outcomes import Outcome
from patron_update.domain.recognition import doubts, ruled, verdicts
from patron_update.domain.roster import Action, ChangeSet, Options, Patron, Record, Roster, RowResult
from patron_update.domain.taking_back import repeating

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from patron_update.domain.absence import Missing


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
    ``missing`` are the patrons whom the file does not name, ``at`` is when the run is due. Barcodes are chosen when all
    else is known: first the rows that ask for one are rejected.
    """
    in_order = sorted(records, key=lambda record: record.line)
    sent = kept(in_order, {record.line for record in in_order if matching.match(roster, record, options)})
    made, wanted = _planned(roster, sent, options, spoken_for, missing, at)
    had = {(place.site, place.barcode) for patron in made.applied_to(roster).patrons for place in patron.associations}
    every = assigned(roster, sent, had.union((claim.site, claim.value) for claim in wanted))
    return made if every == sent else _planned(roster, every, options, spoken_for, missing, at)[0]


def _planned(
    roster: Roster,
    every: list[Record],
    options: Options,
    spoken_for: frozenset[int],
    missing: Iterable[Missing],
    at: datetime | None,
) -> tuple[ChangeSet, frozenset[Claim]]:
    """Return what the records do, their barcodes chosen, and the claims that they want, be they held."""
    matches = {record.line: matching.match(roster, record, options) for record in every}
    naming = [match for match in matches.values() if match and not match.associates]
    rivals = matching.rivals(naming, spoken_for, options)
    by_line: dict[int, Draft] = {}
    for party in parties(every, {line: match.patron if match else None for line, match in matches.items()}):
        spoken = party.patron is not None and party.patron.id in spoken_for
        made, twice = party_drafts(roster, party, rivals, options, spoken_for=spoken)
        by_line, rivals = by_line | made, rivals | twice
    drafts = [by_line[record.line] for record in every]
    # People rule about the row as it was sent; a draft's record may have lost its District ID to its owner.
    as_sent = {record.line: record for record in every}
    sound = [one for one in drafts if one.after and one.line not in rivals]
    found = {match.patron.id for match in matches.values() if match}
    vanished = [one.patron for one in missing if not one.jobs and one.patron not in found]
    waits, wanted = _waiting(roster, sound, as_sent, options, vanished)
    live = [one for one in sound if one.line not in waits]
    moves = [Move(line=one.line, before=one.before, after=one.final, leader=one.leader) for one in sound]
    parked = _parked(live, options.held_sites)
    held = held_moves(roster.patrons, [move for move in moves if move.line not in waits], parked)
    applied = [one for one in live if one.line not in held and one.line not in parked]
    waits |= parked
    messages, created = _creations(roster, applied)
    why, lines = _Kept(rivals=rivals, waits=waits, held=held), {one.line: one for one in drafts}
    messages += [told for one in drafts for told in _messages(roster, one, lines, as_sent, why, options)]
    awaited = found | wanted | matching.named(roster, every, options)
    awaited |= {patron.id for patron in roster.patrons if not options.counts_as_missing(patron)}
    absent = _absent(roster, missing, awaited, options, at)
    finals = joined(applied)
    rows = tuple(_result(one, finals, held=one.line in why.lines) for one in drafts)
    change_set = ChangeSet(
        rows=rows,
        messages=tuple(sorted([*messages, *absent.messages], key=lambda m: (m.line or 0, m.code, repr(m)))),
        patron_types=created,
        settled=frozenset((one.before.id, field) for one in applied if one.before for field in one.settled),
        inactivated=absent.patrons,
        returned=frozenset(one.before.id for one in applied if one.before and one.speaks and brings_back(one.record)),
        awaited=frozenset(awaited),
    )
    return change_set, frozenset().union(*(move.acquired for move in moves))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The lines that are held, and why: another row means the patron, a person or a day must come, a conflict."""

    rivals: Mapping[int, int]
    waits: Mapping[int, Message]
    held: Mapping[int, tuple[Collision, ...]]

    @property
    def lines(self) -> set[int]:
        return self.rivals.keys() | self.waits.keys() | self.held.keys()


def _messages(
    roster: Roster,
    one: Draft,
    lines: Mapping[int, Draft],
    as_sent: Mapping[int, Record],
    why: _Kept,
    options: Options,
) -> Iterator[Message]:
    """Yield what is told of one row."""
    line, sent = one.line, as_sent[one.line]
    if one.after is None:
        yield from one.messages
    elif line in why.rivals:
        yield _named_twice(roster, one, sent, why.rivals[line], options)
    elif line in why.waits:
        yield why.waits[line]
    elif line in why.held:
        yield from conflict_messages(one, why.held[line], lines, options, verdicts(roster, sent, options))
        if one.leader in why.lines:
            code = "deletion_waits" if sent.action is Action.DELETE else "association_waits"
            yield about(one.record, one.before, code, detail=f"line {one.leader} of the file")
    else:
        yield from one.messages
        if one.before and one.record.action is None and ruled(roster, sent, options):
            detail = one.before.called
            yield about(one.record, one.before, "identity_decided", field="districtID", detail=detail)


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
    doubtful = doubts(roster, drafts.values(), as_sent, options, vanished)
    again = repeating(roster, (one for line, one in drafts.items() if line not in doubtful), as_sent, options)
    told = {line: doubt.message(drafts[line]) for line, doubt in doubtful.items()}
    for line, taken in again.items():
        told[line] = about(drafts[line].record, drafts[line].before, "taken_back", detail=f"run {taken.run}")
    told |= _together(drafts, told)
    for line, one in drafts.items():
        if options.frozen and one.before and line not in told and _changes_something(one):
            told[line] = about(one.record, one.before, "patron_frozen", detail=options.frozen)
    return told, {doubt.other.id for doubt in doubtful.values()} | {taken.patron for taken in again.values()}


def _together(drafts: Mapping[int, Draft], told: Mapping[int, Message]) -> dict[int, Message]:
    """Return the delete rows that wait with another one about the same patron, and for the same."""
    deleting = {line: one for line, one in drafts.items() if one.before and one.record.action is Action.DELETE}
    found = {}
    for line, one in deleting.items():
        same = [told[other] for other, also in deleting.items() if also.before == one.before and other in told]
        if same and one.ends and line not in told:
            first = min(same, key=lambda message: (message.code, message.detail or ""))
            found[line] = about(one.record, one.before, first.code, field=first.field, detail=first.detail)
    return found


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


def _changes_something(one: Draft) -> bool:
    return one.final != one.before and _outcome(one, held=False) is not Outcome.UNCHANGED


def _named_twice(roster: Roster, one: Draft, sent: Record, rival: int, options: Options) -> Message:
    detail = f"line {rival} of the file" if rival else "an unchanged row of the file"
    if one.before and sent.action is None and ruled(roster, sent, options):
        told = f"{one.before.called} ({detail})"
        return about(one.record, one.before, "identity_refused", field="districtID", detail=told)
    code = "deletion_waits" if sent.action is Action.DELETE else "patron_named_twice"
    return about(one.record, one.before, code, detail=detail)


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
