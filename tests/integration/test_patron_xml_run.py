"""Patron XML as a job's file: its run makes the change set of the CSV that it was written from."""

from __future__ import annotations

import csv

import psycopg
import pytest

RULES = "Delete1={5} equals gone\nAssociation1={5} equals second\nfield_otherSites={6}\nUpdateBeforeDelete={}\n"
HEADER = "id,school,card,last,room,others\n"
FIRST = ("1,01,C1,Ames,12,", "2,01,C2,Bell,12,", "3,02,C3,Cole,12,", "4,01,C4,Dunn,12,")
SECOND = (
    "1,01,C1,Ames-Hill,gone,",
    "2,02,C2,Bell,,",
    "3,01,D3,Cole,second,",
    "4,01,C4,Dunn,gone,",
    "5,02,C5,Ek,,Oak School",
)


@pytest.fixture
def listed(district):
    """Return a function: previews the job and returns what it would change, but for the rows' lines."""

    def changes() -> list[tuple[str, ...]]:
        code, _, errors = district.call("preview", "students", "--update", "full")
        assert code == 0, errors
        newest = max((district.folder / "home/runs/students").iterdir(), key=lambda path: path.stat().st_ctime_ns)
        with (newest / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
            return sorted(tuple(row.values()) for row in csv.DictReader(file) if row.pop("line"))

    return changes


@pytest.mark.parametrize("before_delete", ["true", "false"])
def test_its_run_changes_what_the_run_of_the_csv_would_change(district, listed, database_url, before_delete):
    properties = district.folder / "include/properties/students.properties"
    properties.write_text(properties.read_text() + RULES.replace("{}", before_delete), "utf-8")
    district.send(*FIRST, header=HEADER)
    district.run()
    with psycopg.connect(database_url) as store:
        store.execute(
            "INSERT INTO patron_update.outstanding (patron_id, site, kind) "
            "SELECT id, 'OAK', 'loan' FROM patron_update.patron WHERE district_id = '1'"
        )
    district.send(*SECOND, header=HEADER)
    of_csv = listed()
    file = district.drop / "students.csv"
    file.write_text(district.call("convert", "--job", "students", "--csv", str(file), "--format", "xml")[1], "utf-8")
    district.job_file.write_text(district.job_file.read_text().replace("students.properties", "null"))

    of_xml = listed()

    assert of_xml == of_csv
    # Who has a loan is not deleted, but gets the row's values when they are to be applied before.
    assert ("Ames-Hill" in {row[-1] for row in of_xml}) == (before_delete == "true")
    assert {"added", "transferred", "associated", "deleted"} <= {row[1] for row in of_xml}
