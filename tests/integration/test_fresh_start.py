"""The demo's clean slate, on a real store: its own patrons go, anybody else's never."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from patron_update.embedded.airflow_settings import Installation
from patron_update.embedded.fresh_start import begin_anew
from patron_update.embedded.home import Home
from patron_update.embedded.launcher import by_command_line
from patron_update.embedded.postgres import EmbeddedPostgres
from patron_update.errors import PatronUpdateError, StoreError
from patron_update.store import PatronStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(tmp_path / "var")
    home.prepare()
    return home


@pytest.fixture
def server(home):
    with EmbeddedPostgres(home.postgres) as server:
        yield server


def databases(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url("postgres")) as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^patrons'")]


def store_with_run(server: EmbeddedPostgres, key: str) -> None:
    with PatronStore(server.database("patrons")) as store:
        store.migrate()
        store.begin_run("students", key, NOW)


def test_a_store_that_only_the_demo_has_used_is_emptied(home, server):
    store_with_run(server, "demo__night1_students")
    (home.runs / "students").mkdir()

    begin_anew(home, server)

    assert databases(server) == []
    assert list(home.runs.iterdir()) == []


def test_a_store_with_another_run_is_kept_under_another_name_with_its_files(home, server, capsys):
    store_with_run(server, "scheduled__2026-11-24")
    (home.runs / "students").mkdir()

    begin_anew(home, server)

    [kept] = databases(server)
    assert kept.startswith("patrons_before_demo_")
    assert (home.folder / f"runs_of_{kept}" / "students").is_dir()
    assert kept in capsys.readouterr().out
    with psycopg.connect(server.url(kept)) as connection:
        assert connection.execute("SELECT key FROM patron_update.run").fetchall() == [("scheduled__2026-11-24",)]


def test_what_lies_in_the_drop_folder_goes(home, server):
    (home.drop / "patrons" / "Student Patrons.csv").write_text("yesterday's")

    begin_anew(home, server)

    assert list((home.drop / "patrons").iterdir()) == []


@pytest.fixture
def installation(home, server) -> Installation:
    project = Path(__file__).parents[2]
    return Installation(
        project=project,
        include=project / "include",
        home=home,
        port=0,
        airflow_database=server.database("airflow"),
        patron_database=server.database("patrons"),
    )


def test_a_store_of_an_older_version_gets_this_versions_tables_and_keeps_its_runs(installation, monkeypatch):
    url = installation.patron_database
    with monkeypatch.context() as older, PatronStore(url) as store:
        older.setattr("patron_update.store.migration.REVISION", "0001")
        store.migrate()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO patron_update.run (job, key, started_at) VALUES ('students', 'k', now())")
    with PatronStore(url) as store, pytest.raises(StoreError, match="has schema 0001"):
        store.job_state("students")

    by_command_line(installation, "migrate")

    with PatronStore(url) as store:
        assert store.begin_run("students", "k", NOW) == 1


def test_a_command_that_fails_stops_the_launcher_with_its_words(installation):
    with pytest.raises(PatronUpdateError, match=r"`patron-update summary none` failed: .*no run 'none'"):
        by_command_line(installation, "summary", "none")
