"""Two stored patrons who are one person: who is kept, and what it gets of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.domain.roster import Patron, Roster


SAME_PATRON = "Both name the same patron; there is nothing to merge"


def refusal(roster: Roster, kept: Patron, dropped: Patron) -> str | None:
    """Return why the two cannot be merged, or None when they can."""
    if kept.id == dropped.id:
        return SAME_PATRON
    sites = {place.site for place in (*kept.associations, *dropped.associations)}
    return of_kinds(site.kind for site in roster.sites if site.short_name in sites)


def of_kinds(kinds: Iterable[str]) -> str | None:
    """Return why patrons at sites of these kinds cannot be merged, or None. A patron has one kind of sites."""
    found = sorted(set(kinds))
    if len(found) < 2:  # noqa: PLR2004
        return None
    return f"They are at sites of different kinds ({' and '.join(found)}); no patron can be at both"


def merged(kept: Patron, dropped: Patron) -> Patron:
    """Return the kept patron after the merge: its values and barcodes stay, blank ones too.

    It gets the sites that it lacks, as secondary ones (unless it has no primary one), and what is outstanding. Source:
    the vendor's help on merging duplicates, which keeps the preferred record as it is.
    """
    sites = {place.site for place in kept.associations}
    moved = (
        replace(place, primary=place.primary and kept.home is None)
        for place in dropped.associations
        if place.site not in sites
    )
    kinds = sorted({*kept.outstanding, *dropped.outstanding})
    return replace(
        kept,
        associations=tuple(sorted((*kept.associations, *moved))),
        outstanding={kind: kept.outstanding.get(kind, 0) + dropped.outstanding.get(kind, 0) for kind in kinds},
    )
