"""A preview is the apply itself, taken back: it lists what the update then does, and changes nobody."""

from __future__ import annotations

import csv
import io
import json
import re
import stat

import psycopg
import pytest
from rosters import facts, patron, record

SATURDAY, MONDAY = "2026-08-29T02:15", "2026-08-31T02:15"
NAMES = "id,school,card,last,room,user,secret\n"


@pytest.fixture
def folder(district):
    """Return what finds the folder of the newest run."""

    def newest():
        return max((district.folder / "home" / "runs" / "students").iterdir(), key=lambda path: path.stat().st_ctime_ns)

    return newest


def listed(folder) -> list[tuple[str, ...]]:
    with (folder / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def everything(url: str) -> dict[str, list]:
    """Return all that is stored, but for the runs' own records."""
    tables = ("patron", "patron_site", "change", "message", "baseline", "job_state", "absence", "staff_edit")
    tables += ("site", "access_level", "patron_type", "store_version")
    with psycopg.connect(url) as store:
        return {
            table: store.execute(f"SELECT t::text FROM patron_update.{table} AS t ORDER BY 1").fetchall()  # noqa: S608
            for table in tables
        }


def test_what_would_change_is_listed_field_by_field_and_nothing_of_it_is_stored(district, folder, database_url):
    district.send("1,01,C1,Ames,12", "2,01,C2,Bell,12", "3,02,C3,Cole,12")
    district.run("--at", SATURDAY)
    before = everything(database_url)
    district.send("1,01,C1,Ames,13", "2,02,C2,Baker,12", "3,02,C3,Cole,12", "4,02,C4,Dunn,")

    code, printed, _ = district.call("preview", "students", "--at", SATURDAY, "--json")

    assert (code, json.loads(printed)["outcome"]) == (0, "preview")
    assert json.loads(printed)["changes_listed"]
    assert everything(database_url) == before
    assert listed(folder()) == [
        ("ELM", "added", "5", "4", "C4", "siteShortName", "", "ELM"),
        ("ELM", "added", "5", "4", "C4", "barcode", "", "C4"),
        ("ELM", "added", "5", "4", "C4", "districtID", "", "4"),
        ("ELM", "added", "5", "4", "C4", "lastName", "", "Dunn"),
        ("ELM", "added", "5", "4", "C4", "patronType", "", "Student"),
        ("ELM", "added", "5", "4", "C4", "accessLevel", "", "Patron"),
        ("ELM", "added", "5", "4", "C4", "status", "", "A"),
        ("ELM", "added", "5", "4", "C4", "gender", "", "U"),
        ("ELM", "transferred", "3", "2", "C2", "siteShortName", "OAK", "ELM"),
        ("ELM", "transferred", "3", "2", "C2", "lastName", "Bell", "Baker"),
        ("ELM", "transferred", "3", "2", "C2", "associations", "OAK C2 (primary)", "ELM C2 (primary)"),
        ("OAK", "updated", "2", "1", "C1", "homeroom", "12", "13"),
    ]


def test_a_preview_is_made_over_a_changed_district_file_and_the_store_knows_it_once_a_run_is_applied(
    district, folder, database_url
):
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,12")
    district.run("--at", SATURDAY)
    before = everything(database_url)
    file = district.folder / "include" / "district.yaml"
    told = file.read_text().replace("ELM", "FIR").replace("[Student]", "[Student, Guest]")
    file.write_text(told.replace("[Patron]", "[Patron, Reader]").replace("level: Patron", "level: Reader"))
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,12", "3,02,C3,Cole,12")

    previewed = district.run("--preview", "--at", SATURDAY)

    assert everything(database_url) == before
    assert previewed["counts"]["transferred"] == 1
    assert ("FIR", "added", "4", "3", "C3", "accessLevel", "", "Reader") in listed(folder())

    assert district.run("--at", SATURDAY)["counts"] == previewed["counts"]
    stored = everything(database_url)
    assert len(stored["site"]) == 3, "ELM goes with a later run: its patron was still there"
    assert ("(Guest)",) in stored["patron_type"]


def test_the_update_then_does_what_its_preview_listed(district, folder, database_url):
    district.send("1,01,C1,Ames,12", "2,01,C2,Bell,12", "3,02,C3,Cole,12")
    district.run("--at", SATURDAY)
    district.send("1,01,C2,Ames,13", "2,01,C1,Bell,12", "4,02,C3,Dunn,")
    previewed = district.run("--preview", "--at", SATURDAY)
    promised = [row[1:4] + row[5:] for row in listed(folder())]

    applied = district.run("--at", SATURDAY)

    assert applied["counts"] == previewed["counts"]
    assert applied["sites"] == previewed["sites"]
    with psycopg.connect(database_url) as store:
        history = store.execute(
            "SELECT action, line, before, after FROM patron_update.change WHERE run_id = %s", [applied["run_id"]]
        ).fetchall()
    assert {(action, str(line)) for action, line, _, _ in history} == {row[:2] for row in promised}
    kept = {
        (str(line), name, value)
        for _, line, _, after in history
        for name, value in after.items()
        if name != "associations"
    }
    assert kept == {(row[1], row[3], row[5]) for row in promised if row[3] != "associations"}


def test_a_preview_can_ask_what_a_full_update_would_do_tonight(district, folder):
    limits = "options: { inactivate_missing: { after_days: 0, after_runs: 1, homeroom: GONE, minimum_records: 1 } }\n"
    district.job_file.write_text(district.job_file.read_text() + limits)
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,12")
    district.run("--at", SATURDAY)
    district.send("1,01,C1,Ames,12")

    monday = district.run("--preview", "--at", MONDAY)
    assert (monday["update"], listed(folder())) == ("incremental", [])

    full = district.run("--preview", "--at", MONDAY, "--update", "full")

    assert full["counts"]["missing_inactivated"] == 1
    assert listed(folder()) == [
        ("ELM", "inactivated", "", "2", "C2", "status", "A", "I"),
        ("ELM", "inactivated", "", "2", "C2", "homeroom", "12", "GONE"),
    ]
    assert "ELM: inactivated" in (folder() / "changes.html").read_text()


def test_the_lists_are_private_escaped_and_never_show_a_password(district, folder):
    properties = district.folder / "include" / "properties" / "students.properties"
    properties.write_text(properties.read_text() + "field_username={6,omit}\nfield_password={7,omit}\n")
    district.send("1,01,C1,<b>Ames</b>,=1+1,ames,hunter2", header=NAMES)

    district.run("--preview")

    texts = {name: (folder() / name).read_text("utf-8-sig") for name in ("changes.csv", "changes.html")}
    assert {stat.S_IMODE((folder() / name).stat().st_mode) for name in texts} == {0o600}
    assert "&lt;b&gt;Ames&lt;/b&gt;" in texts["changes.html"]
    assert "<b>Ames" not in texts["changes.html"]
    assert "hunter2" not in str(texts)
    rows = {row[5]: row[7] for row in listed(folder())}
    assert (rows["password"], rows["homeroom"]) == ("changed", "'=1+1")


def test_the_page_shows_the_first_of_each_site_and_action_and_says_how_many_more(district, folder):
    district.send(*(f"{n},0{n % 2 + 1},C{n},Name{n},12" for n in range(40)))

    district.run("--preview")

    page = (folder() / "changes.html").read_text()
    assert page.count("… and 10 more in the CSV.") == 2
    assert len(set(re.findall(r"Name\d+", page))) == 20
    assert len({row[3] for row in listed(folder())}) == 40


def test_a_held_run_is_listed_too_and_its_summary_links_the_list(district, folder):
    district.job_file.write_text(district.job_file.read_text() + "limits: { updated: 0 }\n")
    district.send("1,01,C1,Ames,12")
    district.run()
    district.send("1,01,C1,Ames,13")

    held = district.run()

    assert (held["outcome"], held["changes_listed"]) == ("held", True)
    assert listed(folder()) == [("OAK", "updated", "2", "1", "C1", "homeroom", "12", "13")]
    assert 'href="changes.html"' in (folder() / "summary.html").read_text()
    district.send("1,01,C1,Ames,12")
    assert 'href="changes.html"' not in (district.run() and (folder() / "summary.html").read_text())


def test_a_store_that_moved_since_the_plan_is_previewed_as_it_is_now(library):
    library.has(patron(1, ("ELM", "b1")))
    run_id, planned = library.plan(record(2, district_id="1", site_short_name="ELM", barcode="b1", last_name="Ng"))
    library.sql("UPDATE patron SET last_name = 'Ng'")
    before = library.sql("SELECT * FROM patron")

    history = io.BytesIO()
    previewed = library.store.preview(run_id, facts(1), history)

    assert previewed.replanned
    assert previewed.digest != planned.digest
    assert history.getvalue().decode().splitlines() == ["site,action,line,district_id,barcode,before,after"]
    assert library.sql("SELECT * FROM patron") == before
    assert library.apply(run_id, 1).digest == previewed.digest


def test_the_preview_of_new_passwords_spares_their_hashes_and_the_update_makes_them(library, monkeypatch):
    from patron_update.store import passwords

    run_id, _ = library.plan(
        record(2, district_id="1", site_short_name="ELM", barcode="b1", last_name="Ng", username="ng", password="p")
    )
    hashed = []
    made = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda digest: hashed.append(1) or made(digest))

    library.store.preview(run_id, facts(1), io.BytesIO())
    assert hashed == []

    library.apply(run_id, 1)
    assert hashed == [1]
    assert library.sql("SELECT password_hash LIKE 'scrypt%%' FROM patron") == [(True,)]
