"""Bringing the patron database to the schema that this code expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.store.connecting import REVISION, SCHEMA, open_connection

if TYPE_CHECKING:
    from sqlalchemy import Connection


def migrate(url: str) -> None:
    """Bring the database at ``url`` to the newest schema. Safe to run at any time, by several processes at once."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine("postgresql+psycopg://", creator=lambda: open_connection(url, raw=False), poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('patron_update migration', 0))")
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}")
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)
