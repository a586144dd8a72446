"""Airflow connections as log-ins."""

from __future__ import annotations

import json

import pytest

from patron_update.errors import SettingsError
from patron_update.sources import SftpLogin, login_from_environment, login_from_fields

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+tQ/x"
LOGIN = SftpLogin(host="sis.example", port=2222, username="springfield", password="s3cret/+ö", host_key=KEY)


def test_a_connection_in_json_is_read():
    connection = {
        "conn_type": "sftp",
        "host": "sis.example",
        "port": 2222,
        "login": "springfield",
        "password": "s3cret/+ö",
        "extra": {"host_key": KEY},
    }

    assert login_from_environment("SIS", {"AIRFLOW_CONN_SIS": json.dumps(connection)}) == LOGIN
    connection |= {"extra": json.dumps(connection["extra"]), "port": "2222"}
    assert login_from_environment("sis", {"AIRFLOW_CONN_SIS": json.dumps(connection)}) == LOGIN


@pytest.mark.parametrize(
    "query",
    [
        "host_key=ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIJ%2BtQ%2Fx",
        "__extra__=%7B%22host_key%22%3A%20%22ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIJ%2BtQ/x%22%7D",
    ],
)
def test_a_connection_as_uri_is_read(query):
    uri = f"sftp://springfield:s3cret%2F%2B%C3%B6@sis.example:2222/?{query}"

    assert login_from_environment("sis", {"AIRFLOW_CONN_SIS": uri}) == LOGIN


def test_a_missing_connection_names_the_variable_to_set():
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_SPRINGFIELD_SIS is not set"):
        login_from_environment("springfield_sis", {})


@pytest.mark.parametrize(
    "text", ['{"password": "s3cret"', "sftp://u:s3cret@host:notaport", '{"extra": "s3cret"}', "{}"]
)
def test_a_connection_that_cannot_be_read_never_shows_its_text(text):
    with pytest.raises(SettingsError) as caught:
        login_from_environment("sis", {"AIRFLOW_CONN_SIS": text})

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_connection_of_another_kind_is_refused():
    with pytest.raises(SettingsError, match="type 'postgres'"):
        login_from_environment("sis", {"AIRFLOW_CONN_SIS": "postgres://u:p@host/db"})


@pytest.mark.parametrize("key", ["no_host_key_check", "ignore_hostkey_verification"])
@pytest.mark.parametrize("value", [True, "true", "True"])
def test_switching_the_host_key_check_off_is_refused(key, value):
    with pytest.raises(SettingsError, match=key):
        login_from_fields("sis.example", 22, "springfield", "s3cret", {key: value})


def test_a_log_in_needs_a_host_a_user_and_a_secret():
    with pytest.raises(SettingsError, match="no host and no login"):
        login_from_fields(None, None, "", "s3cret", {})
    with pytest.raises(SettingsError, match="neither a password nor a private_key"):
        login_from_fields("sis.example", None, "springfield", None, {})


def test_a_private_key_may_lie_in_a_file(tmp_path):
    (tmp_path / "id").write_text("-----BEGIN", encoding="utf-8")

    login = login_from_fields("h", None, "u", None, {"key_file": str(tmp_path / "id"), "private_key_passphrase": "pp"})

    assert (login.private_key, login.passphrase, login.port) == ("-----BEGIN", "pp", 22)
    with pytest.raises(SettingsError, match="cannot be read"):
        login_from_fields("h", None, "u", None, {"key_file": str(tmp_path / "none")})


def test_a_log_in_never_shows_its_secrets():
    login = SftpLogin(host="h", username="u", password="s3cret", private_key="k3y", passphrase="phr4se")

    for text in (repr(login), str(login), f"{login}"):
        assert not {"s3cret", "k3y", "phr4se"} & set(text.replace("'", " ").split())
        assert "s3cret" not in text
