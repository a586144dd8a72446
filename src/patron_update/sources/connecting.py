"""One SFTP session: the host key checked before anything secret is sent, each secret sent once, errors made plain."""

from __future__ import annotations

import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncssh

from patron_update.errors import (
    HostKeyError,
    KeyTextError,
    LogInError,
    PatronUpdateError,
    SourceError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from patron_update.sources.login import SftpLogin

CONNECT_SECONDS, LOG_IN_SECONDS, SILENCE_SECONDS = 15, 30, 15

KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")


@asynccontextmanager
async def connected(login: SftpLogin) -> AsyncIterator[asyncssh.SFTPClient]:
    """Yield a session that is logged in. Raises the fitting SourceError for whatever goes wrong, also inside."""
    talk = _Talk(login)
    try:
        async with await _connect(login, talk) as connection, connection.start_sftp_client() as sftp:
            yield sftp
    except PatronUpdateError:
        raise
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise _explained(error, login, talk) from error


async def _connect(login: SftpLogin, talk: _Talk) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        login.host,
        login.port,
        username=login.username,
        client_factory=lambda: talk,
        known_hosts=([], [], []),  # nothing is known but the pinned key, which _Talk compares
        server_host_key_algs=talk.algorithms,
        client_keys=talk.keys,
        agent_path=None,
        config=None,
        gss_host=None,
        compression_algs=None,
        connect_timeout=CONNECT_SECONDS,
        login_timeout=LOG_IN_SECONDS,
        keepalive_interval=SILENCE_SECONDS,
    )


class _Talk(asyncssh.SSHClient):
    """The client's side of one connection: what the server showed, and whether a secret has been sent."""

    def __init__(self, login: SftpLogin) -> None:
        self.pinned = _public_key(login)
        self.keys = _private_keys(login)
        self._password = login.password
        self.offered: asyncssh.SSHKey | None = None
        self.secret_sent = False
        self.logged_in = False

    @property
    def algorithms(self) -> list[str]:
        """Return the host key algorithms to ask for: the pinned key's first, since many servers have several keys."""
        every = [*KEY_TYPES, *RSA_SIGNATURES]
        if self.pinned is None:
            return every
        first = self.pinned.get_algorithm()
        return sorted(every, key=lambda name: name not in (RSA_SIGNATURES if first == "ssh-rsa" else (first,)))

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        """Compare the offered key with the pinned one."""
        self.offered = key
        return self.pinned is not None and key == self.pinned

    def begin_auth(self, _username: str) -> None:
        """Note that keys, if there are any, are shown from now on."""
        self.secret_sent = bool(self.keys)

    def auth_completed(self) -> None:
        """Note that the server let us in."""
        self.logged_in = True

    def password_auth_requested(self) -> str | None:
        """Return the password, once: a second try would count as a second failure."""
        return self._password_once()

    def kbdint_auth_requested(self) -> str | None:
        """Accept a server that asks for the password in a dialogue, unless it has refused it already."""
        return "" if self._password else None

    def kbdint_challenge_received(
        self, _name: str, _instructions: str, _lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Answer one hidden prompt with the password; an empty challenge only shows a notice."""
        if not prompts:
            return []
        password = self._password_once() if len(prompts) == 1 and not prompts[0][1] else None
        return None if password is None else [password]

    def _password_once(self) -> str | None:
        password, self._password = self._password, None
        self.secret_sent = self.secret_sent or password is not None
        return password


def _explained(error: Exception, login: SftpLogin, talk: _Talk) -> SourceError:
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return _host_key_error(login, talk)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return SourceError(f"{login.server} and this client agree on no encryption: {error}. Ask its operator.")
    if not talk.logged_in and (talk.secret_sent or isinstance(error, asyncssh.PermissionDenied)):
        return LogInError(
            f"{login.server} refused the log-in of user {login.username!r} ({_text(error)}). It was not retried, since "
            "repeated failures lock accounts. Check user and password (both case-sensitive) or the key in the "
            "connection, then start the run again."
        )
    if not talk.logged_in:
        return UnreachableError(
            f"{login.server} cannot be reached: {_text(error)}. "
            "Check host and port in the connection, the network, and whether the server is up."
        )
    return _session_error(error, login)


def _session_error(error: Exception, login: SftpLogin) -> SourceError:
    if isinstance(error, asyncssh.SFTPPermissionDenied):
        return SourceError(f"{login} may not read there: {_text(error)}. Ask the server's operator for the right.")
    lost = (asyncssh.DisconnectError, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, OSError)
    if isinstance(error, lost):
        return UnreachableError(f"The connection to {login.server} broke: {_text(error)}. What arrived is kept.")
    return SourceError(f"{login.server} answered with an error: {_text(error)}. Ask the server's operator.")


def _host_key_error(login: SftpLogin, talk: _Talk) -> HostKeyError:
    if talk.offered is None:
        return HostKeyError(f"{login.server} showed no host key that can be checked. Ask its operator for a plain one.")
    offered = talk.offered.export_public_key("openssh").decode().strip()
    line = " ".join(offered.split()[:2])
    if talk.pinned is None:
        return HostKeyError(
            f"No host key is pinned for {login.server}, so nothing was sent to it. It shows "
            f"{talk.offered.get_fingerprint()}. Check this fingerprint with the server's operator, then put the key "
            f'into the connection\'s extra: {{"host_key": "{line}"}}'
        )
    return HostKeyError(
        f"The host key of {login.server} is not the pinned one: expected {talk.pinned.get_fingerprint()}, got "
        f"{talk.offered.get_fingerprint()}. Nothing was sent to it. Check with the SIS's or the server's operator "
        f'that they changed it; then replace host_key in the connection\'s extra: {{"host_key": "{line}"}}'
    )


def _public_key(login: SftpLogin) -> asyncssh.SSHKey | None:
    if not login.host_key:
        return None
    parts = login.host_key.split()
    line = " ".join(parts[:2]) if len(parts) > 1 else f"ssh-rsa {login.host_key}"  # as the SFTP provider reads it
    try:
        return asyncssh.import_public_key(line)
    except asyncssh.KeyImportError as error:
        raise KeyTextError(
            f"The host key that the connection pins for {login.server} is malformed ({error}); the server was not "
            "asked. Put the server's whole public key into host_key of the connection's extra, one line like "
            "'ssh-ed25519 AAAA…'. Without host_key, `patron-update test-server` shows the key that the server offers."
        ) from error


def _private_keys(login: SftpLogin) -> list[asyncssh.SSHKey] | None:
    if not login.private_key:
        return None
    try:
        return [asyncssh.import_private_key(login.private_key, login.passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise KeyTextError(
            f"The private key in the connection for {login} cannot be used: {error}; the server was not asked. "
            "It must be the key's whole text, with private_key_passphrase if it is encrypted."
        ) from error


def _text(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)  # asyncio's own text repeats the address
    if isinstance(error, socket.gaierror) and error.strerror:
        return error.strerror
    return (str(error) or type(error).__name__).rstrip(".")
