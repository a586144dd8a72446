"""What separates the columns, as a job says it: through a run, and when its file is looked at by hand."""

from __future__ import annotations

import json

import pytest

DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}
ROW = ["1", "01", "A1", "Moe", "204"]
CARD = 2


@pytest.fixture(params=[*DELIMITERS])
def deceptive(request, district):
    """Let the job name a delimiter that its file does not show: another one parts every row into more columns."""
    delimiter = DELIMITERS[request.param]
    other = ";" if request.param == "comma" else ","
    card = other.join("ABCDEF")
    header = delimiter.join(["id", "school", "card", "last", "room"]) + other * 5
    district.send(delimiter.join([*ROW[:CARD], card, *ROW[CARD + 1 :]]), header=f"{header}\n")
    district.job_file.write_text(f"{district.job_file.read_text()}delimiter: {request.param}\n")
    return district, card


def test_a_run_reads_its_file_by_the_delimiter_of_the_job(deceptive):
    district, card = deceptive

    summary = district.run()

    assert summary["counts"]["added"] == 1, summary
    (patron,) = district.patrons().values()
    assert (patron["lastName"], patron["homeroom"]) == ("Moe", "204")
    assert [place["barcode"] for place in patron["associations"]] == [card]


def test_lint_sample_and_convert_read_it_as_the_job_does(deceptive):
    district, card = deceptive
    asked = ["--job", "students", "--csv", str(district.drop / "students.csv")]

    _, converted, _ = district.call("convert", *asked)
    _, sampled, _ = district.call("sample", *asked, "--format", "json")
    code, linted, _ = district.call("lint", *asked, "--format", "json")

    record = json.loads(converted)
    assert (record["siteShortName"], record["barcode"]) == ("OAK", card)
    (row,) = json.loads(sampled)["rows"]
    assert {made["field"]: made["result"] for made in row["fields"]}["barcode"] == card
    assert (code, json.loads(linted)["remarks"]) == (0, [])


def test_what_the_command_names_goes_before_what_the_job_says(district, tmp_path):
    district.job_file.write_text(f"{district.job_file.read_text()}delimiter: tab\nencoding: UTF-8\n")
    (tmp_path / "other.properties").write_text("field_districtID={1}\nfield_lastName={2}\nfield_siteShortName=01\n")
    (tmp_path / "s.csv").write_bytes("7;Núñez\n".encode("windows-1252"))
    asked = ["--csv", str(tmp_path / "s.csv"), "--properties", str(tmp_path / "other.properties")]
    named = ["--encoding", "windows-1252", "--delimiter", "semicolon"]

    _, converted, _ = district.call("convert", "--job", "students", *asked, *named)

    assert json.loads(converted)["lastName"] == "Núñez"
    assert json.loads(converted)["siteShortName"] == "OAK"


@pytest.mark.parametrize("command", ["lint", "sample", "convert"])
def test_a_job_that_reads_patron_xml_does_not_say_what_columns_mean(district, command, capsys):
    text = district.job_file.read_text().replace("students.properties", "null")
    district.job_file.write_text(text)

    with pytest.raises(SystemExit) as raised:
        district.call(command, "--job", "students", "--csv", "s.csv")

    assert raised.value.code == 2
    assert "name one properties file, or a job that has one" in capsys.readouterr().err
