from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from patron_update import sampling
from patron_update.cli import main
from patron_update.errors import UnreadableFileError
from patron_update.files import first_rows
from patron_update.jobs.reading import Reading
from patron_update.properties import parse

PROPERTIES = """\
CsvTextEncoding=UTF-8
InputRowsToSkip=1
field_siteShortName=OAK
field_districtID={1}
field_lastName={Last Name}
field_middleName={3,omit}
field_gender={4,map_g,omit}
map_g_w=F
map_g_m=M
"""
HEADER = "Number,Last Name,Middle,Sex\n"


@pytest.fixture
def sampled(tmp_path):
    """Return a function: more lines of properties and a CSV to its sample."""

    def sample(content: str | bytes, properties: str = "", rows: int = sampling.ROWS, **reading) -> sampling.Sample:
        csv = tmp_path / "s.csv"
        csv.write_bytes(content if isinstance(content, bytes) else (HEADER + content).encode())
        written = datetime(2026, 8, 31, 2, 15, tzinfo=UTC).timestamp()
        os.utime(csv, (written, written))
        return sampling.sample(parse(PROPERTIES + properties, "x"), csv, Reading(**reading), rows=rows)

    return sample


def made(row: sampling.SampleRow) -> dict[str, sampling.Made]:
    return {each.field: each for each in row.fields}


def test_each_field_shows_its_source_its_template_and_its_result(sampled):
    (row,) = sampled("1,Ann, ,w\n").rows

    fields = made(row)
    assert row.line == 2
    assert fields["lastName"] == sampling.Made(
        field="lastName",
        sources=(sampling.Source(column=2, name="Last Name", text="Ann"),),
        template="{Last Name}",
        result="Ann",
    )
    assert (fields["siteShortName"].sources, fields["siteShortName"].result) == ((), "OAK")
    assert (fields["middleName"].result, fields["gender"].result) == (None, "F")


def test_no_more_rows_are_shown_than_asked_for(sampled):
    content = "".join(f"{number},Ann,,\n" for number in range(10))

    assert len(sampled(content).rows) == 5
    assert [row.line for row in sampled(content, rows=2).rows] == [2, 3]
    assert len(sampled(content, rows=99).rows) == 10


def test_a_row_comes_with_its_outcome_and_its_messages(sampled):
    good, bad, blank = sampled("1,Ann,,w\n2,Bob,,\n,,,\n", "field_birthdate={2,date,yyyy-MM-dd}").rows[:3]

    assert [told.code for told in good.messages] == ["date_invalid"]
    assert (bad.outcome, blank.outcome) == (None, "skipped")
    assert blank.messages[0].severity == "info"


def test_columns_that_only_a_map_reaches_are_sources_too(sampled):
    (row,) = sampled("1,Ann,,w\n", "field_nickname={1,map_n}\nmap_n_1={3}x").rows

    assert [source.column for source in made(row)["nickname"].sources] == [1, 3]


def test_passwords_are_masked_with_everything_that_they_are_made_of(sampled):
    found = sampled("1,Ann,hunter2,w\n", "field_username={1}\nfield_password=sesame{3}\nfield_middleName=", rows=1)

    text = sampling.to_json(found) + sampling.to_text(found)
    assert "hunter2" not in text
    assert "sesame" not in text
    password = made(found.rows[0])["password"]
    assert (password.result, password.template, password.sources[0].text) == (sampling.MASK,) * 3
    assert password.sources[0].column == 3


def test_a_blank_password_is_shown_as_none(sampled):
    (row,) = sampled("1,Ann,,w\n", "field_username={1}\nfield_password={3}\nfield_middleName=").rows

    assert made(row)["password"].result == ""


def test_today_is_the_day_on_which_the_file_was_written(sampled):
    (row,) = sampled("1,Ann,,w\n", "field_cardExpires={today+90}").rows

    assert made(row)["cardExpires"].result == "11/29/2026"


def test_sites_are_named_as_the_district_names_them(sampled):
    (row,) = sampled("1,Ann,,w\n", site_names={"OAK": "OAK-ES"}).rows

    assert made(row)["siteShortName"].result == "OAK-ES"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "windows-1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [200, 201, 202, 203])
def test_only_the_beginning_of_a_file_is_read_and_its_last_line_is_whole(sampled, monkeypatch, encoding, end, size):
    monkeypatch.setattr(first_rows, "HEAD", size)
    codec = {"UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be"}.get(encoding, encoding)
    lines = [HEADER.strip(), *(f"{number},José,," for number in range(10, 90))]

    found = sampled(end.join(lines).encode(codec), encoding=encoding, rows=99)

    assert 1 < len(found.rows) < 80
    assert {made(row)["lastName"].result for row in found.rows} == {"José"}
    assert not any(row.messages for row in found.rows)


def test_a_file_that_cannot_be_read_is_refused(sampled):
    with pytest.raises(UnreadableFileError, match="Excel"):
        sampled(b"PK\x03\x04")


@pytest.mark.parametrize("content", [HEADER + "1," + "x" * 1000 + "\n", "x" * 1000])
def test_a_line_that_does_not_end_is_told_for_what_it_is(sampled, monkeypatch, content):
    monkeypatch.setattr(first_rows, "HEAD", 400)

    with pytest.raises(UnreadableFileError, match="A line of the file is longer than 200 bytes"):
        sampled(content.encode())


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path):
    with pytest.raises(UnreadableFileError, match="is a folder"):
        sampling.sample(parse(PROPERTIES, "x"), tmp_path)


@pytest.mark.parametrize("command", ["sample", "convert"])
def test_a_command_tells_what_the_properties_file_is_warned_of(command, tmp_path, capsys):
    (tmp_path / "x.properties").write_text(PROPERTIES + "field_nickNmae={3}\n")
    (tmp_path / "s.csv").write_text(HEADER + "1,Ann,,w\n")

    assert main([command, "--properties", str(tmp_path / "x.properties"), "--csv", str(tmp_path / "s.csv")]) == 0
    line = len(PROPERTIES.splitlines()) + 1
    assert f"x.properties, line {line}: " in capsys.readouterr().err


def test_the_command_prints_a_table_a_row(tmp_path, capsys):
    (tmp_path / "x.properties").write_text(PROPERTIES)
    (tmp_path / "s.csv").write_text(HEADER + "1,Ann\x1b,,w\n")
    asked = ["sample", "--properties", str(tmp_path / "x.properties"), "--csv", str(tmp_path / "s.csv")]

    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "Line 2\n  field" in out
    assert '  middleName     3 Middle ""' in out
    assert "(left out)" in out
    assert "\x1b" not in out
    assert main([*asked, "--format", "json", "--rows", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"rows", "notes"}
    assert set(found["rows"][0]) == {"line", "outcome", "fields", "messages"}
    with pytest.raises(SystemExit):
        main([*asked, "--rows", "0"])
