"""Many patrons into a store that has none: what holds the rows together is made again in one sweep, as it was."""

from __future__ import annotations

import io

import psycopg
import pytest
from rosters import facts, record

MANY = 1_000


def people(count: int = MANY, **values: str) -> list:
    return [
        record(
            number + 1, district_id=str(number), site_short_name="ELM", barcode=f"b{number}", last_name="Ng", **values
        )
        for number in range(1, count + 1)
    ]


def held_together(library) -> list[tuple]:
    """Return what the tables of the patrons are held together by."""
    return library.sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'patron_update'::regnamespace"
        " UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'patron_update'"
        " UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
        " ORDER BY 1, 2, 3"
    )


def made_when(library) -> int:
    """Return the number of one constraint, which is another one when it is made again."""
    return library.sql("SELECT oid FROM pg_constraint WHERE conname = 'patron_username_unique'")[0][0]


def test_a_first_full_leaves_every_constraint_index_and_trigger_as_it_was(library):
    before, was_made = held_together(library), made_when(library)

    assert library.update(*people()) == {"added": MANY}

    assert made_when(library) != was_made, "nothing was set aside"
    assert held_together(library) == before
    with pytest.raises(psycopg.errors.UniqueViolation):
        library.sql("UPDATE patron SET district_id = '1' WHERE district_id = '2'")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        library.sql("UPDATE patron_site SET site = 'NOWHERE'")
    version = "SELECT version FROM patron WHERE district_id = '1'"
    library.sql("INSERT INTO patron_site SELECT id, 'OAK', 'b1', FALSE FROM patron WHERE district_id = '1'")
    assert library.sql(version) == [(2,)], "who gets an association has changed"


def test_few_patrons_or_patrons_beside_others_are_checked_one_by_one(library):
    was_made = made_when(library)

    library.update(*people(1))
    assert library.update(*people(MANY + 1)[1:]) == {"added": MANY}

    assert made_when(library) == was_made


def test_whoever_reads_patrons_meanwhile_is_not_waited_for(library):
    was_made = made_when(library)
    with psycopg.connect(library.url) as reader:
        reader.execute("SELECT count(*) FROM patron_update.patron")

        assert library.update(*people()) == {"added": MANY}

    assert made_when(library) == was_made


def test_a_preview_of_a_first_full_gives_all_of_it_back(library):
    before, was_made = held_together(library), made_when(library)
    run_id, _ = library.plan(*people())

    library.store.preview(run_id, facts(MANY), io.BytesIO())

    assert (held_together(library), made_when(library)) == (before, was_made)
    assert library.sql("SELECT count(*) FROM patron") == [(0,)]


def test_what_a_new_patron_begins_with_is_each_of_its_fields_that_is_not_blank(library):
    library.update(*people(1))
    begins = (
        'SELECT jsonb_strip_nulls(patron_fields(patron)) || \'{"barcode": "b", "siteShortName": "s"}\''
        " = patron_begins(patron, 'b', 's') FROM patron"
    )
    samples = {"text": "'1'", "date": "'2012-03-02'", "boolean": "TRUE", "smallint": "7"}
    columns = library.sql(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE (table_schema, table_name) = ('patron_update', 'patron')"
        " AND column_name NOT IN ('password_hash', 'status', 'gender', 'patron_type')"
    )
    values = ", ".join(f"{name} = {samples[kind]}" for name, kind in columns if kind in samples)

    assert library.sql(begins) == [(True,)], "with blanks"
    library.sql(f"UPDATE patron SET {values}")  # noqa: S608 - the table's own columns
    assert library.sql(begins) == [(True,)], "with all"
