"""Rows for which an association rule fires: one more site of a patron, whoever else speaks for it in the file.

With one row for each school of a teacher, one of them speaks for the patron: the row for which no rule fires, else the
row at the primary site, else (of a new patron) the one at the first site by name. It is the *lead*, an ordinary row.
The others are said *beside* it: each adds its site, or the barcode there, and changes nothing else. Where a delete row
ends the primary site, the row at the site that becomes primary leads: the patron moves there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.domain.deletions import heir, leaving
from patron_update.domain.drafts import Draft, about, new_card
from patron_update.domain.outcomes import Outcome
from patron_update.domain.roster import Action, Association, Patron

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from patron_update.domain.roster import Record, Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """All rows of the file about one patron (``patron`` None: a new one, with one District ID)."""

    patron: Patron | None
    records: tuple[Record, ...]

    def asking(self, roster: Roster) -> list[Record]:
        """Return the association rows with a known site."""
        return [r for r in self.records if r.action is Action.ASSOCIATE and roster.site(r.given("site_short_name"))]

    def sites(self, roster: Roster, rivals: Collection[int]) -> frozenset[str]:
        """Return the sites that association and delete rows speak for; the lead leaves them as they are."""
        deleting = [r for r in self.records if r.action is Action.DELETE and r.line not in rivals]
        return frozenset(record.given("site_short_name") or "" for record in (*self.asking(roster), *deleting))

    def ending(self, roster: Roster, rivals: Collection[int]) -> frozenset[str]:
        """Return the patron's sites that delete rows end."""
        deleting = [r for r in self.records if r.action is Action.DELETE and r.line not in rivals]
        named = {record.given("site_short_name") for record in deleting}
        return (
            frozenset(site for site in self.patron.sites & named if roster.site(site)) if self.patron else frozenset()
        )


def parties(records: Iterable[Record], patrons: Mapping[int, Patron | None]) -> list[Party]:
    """Return the rows by patron; ``patrons`` are those that the lines match. Only rows that share one are together."""
    together: dict[object, list[Record]] = defaultdict(list)
    for record in records:
        patron, key = patrons[record.line], record.given("district_id")
        together[patron.id if patron else key or (record.line,)].append(record)
    return [Party(patron=patrons[rows[0].line], records=tuple(rows)) for rows in together.values()]


def contradictions(roster: Roster, party: Party, rivals: Collection[int]) -> dict[int, int]:
    """Return the association rows that contradict another row about the patron, with its line.

    One that deletes the patron from the same site, another association with it, or one of ``rivals`` (lines held
    because another row means the same patron) that names the patron by another barcode there: with a new one, that row
    would mean nobody the next night, and add a second patron.
    """
    found = {}
    deletes = [record for record in party.records if record.action is Action.DELETE and party.patron]
    asking = party.asking(roster)
    for record in asking:
        site = record.given("site_short_name")
        ending = [r.line for r in deletes if r.given("site_short_name") == site]
        twins = [r.line for r in asking if r is not record and r.given("site_short_name") == site]
        named = [r.line for r in party.records if r.line in rivals and _names_otherwise(r, record)]
        if contrary := ending or twins or named:
            found[record.line] = min(contrary)
    return found


def _names_otherwise(one: Record, other: Record) -> bool:
    barcode, same_site = other.given("barcode"), one.given("site_short_name") == other.given("site_short_name")
    return same_site and bool(barcode) and one.given("barcode") != barcode


def lead_of(party: Party, drafts: Mapping[int, Draft], ending: frozenset[str], *, spoken_for: bool) -> Draft | None:
    """Return the draft of the row that speaks for the patron. ``drafts``: sound ones, made as of ordinary rows.

    ``ending``: the patron's sites that delete rows end. ``spoken_for``: an unchanged row of the file speaks already.
    """
    sound = [drafts[record.line] for record in party.records if record.line in drafts]
    ordinary = [one for one in sound if one.record.action is None]
    if ordinary:
        return ordinary[0]
    asking = [one for one in sound if one.record.action is Action.ASSOCIATE]
    if party.patron is None:
        return min(asking, key=lambda one: (one.record.given("site_short_name") or "", one.line), default=None)
    if party.patron.home and party.patron.home.site in ending:
        target = heir(party.patron, ending, (one.record.values["site_short_name"] for one in asking))
        return next((one for one in asking if one.record.given("site_short_name") == target), None)
    return next((one for one in asking if not spoken_for and not one.transfers), None)


def moving(party: Party, deleting: Iterable[Draft], lead: Draft | None) -> dict[int, Draft]:
    """Return the drafts of delete rows whose patron does not go, since another row leads to another site."""
    if lead is None or party.patron is None or not lead.transfers:
        return {}
    home = party.patron.home.site if party.patron.home else None
    ending = [one for one in deleting if one.record.given("site_short_name") == home]
    return {one.line: leaving(one, party.patron, lead) for one in ending}


def losing(
    roster: Roster, party: Party, deleting: Iterable[Draft], lead: Draft | None, ending: frozenset[str]
) -> dict[int, int]:
    """Return the delete row, with a line, by which a patron would go whom that other row wants to stay.

    It cannot be done. Were the patron deleted all the same, it would come back the next night as somebody new.
    """
    staying = [r.line for r in (*party.asking(roster), *(r for r in party.records if r.action is None))]
    home = party.patron.home if party.patron else None
    if lead or not staying or party.patron is None or party.patron.sites - ending:
        return {}
    return {one.line: min(staying) for one in deleting if home and one.record.given("site_short_name") == home.site}


def beside(roster: Roster, record: Record, before: Patron | None, lead: Draft | None) -> Draft:
    """Return what an association row does beside ``lead`` (None: nobody else speaks for the patron)."""
    site = roster.site(record.given("site_short_name"))
    if site is None:
        value = record.given("site_short_name")
        return _refused(record, before, "site_unknown", value=value)
    led = lead.after if lead else before
    home = led.home if led else None
    kind_at_home = roster.site(home.site) if home else None
    if home and kind_at_home and kind_at_home.kind != site.kind:
        detail = f"{home.site} ({kind_at_home.kind}) and {site.short_name} ({site.kind})"
        return _refused(record, before, "association_between_kinds", detail=detail)
    there = before.at(site.short_name) if before else None
    barcode = record.given("barcode") or _following(there, before, lead) or (there or home or _nowhere()).barcode
    base = before or Patron(id=led.id if led else -record.line, values={}, associations=())
    if home and home.site == site.short_name:
        after, outcome = base, Outcome.UNCHANGED
    else:
        place = Association(site=site.short_name, barcode=barcode, since=there.since if there else 0)
        rest = (other for other in base.associations if other.site != site.short_name)
        after = replace(base, associations=tuple(sorted((*rest, place))))
        stays = there is not None and there.barcode == barcode
        outcome = Outcome.UNCHANGED if stays else Outcome.UPDATED if there else Outcome.ASSOCIATED
    return Draft(
        record=record,
        before=before,
        after=after,
        messages=(),
        outcome=outcome,
        side=True,
        leader=lead.line if lead else None,
    )


def waiting(roster: Roster, party: Party, made: Mapping[int, Draft]) -> dict[int, Draft]:
    """Return the association rows about a new patron whose own row is rejected: none of them speaks in its place."""
    own = [made[record.line] for record in party.records if record.action is None]
    if party.patron or not own or any(one.after for one in own):
        return {}
    detail = f"line {min(one.line for one in own)} of the file"
    return {
        record.line: Draft(
            record=record,
            before=None,
            after=None,
            messages=(about(record, None, "association_waits", detail=detail),),
            outcome=Outcome.HELD,
        )
        for record in party.asking(roster)
    }


def contradicts_home(record: Record, lead: Draft | None, before: Patron | None) -> bool:
    """Tell whether the row names the primary site of its patron with another barcode than is valid there."""
    led = lead.after if lead else before
    home, barcode = led.home if led else None, record.given("barcode")
    return bool(home and home.site == record.given("site_short_name") and barcode and barcode != home.barcode)


def _following(there: Association | None, before: Patron | None, lead: Draft | None) -> str | None:
    """Return the new card that replaces the one which is valid there and at the primary site."""
    old = before.home if before else None
    follows = there and old and there.barcode == old.barcode
    return new_card(lead.record, lead.before) if follows and lead else None


def _refused(record: Record, before: Patron | None, code: str, **parts: str | None) -> Draft:
    refusal = about(record, before, code, field="siteShortName", **parts)
    return Draft(record=record, before=before, after=None, messages=(refusal,))


def _nowhere() -> Association:
    return Association(site="", barcode="")
