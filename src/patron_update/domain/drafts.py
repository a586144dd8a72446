"""One record on its own: the patron it makes, or why it is rejected, before any other record is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.domain.fields import AUTOASSIGN, FIELDS
from patron_update.domain.messages import Message, shown
from patron_update.domain.outcomes import Outcome
from patron_update.domain.roster import Action, Association, Options, Patron, Record, Roster, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACE_COLUMNS = frozenset({"site_short_name", "barcode"})
"""Columns that live in the associations, not in the patron's values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one record would do.

    ``after`` is None when the record is rejected or leaves its patron alone, and then ``messages`` say why. ``outcome``
    is what the record's action decides; of a patron that is deleted ``after`` is the last state. ``side``: the record
    speaks for one secondary site of the patron and for nothing else; ``leader`` is then the line, if any, of the record
    that speaks for the patron.
    """

    record: Record
    before: Patron | None
    after: Patron | None
    messages: tuple[Message, ...]
    settled: frozenset[str] = frozenset()
    """Fields of which no edit by staff is left."""
    outcome: Outcome | None = None
    side: bool = False
    leader: int | None = None

    @property
    def line(self) -> int:
        """Return the record's line."""
        return self.record.line

    @property
    def speaks(self) -> bool:
        """Tell whether the record says what its patron is like."""
        return not self.side and self.record.action is not Action.DELETE

    @property
    def final(self) -> Patron | None:
        """Return the patron as this record would leave it in the store."""
        return None if self.outcome is Outcome.DELETED else self.after

    @property
    def ends(self) -> bool:
        """Tell whether a delete row ends the patron, or an association of it."""
        if self.record.action is not Action.DELETE or self.before is None or self.after is None:
            return False
        return self.outcome is Outcome.DELETED or self.before.associations != self.after.associations

    @property
    def adds_nothing(self) -> bool:
        """Tell whether it is an association row whose patron has all that it asks for."""
        return self.record.action is Action.ASSOCIATE and self.after == self.before

    @property
    def transfers(self) -> bool:
        """Tell whether the primary site changes."""
        old, new = self.before and self.before.home, self.after and self.after.home
        return bool(old and new and old.site != new.site)


def draft(
    roster: Roster, record: Record, before: Patron | None, options: Options, spoken_for: frozenset[str] = frozenset()
) -> Draft:
    """Return what ``record`` would make of ``before`` (None: it matches no patron).

    ``spoken_for`` are sites that association rows of the file speak for: this row leaves them as they are.
    """
    site = roster.site(record.given("site_short_name"))
    refusals = _refusals(roster, record, before, site, options)
    if refusals or site is None:
        return Draft(record=record, before=before, after=None, messages=tuple(refusals))
    notes: list[Message] = []
    values = updated_values(record, before, site, options, notes)
    places = {place.site: place for place in _associations(record, before, site, spoken_for)}
    for other in _further(roster, record, before, site, notes):
        if other not in places and other not in spoken_for:
            places[other] = Association(site=other, barcode=places[site.short_name].barcode)
    fresh = before or Patron(id=-record.line, values={}, associations=())
    after = replace(fresh, values=values, associations=tuple(sorted(places.values())))
    return Draft(record=record, before=before, after=after, messages=tuple(notes))


def about(record: Record, before: Patron | None, code: str, **parts: str | None) -> Message:
    """Return a message about ``record`` that names row and patron by their keys."""
    home = before.home if before else None
    parts["value"] = shown(parts.get("value"))
    return Message(
        **{
            "code": code,
            "line": record.line,
            "site": record.given("site_short_name"),
            "district_id": record.given("district_id") or (before.values.get("district_id") if before else None),
            "barcode": record.given("barcode") or (home.barcode if home else None),
            **parts,
        }  # type: ignore[arg-type]
    )


def _refusals(
    roster: Roster, record: Record, before: Patron | None, site: Site | None, options: Options
) -> list[Message]:
    if site is None:
        value = record.given("site_short_name")
        return [about(record, before, "site_unknown", field="siteShortName", value=value)]
    refusals = []
    if before is None and not record.given("last_name"):
        refusals.append(about(record, before, "last_name_required", field="lastName"))
    if before is None and options.require_district_id and not record.given("district_id"):
        refusals.append(about(record, before, "district_id_required", field="districtID"))
    barcode = _barcode(record, before, site)
    if barcode is None:
        refusals.append(about(record, before, "barcode_required", field="barcode"))
    elif barcode == AUTOASSIGN:
        code = "barcode_range_exhausted" if site.barcodes else "barcode_range_missing"
        refusals.append(about(record, before, code, field="barcode", detail=site.short_name))
    home = roster.site(before.home.site) if before and before.home else None
    if home and home.kind != site.kind:
        detail = f"{home.short_name} ({home.kind}) and {site.short_name} ({site.kind})"
        refusals.append(about(record, before, "transfer_between_kinds", field="siteShortName", detail=detail))
    return refusals


def _barcode(record: Record, before: Patron | None, site: Site) -> str | None:
    """Return the barcode at the row's site: the row's, else the one the patron has there, else the primary one."""
    place = (before.at(site.short_name) or before.home) if before else None
    return record.given("barcode") or (place.barcode if place else None)


def new_card(record: Record, before: Patron | None) -> str | None:
    """Return the row's barcode when it is new at the row's site."""
    given, here = record.given("barcode"), before.at(record.given("site_short_name") or "") if before else None
    return given if given and (here is None or here.barcode != given) else None


def _associations(
    record: Record, before: Patron | None, site: Site, spoken_for: frozenset[str]
) -> tuple[Association, ...]:
    """Return the sites after the update: the row's is primary, a former primary one is given up.

    A barcode that is new at the row's site is a new card: associations that carried the old primary barcode follow it,
    while one to which somebody gave a barcode of its own keeps that.
    """
    barcode = _barcode(record, before, site) or ""
    places = [Association(site=site.short_name, barcode=barcode, primary=True)]
    home, card = before.home if before else None, new_card(record, before)
    for place in before.associations if before else ():
        if place.site == site.short_name or (place.primary and place.site not in spoken_for):
            continue
        follows = card and home and place.barcode == home.barcode and place.site not in spoken_for
        places.append(replace(place, barcode=card if follows and card else place.barcode, primary=False))
    return tuple(places)


def _further(roster: Roster, record: Record, before: Patron | None, site: Site, notes: list[Message]) -> Iterator[str]:
    """Yield the further sites that the row names and that can be the patron's; note those that cannot."""
    for name in sorted(set(record.other_sites)):
        other = roster.site(name)
        if other is None:
            notes.append(about(record, before, "other_site_unknown", field="siteShortName", value=name))
        elif other.kind != site.kind:
            detail = f"{site.short_name} ({site.kind}) and {name} ({other.kind})"
            notes.append(about(record, before, "other_site_between_kinds", field="siteShortName", detail=detail))
        else:
            yield name


def updated_values(
    record: Record, before: Patron | None, site: Site, options: Options, notes: list[Message]
) -> dict[str, str]:
    """Return the values that are not blank as they will be, and note what was not taken as sent."""
    stored: Mapping[str, str] = before.values if before else {}
    columns = [field.column for field in FIELDS]
    values = {column: record.values.get(column, stored.get(column)) for column in columns}
    values["status"] = values["status"] or stored.get("status") or "A"
    values["gender"] = values["gender"] or "U"
    values["last_name"] = values["last_name"] or stored.get("last_name")
    if options.require_district_id:
        values["district_id"] = values["district_id"] or stored.get("district_id")
    if before and record.cleared("last_name"):
        notes.append(about(record, before, "last_name_blank", field="lastName"))
    if before and record.cleared("barcode"):
        notes.append(about(record, before, "barcode_blank", field="barcode"))
    if before and options.require_district_id and not values["district_id"]:
        notes.append(about(record, before, "district_id_missing", field="districtID"))
    elif before and options.require_district_id and record.cleared("district_id"):
        notes.append(about(record, before, "district_id_blank", field="districtID"))
    if record.assigned:
        notes.append(about(record, before, "barcode_assigned", field="barcode", value=record.given("barcode")))
    if stored.get("status") == "I" and values["status"] != "I":
        notes.append(about(record, before, "reactivated", field="status"))
    values["access_level"] = access_level(record, before, site, options, notes)
    values["patron_type"] = _patron_type(record, before, site, options, notes)
    values["resource_group"] = _resource_group(record, before, site, options, notes)
    if record.given("password") and not values["username"]:
        values["password"] = stored.get("password")
        notes.append(about(record, before, "password_without_username", field="password"))
    return {column: value for column, value in values.items() if value and column not in PLACE_COLUMNS}


def _defaults(record: Record, before: Patron | None, column: str) -> bool:
    """Tell whether the site's default is due: on an add without a value, on an update that clears it."""
    return record.cleared(column) or (before is None and not record.given(column))


def access_level(
    record: Record, before: Patron | None, site: Site, options: Options, notes: list[Message]
) -> str | None:
    """Return the access level of a patron whose primary site will be ``site``; note what was not taken as sent."""
    default, told = site.default_access_level, {"site": site.short_name, "field": "accessLevel"}
    if _defaults(record, before, "access_level"):
        if told["field"] in options.mapped_fields:
            notes.append(about(record, before, "access_level_defaulted", detail=default, **told))
        return default
    wanted = record.given("access_level")
    moves = before is not None and before.home is not None and before.home.site != site.short_name
    stays = before.values.get("access_level") if before else None
    if wanted is None and not (moves and stays):
        return stays
    level = wanted or stays
    if level in site.access_levels:
        return level
    notes.append(about(record, before, "access_level_unknown", value=level, detail=default, **told))
    return default


def _patron_type(
    record: Record, before: Patron | None, site: Site, options: Options, notes: list[Message]
) -> str | None:
    default, field = site.default_patron_type, "patronType"
    if not _defaults(record, before, "patron_type"):
        return record.given("patron_type") or (before.values.get("patron_type") if before else None)
    if field in options.mapped_fields:
        notes.append(about(record, before, "patron_type_defaulted", field=field, detail=default))
    return default


def _resource_group(
    record: Record, before: Patron | None, site: Site, options: Options, notes: list[Message]
) -> str | None:
    default, field = site.default_resource_group, "resourceGroup"
    if not _defaults(record, before, "resource_group"):
        return record.given("resource_group") or (before.values.get("resource_group") if before else None)
    if default and field in options.mapped_fields:
        notes.append(about(record, before, "resource_group_defaulted", field=field, detail=default))
    return default
