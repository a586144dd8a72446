"""The schema holds what the domain promises, and the store says clearly when it cannot work."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from rosters import DISTRICT, NIGHT, District, DistrictSite, patron

from patron_update.domain.fields import FIELDS
from patron_update.domain.identity import plain
from patron_update.errors import StoreError, StoreUnreachableError
from patron_update.store import PatronStore
from patron_update.store import connecting as store_connecting

INSERT_SITE = "INSERT INTO patron_site (patron_id, site, barcode, is_primary) VALUES (%s, %s, %s, %s)"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE patron SET district_id = '1' WHERE id = 2", "patron_district_id_unique"),
        ("UPDATE patron SET username = 'ann' WHERE id = 2", "patron_username_unique"),
        ("UPDATE patron_site SET barcode = 'a' WHERE patron_id = 2", "patron_site_barcode_unique"),
        ("INSERT INTO patron_site VALUES (1, 'OAK', 'z', true)", "patron_site_one_primary"),
        ("UPDATE patron SET last_name = ''", "patron_last_name_check"),
        ("UPDATE patron SET status = 'X'", "patron_status_check"),
        ("UPDATE patron SET nickname = repeat('x', 31)", "patron_nickname_check"),
        ("UPDATE patron SET patron_type = 'None such'", "patron_patron_type_fkey"),
        ("UPDATE patron_site SET site = 'NOWHERE'", "patron_site_site_fkey"),
        ("INSERT INTO baseline VALUES ('j', 'k', gen_random_uuid(), 1, 1, 1, now(), 0)", "baseline_check"),
    ],
)
def test_the_database_refuses_what_the_domain_forbids(library, statement, constraint):
    library.has(patron(1, ("ELM", "a"), username="ann"), patron(2, ("ELM", "b")))

    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        library.sql(statement)

    assert refused.value.diag.constraint_name == constraint


def test_every_field_has_a_column_and_passwords_only_a_hash(library):
    columns = {
        name
        for (name,) in library.sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'patron_update' AND table_name = 'patron'"
        )
    }

    own = {field.column for field in FIELDS} - {"site_short_name", "barcode", "password"}
    assert own <= columns
    assert "password" not in columns


@pytest.mark.parametrize(
    ("statement", "bumps"),
    [
        ("UPDATE patron SET nickname = 'Al'", True),
        ("UPDATE patron SET last_name = last_name", False),
        ("UPDATE patron_site SET barcode = 'z'", True),
        ("UPDATE patron_site SET barcode = barcode", False),
        ("INSERT INTO patron_site VALUES (1, 'OAK', 'a', false)", True),
        ("DELETE FROM patron_site", True),
    ],
)
def test_whoever_changes_a_patron_makes_a_new_version_of_it(library, statement, bumps):
    library.has(patron(1, ("ELM", "a")))
    before = library.sql("SELECT version, updated_at FROM patron")

    library.sql(statement)

    assert (library.sql("SELECT version, updated_at FROM patron") != before) is bumps


def test_a_patron_that_was_just_made_has_version_one(library):
    library.has(patron(1, ("ELM", "a"), ("OAK", "a")))

    assert library.sql("SELECT version FROM patron") == [(1,)]


def test_a_site_that_the_district_no_longer_tells_stays_as_long_as_it_has_patrons(library):
    library.has(patron(1, ("OAK", "a")))

    library.in_district(District(sites=(DistrictSite("ELM", access_levels=("Patron",)),)))

    assert library.sql("SELECT short_name FROM site ORDER BY 1") == [("ELM",), ("OAK",)]
    assert library.sql("SELECT name FROM access_level WHERE site = 'ELM'") == [("Patron",)]


def test_an_unchanged_district_writes_nothing(library):
    before = library.sql("SELECT xmin::text FROM site")

    library.in_district(DISTRICT)

    assert library.sql("SELECT xmin::text FROM site") == before


def test_a_database_that_is_not_set_up_names_the_command(database_url):
    with PatronStore(database_url) as store, pytest.raises(StoreError, match="patron-update migrate"):
        store.begin_run("students", "k", NIGHT)


def test_an_empty_database_is_set_up_once_and_an_older_schema_is_left_alone(database_url):
    with PatronStore(database_url) as store:
        store.set_up_if_empty()
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE patron_update.alembic_version SET version_num = '0000'")
        store.set_up_if_empty()
        with pytest.raises(StoreError, match=f"has schema 0000, not {store_connecting.REVISION}"):
            store.job_state("students")


def test_the_expected_revision_is_the_newest_one():
    versions = Path(store_connecting.__file__).parent / "migrations" / "versions"

    newest = max(path.name for path in versions.glob("[0-9]*.py"))

    assert newest.startswith(store_connecting.REVISION)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://lib:hunter2@127.0.0.1:1/patrons", "patrons at 127.0.0.1:1"),
        ("postgresql://lib:hunter2@no-such-host.invalid/patrons", "no-such-host.invalid"),
    ],
)
def test_an_unreachable_database_is_named_without_its_password(url, words):
    with pytest.raises(StoreUnreachableError, match="does not answer") as error, PatronStore(url):
        pass

    assert words in str(error.value)
    assert "hunter2" not in str(error.value) + repr(PatronStore(url))
    assert error.value.retry


def test_something_that_is_no_url_is_told_so():
    with pytest.raises(StoreError, match="no PostgreSQL URL") as error, PatronStore("mysql:hunter2"):
        pass

    assert "hunter2" not in str(error.value)


def test_a_wrong_password_or_database_is_said_to_be_that(database_url):
    with (
        pytest.raises(StoreUnreachableError, match="no such database or user"),
        PatronStore(database_url.replace("/test_", "/none_")),
    ):
        pass


def test_the_store_compares_names_as_the_domain_does(library):
    samples = [
        "José",
        "O'Hara-Łuk",
        "van  der Berg",
        "A\u030astrom",
        "\u0130nci",
        "Ольга",
        "阿明",
        "\ufb01n",
        "_^`{}~¿",
    ]
    samples += ["\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3", "\u1e9etra\u00dfe"]
    found = [library.sql("SELECT plain_name(%s), lower_letters(%s)", name, name)[0] for name in samples]

    assert [name for name, _ in found] == [plain(name) for name in samples]
    assert found[0][1] == "josé"
