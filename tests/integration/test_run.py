"""Whole runs by the command line: the same steps as the DAG, on a real PostgreSQL."""

from __future__ import annotations

import csv
import json
import os
import stat
from pathlib import Path

import pytest

SATURDAY, MONDAY, SUNDAY = ("2026-08-29T02:15", "2026-08-31T02:15", "2026-08-30T02:15")


def test_the_first_run_is_full_and_adds_everybody(district):
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,")

    summary = district.run("--at", MONDAY)

    assert (summary["outcome"], summary["update"]) == ("completed", "full")
    assert "nothing to compare with" in summary["reasons"][0]
    assert summary["counts"]["added"] == summary["counts"]["read"] == 2
    assert {site["site"]: site["added"] for site in summary["sites"]} == {"OAK": 1, "ELM": 1}
    assert district.patrons()["1"]["siteShortName"] == "OAK"


def test_the_weekday_in_the_jobs_time_zone_chooses_the_update(district):
    district.send("1,01,C1,Ames,12")
    district.run("--at", SATURDAY)

    assert district.run("--at", MONDAY)["update"] == "incremental"
    saturday = district.run("--at", SATURDAY)
    assert (saturday["update"], saturday["due"]) == ("full", "2026-08-29T02:15:00-05:00")
    assert district.run("--at", "2026-09-06T01:00+00:00")["update"] == "full", "a UTC Sunday is a Saturday in Chicago"
    assert "Sunday has no update" in district.run("--at", SUNDAY)["reasons"][0]
    assert district.run("--at", SATURDAY, "--update", "incremental")["update"] == "incremental"


def test_one_night_adds_updates_transfers_and_counts_the_missing(district):
    district.send("1,01,C1,Ames,12", "2,01,C2,Bell,12", "3,01,C3,Cole,12", "4,01,C4,Dunn,12")
    district.run("--at", SATURDAY)
    district.send("1,01,C1,Ames,12", "2,01,C2,Bell,13", "3,02,C3,Cole,12", "5,01,C5,Ebel,12")

    counts = district.run("--at", SATURDAY)["counts"]

    assert {name: number for name, number in counts.items() if number} == {
        "read": 4,
        "added": 1,
        "updated": 1,
        "unchanged": 1,
        "transferred": 1,
        "missing": 1,
    }
    stored = district.patrons()
    assert stored["2"]["homeroom"] == "13"
    assert stored["3"]["siteShortName"] == "ELM"
    assert "4" in stored, "absence alone changes nobody"


def test_two_patrons_who_swap_barcodes_in_one_file_both_get_them(district):
    district.send("1,01,C1,Ames,", "2,01,C2,Bell,")
    district.run()
    district.send("1,01,C2,Ames,", "2,01,C1,Bell,")

    summary = district.run()

    assert summary["messages"] == [], summary
    assert summary["counts"]["updated"] == 2, summary
    assert {key: patron["barcode"] for key, patron in district.patrons().items()} == {"1": "C2", "2": "C1"}


def test_a_conflict_holds_its_row_and_is_tried_again_although_the_row_stays_the_same(district):
    district.send("1,01,C1,Ames,", "2,01,C2,Bell,")
    district.run()
    district.send("1,01,C1,Ames,", "2,01,C2,Bell,", "3,01,C1,Cole,")
    assert district.codes(district.run("--at", MONDAY)) == ["barcode_taken"]
    assert district.codes(district.run("--at", MONDAY)) == ["barcode_taken"]

    district.send("1,01,C9,Ames,", "2,01,C2,Bell,", "3,01,C1,Cole,")
    summary = district.run("--at", MONDAY)

    assert summary["counts"]["held"] == 0
    assert district.patrons()["3"]["barcode"] == "C1"


def test_a_missing_field_leaves_the_stored_value_and_an_empty_one_clears_it(district):
    district.send("1,01,C1,Ames,12")
    district.run()
    district.send("1,01,,Ames,")

    district.run()

    patron = district.patrons()["1"]
    assert patron["barcode"] == "C1"
    assert not patron["homeroom"]


def test_a_preview_tells_what_would_happen_and_changes_nobody(district):
    district.send("1,01,C1,Ames,12")

    summary = district.run("--preview")

    assert summary["outcome"] == "preview"
    assert summary["counts"]["added"] == 1
    assert district.patrons() == {}
    assert district.run("--at", MONDAY)["update"] == "full", "a preview is no baseline"


def test_a_preview_and_a_held_run_keep_their_messages(district):
    district.send("1,01,C1,Ames,", "2,01,C1,Bell,")
    preview = district.run("--preview")
    assert district.codes(preview) == ["barcode_wanted_twice", "barcode_wanted_twice"]

    _, printed, _ = district.call("summary", str(preview["run_id"]), "--format", "json")

    assert json.loads(printed) == preview


def test_a_passed_limit_stops_the_run_before_anything_is_written(district):
    district.job_file.write_text(district.job_file.read_text() + "limits: { updated: 1 }\n")
    district.send("1,01,C1,Ames,12", "2,01,C2,Bell,12")
    district.run()
    district.send("1,01,C1,Ames,13", "2,01,C2,Bell,13")

    summary = district.run()

    assert summary["outcome"] == "held"
    assert "would update 2 of 2" in summary["reasons"][0]
    assert {patron["homeroom"] for patron in district.patrons().values()} == {"12"}


def test_a_changed_properties_file_makes_the_next_incremental_a_full_one(district):
    district.send("1,01,C1,Ames,12")
    district.run("--at", SATURDAY)
    properties = district.folder / "include" / "properties" / "students.properties"
    properties.write_text(properties.read_text().replace("{5}", "Room {5}"))

    summary = district.run("--at", MONDAY)

    assert summary["update"] == "full"
    assert "properties file changed" in summary["reasons"][0]
    assert district.patrons()["1"]["homeroom"] == "Room 12"


def test_an_expectation_with_severity_stop_stops_before_anything_is_written(district):
    suite = "name: S\nexpectations:\n  - {expect: expect_table_row_count_to_be_between, min_value: 2, severity: stop, "
    (district.folder / "include" / "expectations" / "s.yaml").write_text(suite + 'note: "half a file"}\n')
    district.job_file.write_text(district.job_file.read_text() + "expectations: s.yaml\n")
    district.send("1,01,C1,Ames,12")

    summary = district.run()

    assert summary["outcome"] == "failed"
    assert "half a file" in summary["reasons"][0]
    assert district.patrons() == {}


def test_an_expectation_with_severity_reject_holds_out_its_row_only(district):
    suite = "name: S\nexpectations:\n  - {expect: expect_column_values_to_not_be_in_set, column: lastName, "
    (district.folder / "include" / "expectations" / "s.yaml").write_text(
        suite + 'value_set: [TEST], severity: reject, note: "test account"}\n'
    )
    district.job_file.write_text(district.job_file.read_text() + "expectations: s.yaml\n")
    district.send("1,01,C1,Ames,12", "2,01,C2,TEST,12")

    summary = district.run()

    assert (summary["counts"]["added"], summary["counts"]["rejected"]) == (1, 1)
    assert [message["line"] for message in summary["messages"]] == [3]
    assert set(district.patrons()) == {"1"}


def test_the_summary_is_kept_in_the_store_and_in_the_workspace(district):
    district.send("1,01,C1,Ames,12", "2,99,C2,Bell,12")
    summary = district.run()

    for name in (str(summary["run_id"]), summary["run"], f"students/{summary['run']}", "students"):
        _, printed, _ = district.call("summary", name, "--format", "json")
        assert json.loads(printed) == summary
    files = {path.name: path for path in (district.folder / "home" / "runs" / "students").rglob("summary.*")}
    assert set(files) == {"summary.json", "summary.csv", "summary.html"}
    assert json.loads(files["summary.json"].read_text()) == summary
    assert "Bell" not in files["summary.html"].read_text()


@pytest.fixture
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_holds_patrons_is_readable_by_its_owner_only(district, no_umask):
    district.send("1,01,C1,Ames,12")
    district.run()

    home = Path(os.environ["PATRON_UPDATE_HOME"])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in [home, *home.rglob("*")] if path.is_dir()}

    assert modes == {0o600}
    assert folders == {0o700}


def test_every_run_counts_every_row(district):
    district.send("1,01,C1,Ames,12", "", "2,99,C2,Bell,12", "2,01", "4,01,C4,Dunn,12", "4,01,C5,Dunn,12", ",01,C6,E,1")

    counts = district.run()["counts"]

    assert counts["read"] == 7
    assert counts["read"] == sum(number for name, number in counts.items() if name not in {"read", "missing"})


def test_patrons_are_printed_in_field_order_and_by_site_as_json_and_as_csv(district):
    district.send("2,02,C2,Bell,", "1,01,C1,Ames,12")
    district.run()

    _, as_json, _ = district.call("patrons")
    _, as_csv, _ = district.call("patrons", "--format", "csv")
    _, of_oak, _ = district.call("patrons", "--site", "OAK", "--format", "csv")

    assert [list(json.loads(line))[:3] for line in as_json.splitlines()] == [
        ["siteShortName", "barcode", "districtID"],
        ["siteShortName", "barcode", "districtID"],
    ]
    assert [row["districtID"] for row in csv.DictReader(as_csv.splitlines())] == ["2", "1"], "ELM comes before OAK"
    assert [row["associations"] for row in csv.DictReader(of_oak.splitlines())] == ["OAK"]


def test_patrons_of_a_site_are_found_by_its_alias_and_an_unknown_site_is_told(district):
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,12")
    district.run()

    assert [json.loads(line)["districtID"] for line in district.call("patrons", "--site", "02")[1].splitlines()] == [
        "2"
    ]
    code, printed, errors = district.call("patrons", "--site", "NOWHERE")
    assert (code, printed) == (1, "")
    assert "no site 'NOWHERE'" in errors
    assert "OAK, ELM" in errors


def as_patron_xml(district):
    """Make the job's CSV patron XML with the properties file, and let the job read that instead."""
    source, properties = district.drop / "students.csv", district.folder / "include" / "properties"
    arguments = ("--properties", str(properties / "students.properties"), "--csv", str(source))
    code, printed, errors = district.call("convert", *arguments, "--format", "xml")
    assert code == 0, errors
    source.write_text(printed, "utf-8")
    job = district.job_file.read_text()
    district.job_file.write_text(job.replace("properties: students.properties", "properties: null"))


def test_a_job_that_reads_patron_xml_brings_the_patrons_that_the_csv_brings(district):
    rows = ("1,01,C1,Ames,12", "2,02,C2,Müller & Söhne,", "3,99,C3,Cole,", ",01,C4,Dunn,")
    district.send(*rows)
    district.run("--preview")
    as_patron_xml(district)
    by_xml = district.run("--at", MONDAY)
    stored = district.patrons()
    district.job_file.write_text(
        district.job_file.read_text().replace("properties: null", "properties: students.properties")
    )
    district.send(*rows)
    by_csv = district.run("--at", MONDAY)

    assert (by_xml["outcome"], by_xml["counts"]["added"], by_xml["counts"]["read"]) == ("completed", 2, 3)
    assert (by_csv["counts"]["added"], by_csv["counts"]["updated"], by_csv["counts"]["unchanged"]) == (0, 0, 2)
    assert {key: patron["lastName"] for key, patron in stored.items()} == {"1": "Ames", "2": "Müller & Söhne"}
    assert [(message["code"], message["line"]) for message in by_xml["messages"]] == [("site_unknown", 17)]


def test_an_incremental_update_by_patron_xml_sees_what_changed(district):
    district.send("1,01,C1,Ames,12", "2,02,C2,Bell,12")
    as_patron_xml(district)
    district.run("--at", MONDAY)
    text = (district.drop / "students.csv").read_text("utf-8")
    (district.drop / "students.csv").write_text(text.replace("Bell", "Baker"), "utf-8")

    summary = district.run("--at", MONDAY)

    assert (summary["update"], summary["counts"]["updated"], summary["counts"]["unchanged"]) == ("incremental", 1, 1)
    assert district.patrons()["2"]["lastName"] == "Baker"


def test_a_job_without_properties_file_that_gets_a_csv_says_so(district):
    district.send("1,01,C1,Ames,12")
    district.job_file.write_text(
        district.job_file.read_text().replace("properties: students.properties", "properties: null")
    )

    summary = district.run()

    assert summary["outcome"] == "failed"
    assert "Line 1: this is no well-formed XML" in summary["reasons"][-1]
