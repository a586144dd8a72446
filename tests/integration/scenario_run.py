"""Scenarios come true: a district of their own, its nights, and what the store and the summaries say afterwards."""

from __future__ import annotations

import csv
import io
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from rosters import settle

from patron_update.by_hand import run_all
from patron_update.cli import main
from patron_update.domain.fields import FIELDS
from patron_update.jobs.district import load_district
from patron_update.run import open_run
from patron_update.settings import Settings
from patron_update.store import PatronStore

if TYPE_CHECKING:
    from pathlib import Path

    from scenario_text import Night, Scenario, Table

    from patron_update.summary import Summary

BY_LABEL = {field.label: field for field in FIELDS}
FIRST_NIGHT = datetime(2026, 9, 5, 7, 15, tzinfo=UTC)
DISTRICT = """
name: Scenario District
patron_types: [Student]
sites:
  - {short_name: ELM, name: Elm School, aliases: ["01"], access_levels: [Patron, Young Reader],
     default_access_level: Patron, default_patron_type: Student}
  - {short_name: OAK, name: Oak School, aliases: ["02"], access_levels: [Patron],
     default_access_level: Patron, default_patron_type: Student, barcode_range: {first: "P01", last: "P02"}}
  - {short_name: FILM, name: Film Library, kind: media, access_levels: [Patron],
     default_access_level: Patron, default_patron_type: Student}
"""
JOB = """
name: Scenario
source:
  directory: {{ path: {drop}, file: file.csv }}
properties: scenario.properties
schedule: {{ time: "02:15", timezone: America/Chicago, saturday: full }}
"""


@dataclass(frozen=True)
class Told:
    """What one night came to."""

    summary: Summary
    after: Table


@dataclass
class Stage:
    """A district below ``folder`` whose patrons lie in the database at ``url``."""

    folder: Path
    url: str

    def play(self, scenario: Scenario, *, turned: bool = False) -> list[Told]:
        """Play every night; ``turned``: with the rows of each file in the opposite order."""
        settings = self._set_up(scenario)
        told, at = [], FIRST_NIGHT
        for number, night in enumerate(scenario.nights):
            at += timedelta(days=night.days)
            self._between(night)
            self._drop(scenario, night, turned=turned)
            wish = night.text("TYPE").strip() or "full"
            with open_run("scenario", f"night {number}", settings) as run:
                summary = run_all(run, None, wish, at, preview=False)
            for line in night.sections.get("COMMANDS", ()):
                assert main(shlex.split(line.replace("RUN", str(summary.run_id)))) == 0, line
            told.append(Told(summary, self.patrons()))
        return told

    def _set_up(self, scenario: Scenario) -> Settings:
        include = self.folder / "include"
        for name in ("include/jobs", "include/properties", "drop", "home"):
            (self.folder / name).mkdir(parents=True)
        job = JOB.format(drop=self.folder / "drop") + scenario.set_up.text("JOB") + "\n"
        (include / "jobs" / "scenario.yaml").write_text(job, "utf-8")
        (include / "district.yaml").write_text(scenario.set_up.text("DISTRICT") or DISTRICT, "utf-8")
        settings = Settings(include=include, home=self.folder / "home", database_url=self.url)
        with self.database() as connection:
            _empty(connection)
        settle(self.url, load_district(include))
        with self.database() as connection:
            for number, row in enumerate(scenario.set_up.table("BEFORE"), 1):
                _insert(connection, number, row)
            connection.execute("SELECT setval(pg_get_serial_sequence('patron', 'id'), 1000)")
        return settings

    def database(self) -> psycopg.Connection[Any]:
        """Connect as staff would."""
        connection = psycopg.connect(self.url)
        connection.execute("SET search_path = patron_update")
        connection.execute("SET datestyle = 'ISO, MDY'")
        return connection

    def _between(self, night: Night) -> None:
        with self.database() as connection:
            for row in night.table("EDIT"):
                values = {_column(label): None if cell == "-" else cell for label, cell in row.items() if cell}
                key = values.pop("district_id")
                sets = ", ".join(f"{column} = %s" for column in values)
                changed = connection.execute(
                    f"UPDATE patron SET {sets} WHERE district_id = %s",  # noqa: S608 - columns of the fields
                    [*values.values(), key],
                )
                assert changed.rowcount == 1, row
            for row in night.table("OUTSTANDING"):
                connection.execute(
                    "INSERT INTO outstanding (patron_id, site, kind, item, amount)"
                    " SELECT id, %s, %s, %s, %s FROM patron WHERE district_id = %s",
                    [row["Site"], row["Kind"], row.get("Item") or None, row.get("Amount") or None, row["District ID"]],
                )

    def _drop(self, scenario: Scenario, night: Night, *, turned: bool) -> None:
        lines = night.sections["FILE"]
        header = next(csv.reader(lines[:1]))
        rows = _rows(lines[1:])
        if turned:
            rows.reverse()
        (self.folder / "drop" / "file.csv").write_text("\n".join([lines[0], *rows]) + "\n", "utf-8")
        by_id = scenario.set_up.text("MATCH").strip() != "barcode"
        mapped = [
            f"field_{BY_LABEL[label.rstrip('!')].name}={{{number}{'' if label.endswith('!') else ',omit'}}}"
            for number, label in enumerate(header, 1)
            if label.rstrip("!") in BY_LABEL
        ]
        settings = ["CsvTextEncoding=UTF-8", f"MatchUsingDistrictID={str(by_id).lower()}", "InputRowsToSkip=1"]
        text = "\n".join([*settings, *mapped, scenario.set_up.text("PROPERTIES")]) + "\n"
        (self.folder / "include" / "properties" / "scenario.properties").write_text(text, "utf-8")

    def patrons(self) -> Table:
        """Return the stored patrons by label, with their sites as scenarios write them."""
        with PatronStore(self.url) as store:
            return [
                {
                    **{field.label: patron.get(field.name) or "" for field in FIELDS},
                    "Sites": " ".join(
                        f"{place['siteShortName']}:{place['barcode']}" for place in patron["associations"]
                    ),
                }
                for patron in store.patrons()
            ]


def _empty(connection: psycopg.Connection[Any]) -> None:
    tables = connection.execute(
        "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables WHERE schemaname ="
        " 'patron_update' AND tablename NOT IN ('alembic_version', 'store_version')"
    ).fetchone()
    connection.execute(f"TRUNCATE {tables[0]} RESTART IDENTITY" if tables else "")


def _column(label: str) -> str:
    return BY_LABEL[label].column


def _insert(connection: psycopg.Connection[Any], number: int, row: dict[str, str]) -> None:
    places = [place.split(":") for place in row["Sites"].split()]
    given = {_column(label): cell for label, cell in row.items() if cell and label != "Sites"}
    values = {"id": number, "last_name": f"Name{number}", "access_level": "Patron", "patron_type": "Student", **given}
    connection.execute(
        f"INSERT INTO patron ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",  # noqa: S608
        list(values.values()),
    )
    for index, (site, barcode) in enumerate(places):
        connection.execute(
            "INSERT INTO patron_site (patron_id, site, barcode, is_primary, since)"
            " VALUES (%s, %s, %s, %s, timestamptz '2026-01-01' + %s * interval '1 day')",
            [number, site, barcode, index == 0, index],
        )


def as_rows(table: Table, columns: list[str]) -> list[tuple[str, ...]]:
    """Return the table's columns as sorted rows."""
    return sorted(tuple(row[column] or "" for column in columns) for row in table)


def counted(summary: Summary) -> dict[str, int]:
    """Return the figures that are not zero, but for the rows read."""
    return {name: number for name, number in summary.counts.model_dump().items() if number and name != "read"}


def counts_of(text: str) -> dict[str, int]:
    """Read ``2 added, 1 held``."""
    return {name: int(number) for number, name in (part.split() for part in text.split(",") if part.strip())}


def messages(summary: Summary, columns: list[str]) -> list[tuple[str, ...]]:
    """Return the summary's messages as sorted rows of ``columns``."""
    rows = (message.model_dump(mode="json") for message in summary.messages)
    return sorted(tuple("" if row[column] is None else str(row[column]) for column in columns) for row in rows)


def wanted(lines: list[str]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return heading and sorted rows of a CSV table."""
    rows = list(csv.reader(io.StringIO("\n".join(lines)), strict=True))
    return rows[0], sorted(map(tuple, rows[1:]))


def _rows(lines: list[str]) -> list[str]:
    """Put the lines of a value in quotes together again: it is rows that have an order, not lines."""
    rows: list[str] = []
    for line in lines:
        if rows and rows[-1].count('"') % 2:
            rows[-1] += f"\n{line}"
        else:
            rows.append(line)
    return rows
