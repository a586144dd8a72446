"""The log-in to an SFTP server, read from an Airflow connection; its secrets never show."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

SSH_PORT = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpLogin:
    """Who logs in where, and the host key that the server must show.

    Without ``host_key`` every fetch is refused before anything secret is sent; the refusal shows the key on offer.
    """

    host: str
    port: int = SSH_PORT
    username: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    """The key itself (PEM or OpenSSH text), not its path."""
    passphrase: str | None = field(default=None, repr=False)
    host_key: str | None = None
    """``ssh-ed25519 AAAA…``, one line."""

    def __str__(self) -> str:
        """Return user and server as error texts show them."""
        return f"{self.username}@{self.server}"

    @property
    def server(self) -> str:
        """Return host and port."""
        return f"{self.host}:{self.port}"


def login_from_fields(
    host: str | None, port: int | None, login: str | None, password: str | None, extra: Mapping[str, Any]
) -> SftpLogin:
    """Build the log-in from an Airflow connection's fields. Raises SettingsError when it cannot be used.

    ``extra`` takes what the SFTP provider takes: host_key, private_key or key_file, and private_key_passphrase or
    passphrase. Switching the host key check off is refused.
    """
    for key in ("no_host_key_check", "ignore_hostkey_verification"):
        if str(extra.get(key, "")).lower() == "true":
            raise SettingsError(
                f"The connection to {host} sets {key}: anybody between here and the server could read the password "
                "and the patrons. Remove it and set host_key to the server's key, a line like 'ssh-ed25519 AAAA…'."
            )
    missing = [name for name, value in (("host", host), ("login", login)) if not value]
    if missing:
        raise SettingsError(f"The SFTP connection has no {' and no '.join(missing)}. Fill it in the connection.")
    private_key = extra.get("private_key") or _key_file(extra.get("key_file"))
    if not password and not private_key:
        raise SettingsError(f"The connection for {login}@{host} has neither a password nor a private_key. Set one.")
    return SftpLogin(
        host=str(host),
        port=port or SSH_PORT,
        username=str(login),
        password=password or None,
        private_key=private_key,
        passphrase=extra.get("private_key_passphrase") or extra.get("passphrase") or None,
        host_key=str(extra.get("host_key") or "").strip() or None,
    )


def login_from_environment(connection_id: str, environment: Mapping[str, str] = os.environ) -> SftpLogin:
    """Read ``AIRFLOW_CONN_<ID>``, JSON or URI as Airflow reads it. Raises SettingsError, which shows no value."""
    variable = f"AIRFLOW_CONN_{connection_id.upper()}"
    text = environment.get(variable, "").strip()
    if not text:
        raise SettingsError(
            f"The job needs the connection {connection_id!r}, but the environment variable {variable} is not set. "
            'Set it to {"conn_type": "sftp", "host": …, "port": 22, "login": …, "password": …, '
            '"extra": {"host_key": "ssh-ed25519 AAAA…"}}.'
        )
    try:
        fields = _from_json(text) if text.startswith("{") else _from_uri(text)
    except (ValueError, AttributeError, TypeError):
        # Not chained: the parser's own text would show the password.
        raise SettingsError(
            f"{variable} is neither JSON nor a URI that Airflow could read. In a URI, user, password and host_key must "
            "be percent-encoded (+ is %2B, / is %2F); JSON needs no encoding."
        ) from None
    kind = fields.pop("conn_type")
    if kind not in ("sftp", "ssh"):
        raise SettingsError(f"{variable} is a connection of type {kind!r}; the job needs one of type 'sftp'.")
    return login_from_fields(**fields)


def _from_json(text: str) -> dict[str, Any]:
    fields = json.loads(text)
    extra = fields.get("extra") or {}
    return {
        "conn_type": fields.get("conn_type", "sftp"),
        "host": fields.get("host"),
        "port": int(fields["port"]) if fields.get("port") else None,
        "login": fields.get("login"),
        "password": fields.get("password"),
        "extra": dict(json.loads(extra) if isinstance(extra, str) else extra),
    }


def _from_uri(text: str) -> dict[str, Any]:
    parts = urlsplit(text)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return {
        "conn_type": parts.scheme,
        "host": unquote(parts.hostname or ""),
        "port": parts.port,
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "extra": dict(json.loads(query["__extra__"])) if "__extra__" in query else query,
    }


def _key_file(path: str | None) -> str | None:
    if not path:
        return None
    try:
        return Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The private key file {path} cannot be read: {error}.") from error
