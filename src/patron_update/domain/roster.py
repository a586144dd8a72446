"""Small rosters as values: sites, patrons, records, and the change set that an update makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from patron_update.domain.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patron_update.domain.absence import Gone, InactivateMissing, Inactivation
    from patron_update.domain.decisions import Decision, Rebarcoded
    from patron_update.domain.messages import Message
    from patron_update.domain.ownership import Ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of the district. Patrons never move between sites of different ``kind``."""

    short_name: str
    kind: str = "library"
    access_levels: frozenset[str] = frozenset({"Patron"})
    default_access_level: str = "Patron"
    default_patron_type: str = "Student"
    default_resource_group: str | None = None
    barcodes: tuple[str, str] | None = None
    """The first and the last barcode that the update may choose."""
    ownership: Ownership = field(default_factory=dict)
    """What the district file says of this site; wins over the job's."""


class Action(StrEnum):
    """What a row asks for besides an ordinary update, because a rule of the properties file fires for it."""

    DELETE = "delete"
    ASSOCIATE = "associate"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Association:
    """A patron's place at one site, under the barcode that is valid there.

    ``since`` tells when it began: only the order counts, and associations of one update began together.
    """

    site: str
    barcode: str
    primary: bool = False
    since: int = field(default=0, compare=False)


def keys(district_id: str | None, place: Association | None) -> str:
    """Return the words by which messages tell whom they mean."""
    known = f"with District ID {district_id}" if district_id else "without District ID"
    return f"{known}, barcode {place.barcode} at {place.site}" if place else known


@dataclass(frozen=True, slots=True, kw_only=True)
class Patron:
    """A stored patron: the values that are not blank under their column names, and the sites.

    ``id`` is negative while the patron is not stored yet. Site and barcode stand in the associations only. The value
    of ``password`` is whatever the caller compares passwords by. ``outstanding`` counts the items of each kind: loan,
    fine, hold, reserve.
    """

    id: int
    values: Mapping[str, str] = field(repr=False)
    associations: tuple[Association, ...]
    outstanding: Mapping[str, int] = field(default_factory=dict)

    @property
    def home(self) -> Association | None:
        """Return the primary association."""
        return next((place for place in self.associations if place.primary), None)

    @property
    def sites(self) -> frozenset[str]:
        """Return the sites that the patron is associated with."""
        return frozenset(place.site for place in self.associations)

    def at(self, site: str) -> Association | None:
        """Return the association with ``site``."""
        return next((place for place in self.associations if place.site == site), None)

    @property
    def called(self) -> str:
        """Return how messages name this patron: by its keys, never by name."""
        return f"the patron {keys(self.values.get('district_id'), self.home)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One staged row: a column that is absent leaves the stored value alone, an empty one clears it.

    ``other_sites`` are further sites that the patron is associated with. ``assigned``: the update chose the barcode.
    ``status_unknown``: the row sends a status, and nobody knows the word; or it is blank.
    """

    line: int
    values: Mapping[str, str] = field(repr=False)
    action: Action | None = None
    other_sites: tuple[str, ...] = ()
    assigned: bool = False
    status_unknown: bool = False

    def given(self, column: str) -> str | None:
        """Return the column's value, or None when it is absent or empty."""
        return self.values.get(column) or None

    def cleared(self, column: str) -> bool:
        """Tell whether the column is there and empty."""
        return self.values.get(column) == ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What an undo, the run ``run``, took from the patron of the row with ``key``.

    That is what a run had left: values ('': blank), the primary site, places (site and barcode). ``ends``: the row had
    ended the patron or one of its places, and the undo brought that back.
    """

    key: str
    run: int
    patron: int
    ends: bool = False
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    home: str | None = None
    places: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What is stored before an update, or after it."""

    sites: tuple[Site, ...]
    patron_types: frozenset[str]
    patrons: tuple[Patron, ...]
    edits: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By patron and field: staff edited the field, and this is what the update had left there ('': blank)."""
    gone: Mapping[int, Gone] = field(default_factory=dict, repr=False)
    """Patrons whom an update inactivated because their file did not name them."""
    decisions: tuple[Decision, ...] = ()
    """What a person has ruled, and no run has applied yet."""
    rebarcoded: tuple[Rebarcoded, ...] = ()
    """Barcodes that people gave patrons, and that these may have given up since."""
    taken_back: tuple[TakenBack, ...] = ()
    """What undos took back, as long as nobody has decided that it may be done again."""

    def site(self, short_name: str | None) -> Site | None:
        """Return the site of this short name, or None."""
        return next((site for site in self.sites if site.short_name == short_name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the properties file and the job say about the update.

    ``mapped_fields`` are the field names (as in the properties language) that the properties file maps.
    """

    match_using_district_id: bool
    mapped_fields: frozenset[str] = frozenset()
    ownership: Ownership = field(default_factory=dict)
    require_district_id: bool = False
    """The district wants every patron to have one: nobody is added without."""
    update_before_delete: bool = False
    delete_with_outstanding: bool = False
    inactivate_missing: InactivateMissing | None = None
    """None: the update is not Full, or the job does not ask for it."""
    absence_doubt: str | None = None
    """Why absence from the file does not count, see `patron_update.domain.absence.doubt`."""
    held_sites: frozenset[str] = frozenset()
    """Sites that wait: nothing changes for a patron who is, or would be, at one of them."""
    missing_at: frozenset[str] | None = None
    """Sites whose patrons count as missing; None: all do. For a run about sites that another run has left waiting."""

    def counts_as_missing(self, patron: Patron) -> bool:
        """Return whether a patron whom the file does not name is missing."""
        return not self.held_sites & patron.sites and (self.missing_at is None or bool(self.missing_at & patron.sites))

    frozen: str | None = None
    """Why patrons who are stored stay as they are; None: they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What becomes of one record; ``after`` is the patron as it will be, where the record is applied and it stays."""

    line: int
    outcome: Outcome
    before: Patron | None = None
    after: Patron | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """Everything that one update does: final states, no steps, so that the order of the rows cannot matter."""

    rows: tuple[RowResult, ...]
    messages: tuple[Message, ...]
    patron_types: frozenset[str]
    """Patron types that the update creates."""
    settled: frozenset[tuple[int, str]] = frozenset()
    """Patrons and fields of which no edit by staff is left."""
    inactivated: tuple[Inactivation, ...] = ()
    """Missing patrons. They are no rows."""
    returned: frozenset[int] = frozenset()
    """Patrons whom the file names again, or whom another row names."""
    awaited: frozenset[int] = frozenset()
    """Patrons, by id, who do not count as missing: a row of the file means or may mean them, or their site waits."""

    def applied_to(self, roster: Roster) -> Roster:
        """Return the roster after the update; new patrons keep their negative id."""
        after = {patron.id: patron for patron in roster.patrons}
        absent = {number: had for number, had in roster.gone.items() if number not in self.returned}
        absent |= {one.after.id: one.had for one in self.inactivated}
        after |= {one.after.id: one.after for one in self.inactivated}
        after |= {row.after.id: row.after for row in self.rows if row.after}
        for gone in (row.before for row in self.rows if row.before and row.outcome is Outcome.DELETED):
            del after[gone.id]
        return replace(
            roster,
            patron_types=roster.patron_types | self.patron_types,
            edits={
                patron: {field: applied for field, applied in edits.items() if (patron, field) not in self.settled}
                for patron, edits in roster.edits.items()
                if patron in after
            },
            gone={number: had for number, had in absent.items() if number in after},
            patrons=tuple(after[key] for key in sorted(after)),
        )


SEPARATOR = "\x1f"


def key_of(record: Record, options: Options) -> str:
    """Return the key by which the record's row is known: its District ID, or its site and barcode.

    One patron may have an association row for each site, so that there the site belongs to the key.
    """
    site = record.values.get("site_short_name", "")
    if options.match_using_district_id:
        return record.values.get("district_id", "") + (SEPARATOR + site if record.action is Action.ASSOCIATE else "")
    return site + SEPARATOR + record.values.get("barcode", "")
