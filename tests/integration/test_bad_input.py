"""Bad input gives one clear message that names the thing and the remedy, and changes nothing."""

from __future__ import annotations

import json

import pytest

from patron_update.embedded.sftp import SampleSftpServer

GOOD = "1,01,C1,Ames,12"


@pytest.fixture
def stored(district):
    """Return a district with one stored patron, who must stay as he is."""
    district.send(GOOD)
    district.run()
    before = district.patrons()
    yield district
    assert district.patrons() == before


def fails(district, *words: str) -> None:
    summary = district.run()
    reason = summary["reasons"][0]
    assert summary["outcome"] == "failed"
    assert [word for word in words if word not in reason] == [], reason
    assert "Ames" not in reason


def test_a_missing_file_is_named(stored):
    (stored.drop / "students.csv").unlink()
    fails(stored, "students.csv", str(stored.drop))


def test_an_empty_file_is_no_reason_to_remove_anybody(stored):
    (stored.drop / "students.csv").write_bytes(b"")
    fails(stored, "empty")


def test_a_file_with_only_a_header_is_refused(stored):
    stored.send()
    fails(stored, "header")


def test_a_workbook_is_told_from_a_csv(stored):
    (stored.drop / "students.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    fails(stored, "CSV")


def test_a_picture_is_told_from_a_csv(stored):
    (stored.drop / "students.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    fails(stored, "binary")


def test_a_wrong_encoding_is_told_with_line_and_column(stored):
    (stored.drop / "students.csv").write_bytes("id,school,card,last,room\n1,01,C1,Nuñez,12\n".encode("latin-1"))
    fails(stored, "UTF-8", "line 2", "column")


def test_a_missing_column_is_named_by_number(stored):
    (stored.drop / "students.csv").write_text("id,school,card,last\n1,01,C1,Ames\n")
    fails(stored, "5", "4")


def test_two_rows_for_one_patron_are_both_held(stored):
    stored.send("1,01,C1,Ames,13", "1,01,C1,Ames,14")
    summary = stored.run()
    assert summary["counts"]["held"] == 2
    assert stored.codes(summary) == ["duplicate_key", "duplicate_key"]


def test_a_typo_in_a_job_file_is_told_with_file_line_and_the_likely_word(stored):
    text = stored.job_file.read_text()
    stored.job_file.write_text(text.replace("properties:", "propertys:"))
    code, _, errors = stored.call("run", "students", "--json")
    assert code == 1
    assert "students.yaml" in errors
    assert "propertys" in errors
    assert "Did you mean 'properties'" in errors
    code, remarks, _ = stored.call("lint")
    assert code == 1
    assert remarks.count("students.yaml") == 1
    stored.job_file.write_text(text)


def test_a_job_that_does_not_exist_is_answered_with_the_likely_one(stored):
    code, _, errors = stored.call("run", "student")
    assert code == 1
    assert "students" in errors


@pytest.fixture
def by_sftp(stored, tmp_path, monkeypatch):
    """Return the district with its job reading from a real SFTP server, and the server."""
    text = stored.job_file.read_text()
    stored.job_file.write_text(
        text.replace(f"directory: {{ path: {stored.drop}, file", "sftp: { connection: sis, path: /, file")
    )
    with SampleSftpServer(stored.drop, "sis", "right", tmp_path / "host_key") as server:
        log_in(monkeypatch, server)
        yield stored, server
    stored.job_file.write_text(text)


def log_in(monkeypatch, server, **other: object) -> None:
    fields = {"host": "127.0.0.1", "port": server.port, "login": "sis", "password": "right"}
    fields |= {"extra": {"host_key": server.host_key}} | other
    monkeypatch.setenv("AIRFLOW_CONN_SIS", json.dumps({"conn_type": "sftp", **fields}))


def test_the_right_log_in_brings_the_file(by_sftp):
    district, _ = by_sftp
    assert district.run()["outcome"] == "completed"
    assert district.call("test-server", "students")[0] == 0


def test_a_wrong_password_is_tried_once_and_never_shown(by_sftp, monkeypatch):
    district, server = by_sftp
    log_in(monkeypatch, server, password="wrong-secret")
    before = server.log_ins
    fails(district, "sis", "password")
    assert server.log_ins - before <= 1
    assert "wrong-secret" not in "".join(str(part) for part in district.call("test-server", "students"))


def test_an_unknown_host_key_is_refused_and_shown(by_sftp, monkeypatch):
    district, server = by_sftp
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEMqRZ5lFZHmzcOHlTjzCvhaPzVJaGEbYLzX0dDNqVOm"
    log_in(monkeypatch, server, extra={"host_key": other})
    fails(district, "host key", "SHA256:")


def test_an_unreachable_server_is_named(by_sftp, monkeypatch):
    district, server = by_sftp
    log_in(monkeypatch, server, port=1)
    fails(district, "127.0.0.1", "1")
