"""The store spoken to in the domain's words: rosters in, records staged, rosters and messages out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg

from patron_update.domain.absence import Gone
from patron_update.domain.fields import FIELDS, Kind
from patron_update.domain.ownership import Owner, in_force
from patron_update.domain.roster import (
    SEPARATOR,
    Action,
    Association,
    Options,
    Patron,
    Record,
    Roster,
    Site,
    TakenBack,
    key_of,
)
from patron_update.domain.schedule import UpdateType
from patron_update.store import ApplyFacts, PatronStore, PlanOptions, staging
from patron_update.store import district as store_district
from patron_update.store.connecting import open_connection
from patron_update.store.passwords import hashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from patron_update.domain.absence import Missing
    from patron_update.domain.decisions import Decision, Rebarcoded
    from patron_update.domain.messages import Message
    from patron_update.domain.outcomes import Outcome
    from patron_update.store.values import DistrictLike

NIGHT = datetime(2026, 9, 1, 7, 15, tzinfo=UTC)


@dataclass(frozen=True)
class BarcodeRange:
    first: str
    last: str


@dataclass(frozen=True)
class DistrictSite:
    short_name: str
    name: str = "A school"
    aliases: tuple[str, ...] = ()
    kind: str = "library"
    access_levels: tuple[str, ...] = ("Patron",)
    default_access_level: str = "Patron"
    default_patron_type: str = "Student"
    default_resource_group: str | None = None
    barcode_range: BarcodeRange | None = None
    ownership: Mapping[str, Owner] = field(default_factory=dict)


@dataclass(frozen=True)
class District:
    sites: tuple[DistrictSite, ...] = (
        DistrictSite("ELM", access_levels=("Patron", "Young Reader"), barcode_range=BarcodeRange("3", "6")),
        DistrictSite("OAK", ownership={"nickname": Owner.SOURCE}, default_resource_group="Textbooks"),
        DistrictSite("FILM", kind="media"),
    )
    patron_types: tuple[str, ...] = ("Student",)


DISTRICT = District()


def settle(url: str, told: DistrictLike) -> None:
    """Let the store at ``url`` know the sites of a district before any run is applied."""
    with open_connection(url) as connection, connection.transaction():
        staging.look_at(connection)
        store_district.sync(connection, *store_district.as_json(told))


def roster_of(patrons: Iterable[Patron], district: District = DISTRICT) -> Roster:
    sites = tuple(
        Site(
            short_name=site.short_name,
            kind=site.kind,
            access_levels=frozenset(site.access_levels),
            default_access_level=site.default_access_level,
            default_patron_type=site.default_patron_type,
            default_resource_group=site.default_resource_group,
            barcodes=(site.barcode_range.first, site.barcode_range.last) if site.barcode_range else None,
            ownership=site.ownership,
        )
        for site in district.sites
    )
    return Roster(sites=sites, patron_types=frozenset(district.patron_types), patrons=tuple(patrons))


def record(line: int, action: Action | None = None, other_sites: tuple[str, ...] = (), **values: str) -> Record:
    return Record(line=line, values=values, action=action, other_sites=other_sites)


def csv_bytes(rows: Iterable[Iterable[str | None]]) -> list[bytes]:
    out = io.StringIO()
    for row in rows:
        out.write(",".join("\\N" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row) + "\n")
    return [out.getvalue().encode()]


def fingerprint_of(one: Record) -> str:
    cells = [one.values.get(f.column) for f in FIELDS]
    row = (cells, one.action, one.other_sites, one.status_unknown)
    return hashlib.sha256(repr(row).encode()).hexdigest()[:32]


def staged(records: Iterable[Record], options: Options) -> list[bytes]:
    rows = []
    for one in records:
        cells = [one.values.get(f.column) for f in FIELDS]
        fingerprint = fingerprint_of(one)
        rows.append(
            [
                str(one.line),
                key_of(one, options),
                fingerprint,
                *cells,
                one.action,
                SEPARATOR.join(one.other_sites) or None,
            ]
        )
    return csv_bytes(rows)


BY_ID = Options(match_using_district_id=True, mapped_fields=frozenset({"accessLevel", "patronType"}))
BY_BARCODE = Options(match_using_district_id=False, mapped_fields=frozenset({"accessLevel"}))


@dataclass
class Library:
    """One store and the nights of its jobs."""

    store: PatronStore
    url: str
    options: Options = BY_ID
    night: int = 0
    runs: list[int] = field(default_factory=list)
    district: DistrictLike = DISTRICT
    sites: Iterable[Site | DistrictSite] = DISTRICT.sites
    """The sites, for what each says of ownership."""

    @property
    def now(self) -> datetime:
        """Return when this night's run is due."""
        return NIGHT + timedelta(days=self.night)

    def in_district(self, told: DistrictLike) -> Self:
        """Let the store know the district, as if a run had been applied."""
        self.district = told
        settle(self.url, told)
        return self

    def has(self, *patrons: Patron) -> None:
        """Put patrons into the store as staff would: by SQL."""
        with psycopg.connect(self.url) as connection:
            connection.execute("SET search_path = patron_update")
            for patron in patrons:
                self._insert(connection, patron)

    def _insert(self, connection: psycopg.Connection, patron: Patron) -> None:
        values = {"id": str(patron.id), "last_name": "Somebody", **patron.values}
        if values.get("password"):
            values["password_hash"] = hashed(values["password"])
        values.pop("password", None)
        columns = ", ".join(values)
        connection.execute("SET LOCAL datestyle = 'ISO, MDY'")
        connection.execute(
            f"INSERT INTO patron ({columns}) VALUES ({', '.join(['%s'] * len(values))})",  # noqa: S608 - own columns
            list(values.values()),
        )
        for place in patron.associations:
            connection.execute(
                "INSERT INTO patron_site (patron_id, site, barcode, is_primary, since)"
                " VALUES (%s, %s, %s, %s, '2026-01-01'::timestamptz + %s * interval '1 day')",
                [patron.id, place.site, place.barcode, place.primary, place.since],
            )
        for kind, count in patron.outstanding.items():
            connection.execute(
                "INSERT INTO outstanding (patron_id, site, kind, item)"
                " SELECT %s, 'ELM', %s, concat('item ', n) FROM generate_series(1, %s) AS n",
                [patron.id, kind, count],
            )
        connection.execute("SELECT setval(pg_get_serial_sequence('patron', 'id'), greatest(1000, max(id))) FROM patron")

    def has_edited(self, edits: Mapping[int, Mapping[str, str]]) -> None:
        """Note edits of staff, with what the update had left in the fields."""
        for number, fields in edits.items():
            for name, applied in fields.items():
                self.sql("INSERT INTO staff_edit VALUES (%s, %s, nullif(%s, ''))", number, name, applied)

    def has_gone(self, gone: Mapping[int, Gone]) -> None:
        """Note patrons whom an update has inactivated for missing from their file."""
        for number, had in gone.items():
            self.sql(
                "INSERT INTO absence VALUES (%s, 0, %s, nullif(%s, ''), nullif(%s, ''))",
                number,
                *had,
            )

    def misses(self, missing: Iterable[Missing], job: str = "students") -> list[str]:
        """Put patrons into the job's baseline, and one more job's where that names them; return their keys."""
        jobs = {one: (job, *sorted(one.jobs)) for one in missing}
        for one, names in jobs.items():
            for name in names:
                runs, since = (one.runs, one.since) if name == job else (0, None)
                self.sql(
                    "INSERT INTO baseline VALUES (%s, %s, gen_random_uuid(), %s, 1, 0, %s, %s)",
                    *(name, f"missing {one.patron}", one.patron, since, runs),
                )
        return [f"missing {one.patron}" for one in jobs]

    def gone(self) -> dict[int, Gone]:
        """Return the patrons whom an update has inactivated for missing from their file, with what they had."""
        found = self.sql("SELECT patron_id, status, coalesce(homeroom, ''), coalesce(homeroom_set, '') FROM absence")
        return {number: Gone(*had) for number, *had in found}

    def decided(self, *decisions: Decision, job: str = "students") -> None:
        """Let a person have ruled this."""
        for one in decisions:
            self.sql(
                "INSERT INTO decision (job, key, patron_id, patron_keys, verdict, decided_by, decided_at) "
                "VALUES (%s, %s, %s, '', %s, 'Pat', now())",
                job,
                one.key,
                one.patron,
                one.verdict.value,
            )

    def rebarcoded(self, *rulings: Rebarcoded) -> None:
        """Let a person have given these patrons other barcodes."""
        for one in rulings:
            self.sql(
                "INSERT INTO decision (job, key, patron_id, patron_keys, verdict, decided_by, decided_at,"
                " applied_run_id, site, barcode, former_barcodes)"
                " VALUES ('x', 'x', %s, '', 'rebarcode', 'Pat', now(), 0, %s, %s, %s)",
                *(one.patron, one.site, one.barcode, sorted(one.former)),
            )

    def took_back(self, *taken: TakenBack, job: str = "students") -> None:
        """Let an undo have taken this back."""
        names = {f.column: f.name for f in FIELDS}
        for one in taken:
            fields = {names[column]: value or None for column, value in one.values.items()}
            fields |= {"siteShortName": one.home} if one.home else {}
            places = [{"site": site, "barcode": barcode} for site, barcode in sorted(one.places)]
            row = (job, one.key, one.run, one.patron, one.ends, json.dumps(fields), json.dumps(places))
            self.sql("INSERT INTO taken_back VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)

    def sql(self, text: str, *values: object) -> list[tuple]:
        """Do something to the store behind the update's back."""
        with psycopg.connect(self.url) as connection:
            connection.execute("SET search_path = patron_update")
            cursor = connection.execute(text, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def begin(self, job: str = "students") -> int:
        self.night += 1
        return self.store.begin_run(job, f"night {self.night}", NIGHT)

    def stage(
        self, run_id: int, records: Iterable[Record], missing: Iterable[str] = (), messages: Iterable[Sequence] = ()
    ) -> None:
        rows, keys = staged(records, self.options), csv_bytes([key] for key in missing)
        self.store.stage(run_id, self.district, rows, keys, csv_bytes(messages))

    def plan(
        self, *records: Record, job: str = "students", missing: Iterable[str] = (), update: UpdateType = UpdateType.FULL
    ):
        """Stage and plan one night's records; return run number and plan."""
        run_id = self.begin(job)
        unknown = [(str(one.line), "status_unknown", *[None] * 6) for one in records if one.status_unknown]
        self.stage(run_id, records, missing, unknown)
        options = PlanOptions(
            match_using_district_id=self.options.match_using_district_id,
            mapped_fields=self.options.mapped_fields,
            at=self.now,
            inactivate_missing=self.options.inactivate_missing if update is UpdateType.FULL else None,
            absence_doubt=self.options.absence_doubt,
            frozen=self.options.frozen,
            ownership={site.short_name: in_force(self.options.ownership, site.ownership) for site in self.sites},
            require_district_id=self.options.require_district_id,
            update_before_delete=self.options.update_before_delete,
            delete_with_outstanding=self.options.delete_with_outstanding,
            held_sites=self.options.held_sites,
            missing_at=self.options.missing_at,
        )
        self.runs.append(run_id)
        return run_id, self.store.plan(run_id, options)

    def apply(self, run_id: int, rows: int, job: str = "students", update: UpdateType = UpdateType.FULL):
        return self.store.apply(run_id, facts(rows, job, update))

    def update(self, *records: Record, job: str = "students", update: UpdateType = UpdateType.FULL, missing=()):
        """Run one whole night; return the outcomes of its rows."""
        run_id, _ = self.plan(*records, job=job, missing=missing, update=update)
        applied = self.apply(run_id, len(records), job, update)
        return totals(applied.outcomes_by_site)

    def send(
        self, records: Iterable[Record], update: UpdateType, path: Path, *, afresh: bool = False
    ) -> dict[str, int]:
        """Run one night as the steps do: records are passed over when all about the patron are as applied before.

        ``afresh``: none is passed over.
        """
        marks, keyed = self.marks(path, update, afresh=afresh), [(key_of(one, self.options), one) for one in records]
        changed = [one for key, one in keyed if marks.get(key) != fingerprint_of(one)]
        with path.open(newline="") as file:
            people = {row["key"]: row["district_id"] for row in csv.DictReader(file)}
        means = {id(one): {one.given("district_id"), people.get(key)} - {None, ""} for key, one in keyed}
        together = set[str | None]().union(*(means[id(one)] for one in changed))
        looked_at = [one for _, one in keyed if one in changed or means[id(one)] & together]
        return self.update(*looked_at, update=update, missing=sorted(marks.keys() - {key for key, _ in keyed}))

    def messages(self) -> list[Message]:
        return list(self.store.messages(self.runs[-1]))

    def codes(self) -> list[tuple[int | None, str]]:
        return [(message.line, message.code) for message in self.messages()]

    def barcodes(self) -> dict[str, list[tuple[str, str]]]:
        """Return each patron's sites and barcodes by District ID, the primary one first."""
        return {
            patron["districtID"]: [(place["siteShortName"], place["barcode"]) for place in patron["associations"]]
            for patron in self.store.patrons()
        }

    def patron(self, district_id: str) -> dict:
        (found,) = self.store.patrons(district_id=district_id)
        return found

    def marks(
        self, path, update: UpdateType = UpdateType.FULL, job: str = "students", *, afresh: bool = False
    ) -> dict[str, str]:
        self.store.export_marks(job, update, path, afresh=afresh)
        with path.open(newline="") as file:
            return {row["key"]: row["fingerprint"] for row in csv.DictReader(file)}

    def edits(self) -> dict[int, dict[str, str]]:
        """Return what staff edited: by patron and field, what the update had left there."""
        found: dict[int, dict[str, str]] = {}
        for number, name, applied in self.sql("SELECT patron_id, field, coalesce(applied, '') FROM staff_edit"):
            found.setdefault(number, {})[name] = applied
        return found

    def stored(self) -> set[tuple]:
        """Return every patron as a comparable value; new ones have no number that anybody could foresee."""
        return {
            comparable(
                {f.column: patron.get(f.name) for f in FIELDS if f.kind is not Kind.PASSWORD},
                [
                    Association(site=p["siteShortName"], barcode=p["barcode"], primary=p["primary"])
                    for p in patron["associations"]
                ],
            )
            for patron in self.store.patrons()
        }


def comparable(values: Mapping[str, str | None], places: Iterable[Association]) -> tuple:
    kept = {c: v for c, v in values.items() if v and c not in {"site_short_name", "barcode", "password"}}
    return tuple(sorted(kept.items())), tuple(sorted(places))


def totals(outcomes_by_site: Mapping[tuple[str, Outcome], int]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for (_, outcome), rows in outcomes_by_site.items():
        summed[outcome.value] = summed.get(outcome.value, 0) + rows
    return summed


def facts(rows: int, job: str = "students", update: UpdateType = UpdateType.FULL, **more) -> ApplyFacts:
    return ApplyFacts(
        job=job,
        update=update,
        properties_fingerprint="p",
        suite_fingerprint="s",
        district_fingerprint="d",
        options_fingerprint="o",
        rows_read=rows,
        file_name="Students.csv",
        file_size=1,
        file_modified=NIGHT,
        file_sha256="00",
        **more,
    )


def patron(number: int, *places: tuple[str, str], **values: str) -> Patron:
    """Return a stored patron, the first place being the primary one; its District ID is its number unless told."""
    defaults = {"district_id": str(number), "last_name": f"Name{number}", "status": "A", "gender": "U"}
    kept = {c: v for c, v in {**defaults, "access_level": "Patron", "patron_type": "Student", **values}.items() if v}
    associations = tuple(
        sorted(
            Association(site=site, barcode=barcode, primary=not index) for index, (site, barcode) in enumerate(places)
        )
    )
    return Patron(id=number, values=kept, associations=associations)
