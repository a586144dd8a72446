"""The sample SFTP server: stands in for the vendor's in the demo, in tests and in docker-compose."""

from __future__ import annotations

import argparse
import asyncio
import errno
import hmac
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Self

import asyncssh

from patron_update.errors import PatronUpdateError, SettingsError

PASSWORD_VARIABLE = "SAMPLE_SFTP_PASSWORD"  # noqa: S105 - the name of a variable


class SampleSftpServer:
    """A server that shows the folder ``root`` as its whole world to one user. Runs in a thread while it is entered.

    The host key is made once in ``host_key_file`` and used again, so that a pinned key stays good. ``port`` 0 takes any
    free one. It listens to this machine only, unless ``host`` says otherwise (a container's network).
    """

    def __init__(
        self, root: Path, username: str, password: str, host_key_file: Path, port: int = 0, *, host: str = "127.0.0.1"
    ) -> None:
        self._root, self._host, self.port = root, host, port
        self._username, self._password = username, password
        self._key = _kept_key(host_key_file)
        self.authorized_key: asyncssh.SSHKey | None = None
        """A public key that logs the user in as well as the password does."""
        self.log_ins = 0
        """Log-ins tried so far, refused ones included."""
        self._connections: set[asyncssh.SSHServerConnection] = set()

    def __enter__(self) -> Self:
        """Start listening. Raises SettingsError when the port is taken."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sample-sftp", daemon=True)
        self._thread.start()
        try:
            self._acceptor = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError as error:
            self._end_thread()
            if error.errno != errno.EADDRINUSE:
                raise
            raise SettingsError(
                f"Port {self.port} on {self._host} is taken. End the program that uses it, or choose another port "
                "(0 takes any free one)."
            ) from error
        self.port = self._acceptor.get_port()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop listening and drop every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._end_thread()

    @property
    def host_key(self) -> str:
        """Return the public host key as one line, the form that a connection pins."""
        return " ".join(self._key.export_public_key("openssh").decode().split()[:2])

    @property
    def url(self) -> str:
        """Return the server's address, without the password."""
        return f"sftp://{self._username}@{self._host}:{self.port}"

    @property
    def connection(self) -> str:
        """Return the Airflow connection to this server as JSON, password and pinned host key included."""
        return json.dumps(
            {
                "conn_type": "sftp",
                "host": self._host,
                "port": self.port,
                "login": self._username,
                "password": self._password,
                "extra": {"host_key": self.host_key},
            }
        )

    def files(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        """Return what serves the files of one session."""
        return asyncssh.SFTPServer(channel, chroot=os.fsencode(self._root))

    def lets_in(self, username: str, password: str) -> bool:
        """Count one log-in and tell whether it is the right one."""
        self.log_ins += 1
        expected, given = f"{self._username}\n{self._password}", f"{username}\n{password}"
        return hmac.compare_digest(expected.encode(), given.encode())

    def lets_key_in(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Count one log-in and tell whether the key is the right one."""
        self.log_ins += 1
        return username == self._username and key == self.authorized_key

    def opened(self, connection: asyncssh.SSHServerConnection) -> None:
        """Remember a connection, to drop it when the server stops."""
        self._connections.add(connection)

    def closed(self, connection: asyncssh.SSHServerConnection) -> None:
        """Forget a connection that has ended."""
        self._connections.discard(connection)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            self._host,
            self.port,
            server_factory=lambda: _Door(self),
            server_host_keys=[self._key],
            sftp_factory=self.files,
            allow_scp=False,
            config=None,
            gss_host=None,
            compression_algs=None,
        )

    async def _close(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        for connection in list(self._connections):
            connection.abort()
            await connection.wait_closed()

    def _end_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Door(asyncssh.SSHServer):
    """Who is let in."""

    def __init__(self, server: SampleSftpServer) -> None:
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.opened(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        _ = exc
        self._server.closed(self._connection)

    def begin_auth(self, username: str) -> bool:
        _ = username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._server.lets_in(username, password)

    def public_key_auth_supported(self) -> bool:
        return self._server.authorized_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._server.lets_key_in(username, key)


def _kept_key(file: Path) -> asyncssh.SSHKey:
    """Return the key in ``file``; it is made, readable by the owner only, when there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = asyncssh.generate_private_key("ssh-ed25519")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(made.export_private_key("openssh"))
    try:
        return asyncssh.read_private_key(file)
    except asyncssh.KeyImportError as error:
        raise SettingsError(f"{file} holds no host key ({error}). Delete it: a new one will be made.") from error


def main() -> int:
    """Serve a folder until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(
        prog="python -m patron_update.embedded.sftp",
        description=f"Serve a folder by SFTP. The password comes from the environment variable {PASSWORD_VARIABLE}.",
    )
    parser.add_argument("--root", type=Path, required=True, help="the folder to serve")
    parser.add_argument("--user", default="springfield", help="the one user (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine only)")
    parser.add_argument("--port", type=int, default=0, help="port (default: any free one)")
    parser.add_argument("--host-key-file", type=Path, help="private host key, made when missing (default: beside root)")
    options = parser.parse_args()
    root: Path = options.root.absolute()
    key_file: Path = options.host_key_file or root.parent / f"{root.name}.host_key"
    password = os.environ.get(PASSWORD_VARIABLE)
    try:
        if not password:
            raise SettingsError(f"Set the environment variable {PASSWORD_VARIABLE} to the user's password.")
        server = SampleSftpServer(root, options.user, password, key_file, options.port, host=options.host)
        stop = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stop)
        with server:
            print(f"Serving {root} at {server.url}")
            print(f'Pin the host key in the connection\'s extra: {{"host_key": "{server.host_key}"}}', flush=True)
            signal.sigwait(stop)
    except PatronUpdateError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
