"""What staff edit between two updates: it is noted, told, and stands or falls by who owns the field."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rosters import BY_ID, record

from patron_update.domain.fields import FIELDS
from patron_update.domain.ownership import Owner

STAFF, FILL_BLANK = Owner.STAFF, Owner.FILL_BLANK


def ng(nickname: str = "Al", **values: str):
    usual = {"district_id": "1", "site_short_name": "ELM", "barcode": "b1", "last_name": "Ng", "nickname": nickname}
    return record(2, **{**usual, **values})


@pytest.fixture
def owned(library):
    def by(**ownership: Owner) -> None:
        library.options = replace(BY_ID, ownership=ownership)

    return by


def edited(library, nickname: str) -> None:
    library.sql("UPDATE patron SET nickname = %s", nickname)


def test_an_edit_is_noted_with_what_the_update_had_left_and_stands_in_the_history(library):
    library.update(ng("Al"))
    edited(library, "Bo")
    edited(library, "Cy")

    (number,) = library.edits()
    assert library.edits() == {number: {"nickname": "Al"}}
    assert library.sql("SELECT run_id, before, after FROM change WHERE action = 'edited' ORDER BY id") == [
        (None, {"nickname": "Al"}, {"nickname": "Bo"}),
        (None, {"nickname": "Bo"}, {"nickname": "Cy"}),
    ]


def test_an_edit_that_goes_back_is_none(library):
    library.update(ng("Al"))
    edited(library, "Bo")
    edited(library, "Al")

    assert library.edits() == {}


def test_an_update_is_no_edit(library):
    library.update(ng("Al"))
    library.update(ng("Bo", barcode="b2", password="p1"))

    assert library.edits() == {}
    assert library.sql("SELECT 1 FROM change WHERE action = 'edited'") == []


def test_a_password_that_staff_set_is_noted_without_any_value(library):
    library.update(ng(password="p1"))
    library.sql("UPDATE patron SET password_hash = 'scrypt$x'")

    assert [list(fields) for fields in library.edits().values()] == [["password"]]
    assert library.sql("SELECT applied FROM staff_edit") == [(None,)]
    assert library.sql("SELECT before, after FROM change WHERE action = 'edited'") == [({}, {"password": "changed"})]


def test_a_new_card_is_an_edit_of_the_barcode(library, owned):
    owned(barcode=STAFF)
    library.update(ng())
    library.sql("UPDATE patron_site SET barcode = 'new'")

    assert [list(fields.items()) for fields in library.edits().values()] == [[("barcode", "b1")]]
    assert library.update(ng(homeroom="7")) == {"updated": 1}
    assert library.barcodes() == {"1": [("ELM", "new")]}
    assert library.codes() == [(2, "staff_edit_kept")]


def test_by_default_the_source_wins_and_says_so(library):
    library.update(ng("Al"))
    edited(library, "Bo")

    library.update(ng("Al"))

    assert library.patron("1")["nickname"] == "Al"
    (told,) = library.messages()
    assert (told.code, told.field, told.value, told.detail) == ("staff_edit_overwritten", "nickname", "Bo", "Al")
    assert library.edits() == {}


def test_a_field_that_staff_own_keeps_their_value_until_the_source_sends_the_same(library, owned):
    owned(nickname=STAFF)
    library.update(ng("Al"))
    edited(library, "Bo")

    assert library.update(ng("Al")) == {"unchanged": 1}
    assert library.codes() == [(2, "staff_edit_kept")]
    library.update(ng("Cy"))
    assert library.codes() == [(2, "changed_by_both")]
    assert library.patron("1")["nickname"] == "Bo"

    library.update(ng("Bo"))
    assert library.edits() == {}
    library.update(ng("Di"))
    assert library.patron("1")["nickname"] == "Di"


def test_both_changed_it_and_the_source_wins(library):
    library.update(ng("Al"))
    edited(library, "Bo")

    library.update(ng("Cy"))

    assert library.patron("1")["nickname"] == "Cy"
    (told,) = library.messages()
    assert (told.code, told.value, told.detail) == ("changed_by_both", "Bo", "'Cy'; the SIS's value is taken")


def test_what_only_the_source_changed_is_no_message(library):
    library.update(ng("Al"))
    library.update(ng("Bo"))

    assert library.messages() == []


def test_a_field_to_fill_is_written_only_where_it_is_blank(library, owned):
    owned(nickname=FILL_BLANK, gender=FILL_BLANK)
    library.update(ng("", gender="U"))

    library.update(ng("Al", gender="F"))
    assert (library.patron("1")["nickname"], library.patron("1")["gender"]) == ("Al", "F")

    library.update(ng("Bo", gender="M"))
    assert (library.patron("1")["nickname"], library.patron("1")["gender"]) == ("Al", "F")
    assert library.messages() == []


def test_a_site_says_otherwise_than_the_job(library, owned):
    """The site OAK of these tests gives nicknames back to the source."""
    owned(nickname=STAFF)
    library.update(ng("Al", site_short_name="OAK"))
    edited(library, "Bo")

    library.update(ng("Al", site_short_name="OAK"))

    assert library.patron("1")["nickname"] == "Al"


def test_the_database_knows_the_column_of_every_field(library):
    names = [field.name for field in FIELDS]

    columns = library.sql(
        "SELECT field_column(name) FROM unnest(%s::text[]) WITH ORDINALITY AS f (name, n) ORDER BY n", names
    )

    assert [column for (column,) in columns] == [field.column for field in FIELDS]
