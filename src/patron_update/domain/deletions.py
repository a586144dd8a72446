"""Rows for which a delete rule fires: what ends, who stays, and what keeps a patron from being deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.drafts import Draft, about, access_level, updated_values
from patron_update.domain.outcomes import Outcome
from patron_update.domain.roster import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from patron_update.domain.messages import Message
    from patron_update.domain.roster import Association, Options, Patron, Record, Roster, Site

KINDS = ("loan", "fine", "hold", "reserve")
GUARDS = frozenset({"loan", "fine"})
"""Outstanding items that keep a patron from being deleted. Holds and reserves do not: they go with the patron."""


def deletion(
    roster: Roster, record: Record, before: Patron | None, options: Options, ending: frozenset[str] = frozenset()
) -> Draft:
    """Return what becomes of the patron ``before``; ``ending`` are the sites that other delete rows end.

    The row's site is what the patron is deleted from. At the primary site the oldest of the associations that stay
    becomes primary, at a secondary one only that association ends. When none stays, the patron goes by the row at the
    primary site. A row that names a site where the patron is not says nothing about the patron's other sites, and
    deletes nothing.
    """
    if before is None:
        return _nobody(roster, record, options)
    site = roster.site(record.given("site_short_name"))
    if site is None:
        value = record.given("site_short_name")
        refusal = about(record, before, "site_unknown", field="siteShortName", value=value)
        return Draft(record=record, before=before, after=None, messages=(refusal,))
    here = before.at(site.short_name)
    if here is None:
        detail = ", ".join(sorted(place.site for place in before.associations))
        return _kept(record, before, Outcome.SKIPPED, about(record, before, "deletion_elsewhere", detail=detail))
    ended = ending | {site.short_name}
    target = heir(before, ended)
    if here.primary and target is None:
        return _deleted(record, before, site, options)
    return _ended(roster, record, before, options, here, target)


def of_another(record: Record, patron: Patron) -> bool:
    """Tell whether a delete row that has the patron's site and barcode names another patron by its District ID.

    Whoever had the barcode may be gone already, and the next one has it now.
    """
    named, known = record.given("district_id"), patron.values.get("district_id")
    return record.action is Action.DELETE and bool(named and known) and named != known


def _nobody(roster: Roster, record: Record, options: Options) -> Draft:
    site, barcode = record.given("site_short_name"), record.given("barcode")
    for other in roster.patrons if site and not options.match_using_district_id else ():
        place = other.at(site or "")
        if place and place.barcode == barcode:
            told = about(record, None, "deletion_of_another", field="districtID", detail=other.called)
            return _kept(record, None, Outcome.HELD, told)
    return _kept(record, None, Outcome.SKIPPED, about(record, None, "deletion_no_match"))


def heir(patron: Patron, left: Collection[str], joining: Iterable[str] = ()) -> str | None:
    """Return the primary site of ``patron`` without the sites ``left``: the oldest, else the first of ``joining``."""
    rest = [(not place.primary, place.since, place.site) for place in patron.associations if place.site not in left]
    return min(rest)[-1] if rest else min(joining, default=None)


def leaving(one: Draft, before: Patron, lead: Draft) -> Draft:
    """Return the draft of a delete row whose patron moves by ``lead``: the site is left, and the patron stays."""
    rest = tuple(place for place in before.associations if place.site != one.record.given("site_short_name"))
    home = lead.after.home.site if lead.after and lead.after.home else None
    return Draft(
        record=one.record,
        before=before,
        after=replace(before, associations=rest),
        messages=(about(one.record, before, "association_ended", detail=home),),
        outcome=Outcome.UPDATED,
        side=True,
        leader=lead.line,
    )


def _kept(record: Record, before: Patron | None, outcome: Outcome, *messages: Message) -> Draft:
    return Draft(record=record, before=before, after=None, messages=messages, outcome=outcome)


def _ended(
    roster: Roster, record: Record, before: Patron, options: Options, here: Association, target: str | None
) -> Draft:
    """Return the draft that ends the association ``here``; ``target`` is the primary site of who stays."""
    site = roster.site(here.site)
    home = roster.site(target) if here.primary else None
    rest = tuple(replace(p, primary=p.site == target if home else p.primary) for p in before.associations if p != here)
    told = about(record, before, "association_ended", detail=target or (before.home.site if before.home else None))
    if home is None or site is None:
        after = replace(before, associations=rest)
        return Draft(record=record, before=before, after=after, messages=(told,), outcome=Outcome.UPDATED, side=True)
    values, notes = _values_at(home, record, before, site, options)
    after = replace(before, values=values, associations=rest)
    return Draft(record=record, before=before, after=after, messages=(*notes, told), outcome=Outcome.TRANSFERRED)


def _deleted(record: Record, before: Patron, site: Site, options: Options) -> Draft:
    """Return the draft that deletes the patron or keeps it; then it is held, unless it has changed the patron first."""
    values, notes = _values(record, before, site, options)
    after, outcome = replace(before, values=values), None
    if not GUARDS & before.outstanding.keys() or options.delete_with_outstanding:
        outcome = Outcome.DELETED
    elif after == before:
        outcome = Outcome.HELD
    if before.outstanding:
        code = "deleted_with_outstanding" if outcome is Outcome.DELETED else "deletion_refused"
        notes.append(about(record, before, code, detail=_figures(before)))
    return Draft(record=record, before=before, after=after, messages=tuple(notes), outcome=outcome)


def _values(record: Record, before: Patron, site: Site, options: Options) -> tuple[dict[str, str], list[Message]]:
    """Return the patron's values when it is deleted, and what was not taken as sent."""
    notes: list[Message] = []
    if not options.update_before_delete:
        return dict(before.values), notes
    return updated_values(record, before, site, options, notes), notes


def _values_at(
    home: Site, record: Record, before: Patron, site: Site, options: Options
) -> tuple[dict[str, str], list[Message]]:
    """Return the values as `_values` does, but with an access level of ``home``, which becomes the primary site."""
    rest = replace(record, values={column: v for column, v in record.values.items() if column != "access_level"})
    values, notes = _values(rest, before, site, options)
    level = access_level(record if options.update_before_delete else rest, before, home, options, notes)
    return ({**values, "access_level": level} if level else values), notes


def _figures(patron: Patron) -> str:
    return ", ".join(f"{kind}s: {patron.outstanding[kind]}" for kind in KINDS if kind in patron.outstanding)
