"""Whom a record means beyond its key: people who got a new District ID, and District IDs that got new people.

Only where records are matched by District ID: a barcode and a site are no name for a person. Nothing here changes
anybody by itself. A record that is in doubt is held until a person has decided, and what was decided is remembered: the
next run goes by it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.decisions import Decision, Verdict
from patron_update.domain.drafts import about
from patron_update.domain.identity import (
    OTHER_PERSON,
    SAME_PERSON,
    evidence,
    letters,
    plain,
)
from patron_update.domain.roster import Action, Patron, key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from patron_update.domain.decisions import Rebarcoded
    from patron_update.domain.drafts import Draft
    from patron_update.domain.messages import Message
    from patron_update.domain.roster import Options, Record, Roster

PERSON = ("last_name", "first_name", "birthdate")
"""The columns by which a District ID is told to have changed hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A held record, and the patron of whom a person must say whether the record means this one."""

    draft: Draft
    other: Patron
    code: str
    reckoned: str

    def message(self, one: Draft) -> Message:
        """Return what is told of ``one``: the other patron by keys, what was compared, never by values."""
        detail = f"{self.other.called}: {self.reckoned}"
        return about(one.record, one.before, self.code, field="districtID", detail=detail)


def ruled(roster: Roster, record: Record, options: Options) -> Patron | None:
    """Return the patron that a person has ruled this record to be."""
    key = record.given("district_id")
    if not options.match_using_district_id or key is None or record.action is Action.DELETE:
        return None
    wanted = {ruling.patron for ruling in roster.decisions if ruling.verdict is Verdict.SAME and ruling.key == key}
    return next((patron for patron in roster.patrons if patron.id in wanted), None)


def verdicts(roster: Roster, record: Record, options: Options) -> dict[int, Verdict]:
    """Return what was ruled of this record's conflicts, by the other patron: leave it, or they are different."""
    key = key_of(record, options)
    return {one.patron: one.verdict for one in roster.decisions if one.verdict is not Verdict.SAME and one.key == key}


def rebarcoded(roster: Roster, record: Record, before: Patron) -> Rebarcoded | None:
    """Return the ruling by which the patron keeps its barcode: the record sends one that was decided about."""
    site, sent = record.given("site_short_name"), record.given("barcode")
    for one in roster.rebarcoded:
        here = before.at(one.site)
        if (one.patron, one.site) == (before.id, site) and sent in one.former and here and here.barcode == one.barcode:
            return one
    return None


def doubts(
    roster: Roster,
    drafts: Collection[Draft],
    as_sent: Mapping[int, Record],
    options: Options,
    missing: Collection[int],
) -> dict[int, Doubt]:
    """Return the doubtful ones among ``drafts`` by line; ``missing`` are ids whom the file does not name.

    Of a stored patron every row is asked about, whatever it does, unless it follows another one. A patron whose
    District ID seems to have got another person is looked for like those who vanished.
    """
    if not options.match_using_district_id:
        return {}
    known = [(one, one.before) for one in drafts if one.before and one.leader is None and not one.adds_nothing]
    recycled = [_recycled(*each) for each in known if not _answered(roster, as_sent[each[0].line], each[1])]
    gone = {*missing, *(doubt.other.id for doubt in recycled if doubt)}
    vanished = [patron for patron in roster.patrons if patron.id in gone]
    added = [(one, one.after) for one in drafts if one.after and one.before is None and one.record.action is None]
    new = [_new_key(roster, *each, vanished) for each in added]
    return {doubt.draft.line: doubt for doubt in (*recycled, *new) if doubt}


def _answered(roster: Roster, record: Record, patron: Patron) -> bool:
    """Tell whether a person has ruled that the record's District ID is this patron's."""
    given = Decision(key=record.given("district_id") or "", patron=patron.id, verdict=Verdict.SAME)
    return given in roster.decisions


def _new_key(roster: Roster, one: Draft, after: Patron, vanished: Collection[Patron]) -> Doubt | None:
    """Return the doubt whether a new patron is one of those who vanished: the best of them."""
    key = one.record.given("district_id")
    apart = {ruling.patron for ruling in roster.decisions if ruling.verdict is Verdict.DIFFERENT and ruling.key == key}
    mails = Counter(letters(patron.values.get("email_primary")) for patron in vanished)
    candidates = [
        (other, evidence(after, other))
        for other in vanished
        if other.id not in apart and _alike(after, other, alone=mails[letters(other.values.get("email_primary"))] == 1)
    ]
    likely = [(other, found) for other, found in candidates if found.score >= SAME_PERSON]
    if not likely:
        return None
    other, found = min(likely, key=lambda pair: (-pair[1].score, pair[0].id))
    return Doubt(draft=one, other=other, code="identity_change_proposed", reckoned=found.told)


def _alike(one: Patron, other: Patron, *, alone: bool) -> bool:
    """Tell whether two are worth comparing; an e-mail that several of the vanished have is no reason by itself."""
    same = {
        field: one.values.get(field) == other.values[field]
        for field in ("birthdate", "username")
        if other.values.get(field)
    }
    names = [(plain(who.values.get("last_name")), plain(who.values.get("first_name"))) for who in (one, other)]
    place = one.home
    there = other.at(place.site) if place else None
    mail = letters(one.values.get("email_primary"))
    return bool(
        (same.get("birthdate") and names[0] == names[1] and names[0][1])
        or same.get("username")
        or (place and there and there.barcode == place.barcode)
        or (alone and mail and mail == letters(other.values.get("email_primary")))
    )


def _recycled(one: Draft, before: Patron) -> Doubt | None:
    """Return the doubt whether a District ID has changed hands: all but name and birth date may come from the key."""
    sent = one.record
    person = {column: sent.values.get(column, before.values.get(column, "")) for column in PERSON}
    person["last_name"] = person["last_name"] or before.values.get("last_name", "")
    known = evidence(Patron(id=before.id, values=person, associations=()), before)
    if known.score > OTHER_PERSON:
        return None
    told = known.told
    here = before.at(sent.given("site_short_name") or "")
    if here and sent.given("barcode") == here.barcode:
        told += "; same barcode"
    if sent.given("username") and sent.given("username") == before.values.get("username"):
        told += "; same user name"
    return Doubt(draft=one, other=before, code="district_id_recycled", reckoned=told)
