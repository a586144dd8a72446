"""Whom a record means, and which of several records that mean one patron counts.

With ``match_using_district_id`` a record means the patron that has its District ID. Otherwise it means the
patron that has its barcode at its site, be the site the patron's primary one or not: a patron is a patron of every site
it is associated with, and a record that names a secondary site makes it the primary one. When several records mean the
same patron in this way, the one at the primary site counts and the others are held; without one they are all held.
An unchanged row that is not looked at again counts too: it speaks for its patron. What a person has ruled about a row
comes before its District ID.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.deletions import of_another
from patron_update.domain.recognition import ruled
from patron_update.domain.roster import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.domain.roster import Options, Patron, Record, Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A record, the patron that it means, and whether it does so by the key that counts first."""

    patron: Patron
    record: Record
    at_home: bool

    @property
    def deletes(self) -> bool:
        """Tell whether the record deletes."""
        return self.record.action is Action.DELETE

    @property
    def associates(self) -> bool:
        """Tell whether the record only associates."""
        return self.record.action is Action.ASSOCIATE


def match(roster: Roster, record: Record, options: Options) -> Match | None:
    """Return whom the record means, or None: nobody who is stored."""
    site, barcode, key = (record.given(c) for c in ("site_short_name", "barcode", "district_id"))
    if decided := ruled(roster, record, options):
        return Match(patron=decided, record=record, at_home=decided.values.get("district_id") == key)
    for patron in roster.patrons:
        place = patron.at(site) if site else None
        if options.match_using_district_id:
            if key and patron.values.get("district_id") == key:
                return Match(patron=patron, record=record, at_home=True)
        elif place and place.barcode == barcode and not of_another(record, patron):
            return Match(patron=patron, record=record, at_home=place.primary)
    if record.action is Action.ASSOCIATE and key:
        found = (patron for patron in roster.patrons if patron.values.get("district_id") == key)
        return next((Match(patron=patron, record=record, at_home=True) for patron in found), None)
    return None


def rivals(matches: Iterable[Match], spoken_for: frozenset[int], options: Options) -> dict[int, int]:
    """Return the lines held because another row means the same patron, with its line (0: an unchanged row)."""
    return (_decided_rivals if options.match_using_district_id else _rivals)(matches, spoken_for)


def _decided_rivals(matches: Iterable[Match], spoken_for: frozenset[int]) -> dict[int, int]:
    """Return the lines that a ruling takes for a patron whom another row means, with its line (0: an unchanged row)."""
    every = list(matches)
    found = {}
    for match in every:
        others = [other for other in every if other.patron.id == match.patron.id and other is not match]
        ranked = sorted(others, key=lambda other: (not other.at_home, other.record.line))
        if not match.at_home and (others or match.patron.id in spoken_for):
            found[match.record.line] = ranked[0].record.line if ranked else 0
    return found


def _rivals(matches: Iterable[Match], spoken_for: frozenset[int]) -> dict[int, int]:
    """Return the lines held because another row means the same patron, with its line (0: an unchanged row).

    Of the rows that do not delete, the one at the primary site counts, or the only one. When none does, no row deletes
    the patron from the primary site either: the next night it would be another one.
    """
    by_patron: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        by_patron[match.patron.id].append(match)
    found = {}
    for patron_id, several in by_patron.items():
        ranked = sorted(several, key=lambda match: (not match.at_home, match.record.line))
        staying = [match for match in ranked if not match.deletes]
        for match in staying:
            others = [other.record.line for other in staying if other is not match]
            if not match.at_home and (others or patron_id in spoken_for):
                found[match.record.line] = others[0] if others else 0
        waiting = [match.record.line for match in staying if match.record.line in found]
        found |= {match.record.line: min(waiting) for match in several if match.deletes and match.at_home and waiting}
    return found


def named(roster: Roster, sent: Iterable[Record], options: Options) -> set[int]:
    """Return the patrons whose District ID a row names that, by its barcode, means somebody else or nobody."""
    if options.match_using_district_id:
        return set()
    keys = {record.given("district_id") for record in sent} - {None}
    return {patron.id for patron in roster.patrons if patron.values.get("district_id") in keys}
