from __future__ import annotations

import json

import jsonschema
import pytest

from patron_update.cli import main

PROPERTIES = """\
CsvTextEncoding=UTF-8
field_siteShortName={1}
field_barcode={2}
field_districtID={2}
field_lastName={3}
field_status={4,map_status,omit}
map_status_ENR=A
field_userName={2}
"""
SOUND = PROPERTIES.partition("field_userName")[0]
CSV = "OAK,0001,Ann,ENR\nOAK,0002,Bob,WD\n"

LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer"},
        "message": {"type": "object", "required": ["text"]},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^(file:///)?[^\s\\:]+$"}},
                    "additionalProperties": False,
                },
                "region": {
                    "type": "object",
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "pattern": "sarif-2.1.0"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription"],
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": {"type": "object", "required": ["text"]},
                                            },
                                            "additionalProperties": False,
                                        },
                                    },
                                },
                                "additionalProperties": False,
                            }
                        },
                        "additionalProperties": False,
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {"type": "array", "items": LOCATION},
                                "relatedLocations": {"type": "array", "items": LOCATION},
                            },
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""What SARIF 2.1.0 demands of the properties that are written here, and that there are no others."""


@pytest.fixture
def called(tmp_path, monkeypatch, capsys):
    """Return a function: the texts of a properties file and a CSV, and arguments, to exit code and output."""
    monkeypatch.chdir(tmp_path)

    def call(properties: str, *arguments: str, csv: str = CSV) -> tuple[int, str]:
        (tmp_path / "x y.properties").write_text(properties)
        (tmp_path / "patrons 1.csv").write_text(csv)
        code = main(["lint", "x y.properties", *arguments])
        return code, capsys.readouterr().out

    return call


def test_text_names_file_line_example_remedy_and_code(called):
    code, told = called(PROPERTIES, "--csv", "patrons 1.csv")

    assert code == 0
    assert told.splitlines()[0] == (
        'warning: x y.properties:6: field_status: the map "status" does not cover "WD" (1): 1 row. '
        "For example line 2 of the CSV. Add map_status_WD=…, or map_status_default=… for all others. [value_not_in_map]"
    )
    assert 'did you mean "field_username"?' in told.casefold()


def test_json_holds_every_remark_and_their_numbers(called):
    code, told = called(PROPERTIES, "--csv", "patrons 1.csv", "--format", "json")

    found = json.loads(told)
    assert (code, found["csv"], found["counts"]) == (0, "patrons 1.csv", {"error": 0, "warning": 2, "info": 0})
    first = found["remarks"][0]
    assert (first["path"], first["line"], first["row"]) == ("x y.properties", 6, 2)
    assert (first["code"], first["severity"]) == ("value_not_in_map", "warning")
    assert set(first) == {"path", "line", "severity", "code", "text", "remedy", "row"}


def test_sarif_is_what_its_schema_demands(called):
    code, told = called(PROPERTIES + "field_gender={9}\n", "--csv", "patrons 1.csv", "--format", "sarif")

    found = json.loads(told)
    jsonschema.validate(found, SARIF)
    (run,) = found["runs"]
    results = {result["ruleId"]: result for result in run["results"]}
    assert (code, results["column_beyond"]["level"]) == (1, "error")
    missing = results["value_not_in_map"]
    assert run["tool"]["driver"]["rules"][missing["ruleIndex"]]["id"] == "value_not_in_map"
    place = missing["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "x%20y.properties"}, "region": {"startLine": 6}}
    example = missing["relatedLocations"][0]["physicalLocation"]
    assert example == {"artifactLocation": {"uri": "patrons%201.csv"}, "region": {"startLine": 2}}


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_nothing_to_remark_is_a_whole_document_too(called, form):
    code, told = called(SOUND, "--csv", "patrons 1.csv", "--format", form, csv="OAK,0001,Ann,ENR\n")

    assert code == 0
    found = json.loads(told)
    assert (found["runs"][0]["results"] if form == "sarif" else found["remarks"]) == []


def test_warnings_are_no_failure_unless_they_are_to_count(called):
    assert called(PROPERTIES)[0] == 0
    assert called(PROPERTIES, "--strict")[0] == 1
    assert called(SOUND, "--strict")[0] == 0


def test_every_mistake_of_a_file_that_cannot_be_used_has_its_line(called):
    code, told = called("field_lastName={1\nfield_firstName={0}\n", "--format", "json")

    assert (code, [remark["line"] for remark in json.loads(told)["remarks"]]) == (1, [1, 2])


@pytest.mark.parametrize("arguments", [["--csv", "patrons 1.csv"], ["a", "b", "--csv", "patrons 1.csv"]])
def test_a_csv_without_one_properties_file_is_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as raised:
        main(["lint", *arguments])

    assert raised.value.code == 2
    assert "name one properties file, or a job" in capsys.readouterr().err


def test_an_unknown_encoding_is_told(called, capsys):
    code, told = called(SOUND, "--csv", "patrons 1.csv", "--encoding", "klingon")

    assert code == 1
    assert "'klingon' is not known" in told


def test_a_job_gives_its_properties_file_its_encoding_and_its_district(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(tmp_path))
    for folder in ("jobs", "properties"):
        (tmp_path / folder).mkdir()
    (tmp_path / "properties" / "students.properties").write_text(SOUND)
    (tmp_path / "jobs" / "students.yaml").write_text(
        "name: Students\nsource: { directory: { path: /srv, file: s.csv } }\nproperties: students.properties\n"
        'encoding: windows-1252\nschedule: { time: "02:15", timezone: UTC, monday: full }\n'
    )
    (tmp_path / "district.yaml").write_text(
        "name: Springfield\npatron_types: [Student]\nsites:\n  - { short_name: ELM, name: Elm, kind: library, "
        "access_levels: [Patron], default_access_level: Patron, default_patron_type: Student }\n"
    )
    (tmp_path / "s.csv").write_bytes("OAK,0001,José,ENR\n".encode("windows-1252"))

    code = main(["lint", "--job", "students", "--csv", "s.csv", "--format", "json"])

    remarks = json.loads(capsys.readouterr().out)["remarks"]
    assert (code, [remark["code"] for remark in remarks]) == (0, ["site_unknown"])


def test_the_warnings_of_a_file_with_a_mistake_are_told_too(tmp_path, capsys):
    (tmp_path / "x.properties").write_text("field_lastName={1\nfield_userName={2}\n", encoding="utf-8")

    assert main(["lint", str(tmp_path / "x.properties")]) == 1

    told = capsys.readouterr().out
    assert "[bad_template]" in told
    assert "[unknown_field]" in told
