from __future__ import annotations

import csv
import io
import json

import pytest

from patron_update.errors import SettingsError
from patron_update.files.diff import write_records

FILE = "1,OAK-ES,Núñez,secret,\n2,OAK-ES,Bob,,X\n,OAK-ES,Cid,,\n"
FIELDS = {"password": "c4", "gender": "c5", "nickname": "nullif(c4, '')", "firstName": "''"}


def test_json_lines_hold_the_fields_that_are_not_missing_by_their_names(converting):
    converting(FILE, {"password": "c4", "firstName": "''", "nickname": "NULL"})
    out = io.StringIO()

    assert write_records(converting.folder, "json", out) == 2
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"line": 1, "siteShortName": "OAK-ES", "districtID": "1", "lastName": "Núñez", "firstName": ""},
        {"line": 2, "siteShortName": "OAK-ES", "districtID": "2", "lastName": "Bob", "firstName": ""},
    ]


def test_csv_has_the_names_as_header_and_no_password(converting):
    converting(FILE, FIELDS)
    out = io.StringIO()

    assert write_records(converting.folder, "csv", out) == 2
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert rows[0]["lastName"] == "Núñez"
    assert "password" not in rows[0]
    assert len(rows[0]) == 47


def test_what_a_row_asks_for_is_shown(converting):
    converting("1,OAK-ES,Smith,delete,ELM-HS/0410\n", action="c4", other_sites="replace(c5, '/', chr(31))")
    out = io.StringIO()
    write_records(converting.folder, "json", out)

    found = json.loads(out.getvalue())
    assert (found["action"], found["otherSites"]) == ("delete", "ELM-HS")


def test_rejects_tell_cause_and_remedy(converting, tmp_path):
    converting(FILE, {"gender": "nullif(c5, '')"})
    rejects = tmp_path / "rejects.csv"
    write_records(converting.folder, "json", io.StringIO(), rejects)

    rows = list(csv.DictReader(rejects.open(newline="")))
    assert [(row["line"], row["code"], row["severity"]) for row in rows] == [
        ("2", "gender_invalid", "warning"),
        ("3", "district_id_required", "error"),
    ]
    assert rows[0]["cause"] == "'X' is none of M, F, U."
    assert rows[1]["remedy"] == "Fill the District ID in the SIS."
    assert rejects.stat().st_mode & 0o777 == 0o600


def test_rejects_that_cannot_be_written_are_told(converting, tmp_path):
    converting(FILE)
    with pytest.raises(SettingsError, match=r"none/rejects\.csv cannot be written: No such file or directory"):
        write_records(converting.folder, "json", io.StringIO(), tmp_path / "none" / "rejects.csv")


def test_rejects_may_go_to_a_stream(converting):
    converting(FILE)
    out = io.StringIO()
    write_records(converting.folder, "csv", io.StringIO(), out)

    assert out.getvalue().startswith("line,code,severity,field,value,cause,remedy\n3,district_id_required,error,")
