"""The 45 patron fields: their order is the vendor's, their SQL names are derived from it."""

from __future__ import annotations

import re

import pytest

from patron_update.domain.fields import BY_NAME, FIELDS, Kind


def test_there_are_forty_five_fields_each_with_its_own_name_column_and_label():
    assert len(FIELDS) == 45
    for attribute in ("name", "column", "label"):
        assert len({getattr(field, attribute) for field in FIELDS}) == 45


@pytest.mark.parametrize(
    ("name", "column", "limit"),
    [
        ("siteShortName", "site_short_name", 10),
        ("barcode", "barcode", 14),
        ("districtID", "district_id", 40),
        ("isAcceptableUsePolicyOnFile", "is_acceptable_use_policy_on_file", 5),
        ("userDefined1", "user_defined_1", 30),
        ("email5", "email_5", 200),
        ("addressPrimaryLine1", "address_primary_line_1", 90),
        ("addressSecondaryPhoneNumberSecondary", "address_secondary_phone_number_secondary", 30),
    ],
)
def test_a_field_is_known_by_its_name_its_column_and_its_limit(name, column, limit):
    assert (BY_NAME[name].column, BY_NAME[name].limit) == (column, limit)


def test_columns_are_plain_sql_names_that_need_no_quotes():
    assert [field.column for field in FIELDS if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", field.column)] == []


def test_the_fields_stand_in_the_order_of_the_vendors_converter():
    names = [field.name for field in FIELDS]

    assert names[:5] == ["siteShortName", "barcode", "districtID", "lastName", "firstName"]
    assert names[17:22] == [f"userDefined{number}" for number in range(1, 6)]
    assert names[26:31] == ["emailPrimary", "emailSecondary", "email3", "email4", "email5"]
    assert names[31] == "addressPrimaryLine1"
    assert names[38] == "addressSecondaryLine1"


def test_what_is_no_plain_text_is_known_by_its_kind():
    special = {field.name: field.kind for field in FIELDS if field.kind is not Kind.TEXT}

    assert special == {
        "status": Kind.STATUS,
        "gender": Kind.GENDER,
        "cardExpires": Kind.DATE,
        "birthdate": Kind.DATE,
        "isAcceptableUsePolicyOnFile": Kind.FLAG,
        "isTeacher": Kind.FLAG,
        "graduationYear": Kind.YEAR,
        "password": Kind.PASSWORD,
    }


def test_every_value_of_a_kind_fits_into_its_field():
    longest = {Kind.DATE: "12/31/2024", Kind.FLAG: "false", Kind.YEAR: "2024", Kind.STATUS: "A", Kind.GENDER: "M"}

    assert [f.name for f in FIELDS if f.kind in longest and len(longest[f.kind]) > f.limit] == []
