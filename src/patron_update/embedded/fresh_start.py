"""The demo's clean slate: its own former patrons go, anybody else's are set aside and named."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from patron_update.embedded.progress import say, shown, step

if TYPE_CHECKING:
    from patron_update.embedded.home import Home
    from patron_update.embedded.postgres import EmbeddedPostgres

DATABASE, PREFIX = "patrons", "demo__"


def begin_anew(home: Home, postgres: EmbeddedPostgres) -> None:
    """Empty the patron store and the drop folder. A store with runs of other making is kept under another name."""
    with step("the demo begins with an empty patron store and an empty drop folder"):
        if foreign := foreign_runs(postgres.database(DATABASE)):
            name = f"{DATABASE}_before_demo_{datetime.now(UTC):%Y%m%d_%H%M%S}"
            _rename(postgres, name)
            home.runs.rename(home.folder / f"runs_of_{name}")
            say(f"             {foreign} runs there were not the demo's: they are kept in the database {name}")
            say(f"             and in {shown(home.folder / f'runs_of_{name}')}")
        else:
            _drop(postgres)
            shutil.rmtree(home.runs, ignore_errors=True)
        home.runs.mkdir(mode=0o700, exist_ok=True)
        for path in home.drop.glob("*/*"):
            path.unlink()
        for logs in (home.airflow / "logs").glob(f"dag_id=*/run_id={PREFIX}*"):
            shutil.rmtree(logs)


def foreign_runs(url: str) -> int:
    """Return how many runs the patron store knows that the demo did not make."""
    with psycopg.connect(url) as database:
        if database.execute("SELECT to_regclass('patron_update.run')").fetchone() == (None,):
            return 0
        statement = "SELECT count(*) FROM patron_update.run WHERE NOT starts_with(key, %s)"
        found = database.execute(statement, [PREFIX]).fetchone()
        return int(found[0]) if found else 0


def _rename(postgres: EmbeddedPostgres, name: str) -> None:
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(DATABASE), sql.Identifier(name))
    _administer(postgres, statement)


def _drop(postgres: EmbeddedPostgres) -> None:
    _administer(postgres, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def _administer(postgres: EmbeddedPostgres, statement: sql.Composed) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)
