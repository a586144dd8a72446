from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from patron_update.domain.fields import FIELDS, UnknownStatus
from patron_update.domain.messages import CATALOGUE
from patron_update.domain.outcomes import Outcome
from patron_update.errors import PatronUpdateError

BARCODE_MODE = {"match_using_district_id": False}


def one(converting, name, values, sql="c4"):
    """Return the values of field ``name`` after conversion, and the messages, for rows that are otherwise sound."""
    column = next(field.column for field in FIELDS if field.name == name)
    rows = [f'{number},OAK-ES,Smith,"{value}"\n' for number, value in enumerate(values, 1)]
    converting("".join(rows), {name: sql})
    return [value for (value,) in converting.rows(column)], converting.messages()


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("status", ["A", "i", "Restricted", "ACTIVE", "inactive"], ["A", "I", "R", "A", "I"]),
        ("gender", ["M", "f", "u", " F "], ["M", "F", "U", "F"]),
        ("isTeacher", ["True", "f", "Y", "n", "1", "0", "FALSE", ""], ["true", "false"] * 3 + ["false", ""]),
        ("graduationYear", ["2031", "", " 2031 "], ["2031", "", "2031"]),
        ("birthdate", ["08/31/2010", "8/1/2010", "2010-02-28", ""], ["08/31/2010", "08/01/2010", "02/28/2010", ""]),
        ("firstName", [" Ann ", "Jose\u0301", "\u00a0Zoë ", "A\tB", ""], ["Ann", "José", "Zoë", "A B", ""]),
    ],
)
def test_values_are_brought_into_their_form_without_a_message(converting, name, sent, kept):
    assert one(converting, name, sent) == (kept, [])


@pytest.mark.parametrize(
    ("name", "sent", "kept", "code", "value"),
    [
        ("status", "Enrolled", None, "status_unknown", "Enrolled"),
        ("status", "", "", "status_unknown", ""),
        ("gender", "X", "U", "gender_invalid", "X"),
        ("gender", "", "", "gender_invalid", ""),
        ("isAcceptableUsePolicyOnFile", "maybe", None, "flag_invalid", "maybe"),
        ("graduationYear", "31", None, "graduation_year_invalid", "31"),
        ("birthdate", "02/30/2010", None, "date_invalid", "02/30/2010"),
        ("birthdate", "8/1/10", None, "date_invalid", "8/1/10"),
        ("cardExpires", "2010-13-01", None, "date_invalid", "2010-13-01"),
        ("birthdate", "0010-01-01", None, "date_invalid", "0010-01-01"),
    ],
)
def test_a_value_that_cannot_be_used_is_left_out_and_told(converting, name, sent, kept, code, value):
    assert one(converting, name, [sent]) == ([kept], [(1, code, name, value, None)])


def test_a_date_that_its_pattern_does_not_parse_is_told_as_it_was_sent(converting):
    kept, messages = one(converting, "birthdate", ["31.8.2010", "08/31/2010"], sql="if(c4[3] = '.', chr(0) || c4, c4)")

    assert kept == [None, "08/31/2010"]
    assert messages == [(1, "date_invalid", "birthdate", "31.8.2010", None)]


def test_a_date_pattern_in_a_text_field_is_told_too(converting):
    kept, messages = one(converting, "userDefined1", ["soon"], sql="'born ' || chr(0) || c4")

    assert kept == [None]
    assert messages == [(1, "date_invalid", "userDefined1", "born soon", None)]


def test_a_value_that_is_too_long_is_shortened_by_characters_and_told(converting):
    kept, messages = one(converting, "middleName", ["é" * 42, "é" * 43, "x" * 41 + " yz"])

    assert kept == ["é" * 42, "é" * 42, "x" * 41]
    assert messages == [
        (2, "value_too_long", "middleName", "é" * 43, "42"),
        (3, "value_too_long", "middleName", "x" * 41 + " yz", "42"),
    ]


def test_a_message_shows_sixty_characters_of_a_value_at_most(converting):
    _, messages = one(converting, "emailPrimary", ["e" * 300])

    assert messages[0][3] == "e" * 59 + "…"


def test_missing_is_not_empty(converting):
    assert one(converting, "nickname", ["", "x"], sql="nullif(c4, '')") == ([None, "x"], [])
    fingerprints = set(converting.rows("fingerprint"))
    assert one(converting, "nickname", ["", "x"])[0] == ["", "x"]
    assert len(fingerprints | set(converting.rows("fingerprint"))) == 3


def test_a_field_that_is_not_mapped_is_missing(converting):
    converting("1,OAK-ES,Ann\n")

    assert converting.rows("barcode", "status", "password", "address_secondary_line_2") == [(None,) * 4]


def test_a_row_may_have_several_messages(converting):
    converting("1,OAK-ES,Ann,X,?\n", {"gender": "c4", "status": "c5"})

    assert converting.codes() == [(1, "gender_invalid"), (1, "status_unknown")]


def test_the_district_id_is_required_and_never_cut(converting):
    long = "9" * 41
    result = converting(f",OAK-ES,Ann\n{long},OAK-ES,Bob\n{long[1:]},OAK-ES,Cid\n")

    assert converting.messages() == [
        (1, "district_id_required", "districtID", None, None),
        (2, "district_id_too_long", "districtID", long, None),
    ]
    assert converting.rows("outcome", "key") == [("rejected", None), ("rejected", None), (None, long[1:])]
    assert result.outcomes == {Outcome.REJECTED: 2}


def test_the_barcode_is_cut_only_when_it_is_no_match_key(converting):
    fields = {"barcode": "c4"}
    converting("1,OAK-ES,Ann,123456789012345\n", fields)
    assert converting.rows("barcode") == [("12345678901234",)]
    assert converting.codes() == [(1, "value_too_long")]

    converting("1,OAK-ES,Ann,123456789012345\n", fields, **BARCODE_MODE)
    assert converting.codes() == [(1, "barcode_too_long")]
    assert converting.rows("outcome", "key") == [("rejected", None)]


def test_matching_by_barcode_needs_barcode_and_site(converting):
    converting("1,,Ann,\n2,OAK-ES,Bob,\n3,,Cid,P 3\n4,0410,Dee,P 4\n", {"barcode": "c4"}, **BARCODE_MODE)

    assert converting.codes() == [
        (1, "match_criteria_missing"),
        (2, "barcode_criteria_missing"),
        (3, "site_criteria_missing"),
    ]
    assert converting.rows("outcome", "key")[3] == (None, "OAK-ES\x1fP 4")


def test_the_site_is_known_by_its_names_first_in_their_case_then_in_any(converting):
    sites = {"OAK-ES": "OAK-ES", "oak": "OAK-ES", "Oak": "ELM-HS"}
    converting("1,Oak,A\n2,oak,A\n3,OAK,A\n4,oak-es,A\n5,Pine Elementary,A\n", site_names=sites)

    assert [site for (site,) in converting.rows("site_short_name")] == [
        "ELM-HS", "OAK-ES", "OAK-ES", "OAK-ES", "Pine Elementary",
    ]  # fmt: skip
    assert converting.messages() == []


def test_a_row_without_a_site_gets_the_default_and_without_one_is_rejected(converting):
    converting("1,,Ann\n", site_default="0410")
    assert converting.rows("site_short_name", "outcome") == [("OAK-ES", None)]

    converting("1, ,Ann\n")
    assert converting.messages() == [(1, "site_required", "siteShortName", None, None)]


def test_the_default_site_serves_when_the_site_is_not_mapped_or_missing(converting):
    converting("1,Ann\n", {"siteShortName": "NULL", "lastName": "c2"}, site_default="OAK-ES")

    assert converting.rows("site_short_name") == [("OAK-ES",)]


def test_copies_of_a_row_are_used_once(converting):
    converting("1,OAK-ES,Ann,x\n2,OAK-ES,Bob,x\n1,0410,Ann ,y\n1,OAK-ES,Ann,z\n")

    assert converting.rows("outcome") == [(None,), (None,), ("skipped",), ("skipped",)]
    assert converting.messages() == [
        (3, "duplicate_row", None, None, "line 1"),
        (4, "duplicate_row", None, None, "line 1"),
    ]


def test_rows_that_contradict_each_other_are_all_held(converting):
    result = converting("1,OAK-ES,Ann\n2,OAK-ES,Bob\n1,OAK-ES,Anna\n1,OAK-ES,Ann\n")

    assert converting.rows("outcome") == [("held",), (None,), ("held",), ("held",)]
    assert converting.messages()[0] == (1, "duplicate_key", None, None, "lines 3, 4")
    assert result.outcomes == {Outcome.HELD: 3}


def test_a_message_about_many_contradicting_rows_names_a_few(converting):
    converting("".join(f"1,OAK-ES,Name {n}\n" for n in range(6)))

    details = [detail for *_, detail in converting.messages()]
    assert details[0] == "lines 2, 3, 4 and 2 more"
    assert details[5] == "lines 1, 2, 3 and 2 more"


def test_two_contradicting_rows_name_each_other(converting):
    converting("1,OAK-ES,Ann\n1,OAK-ES,Bob\n")

    assert [detail for *_, detail in converting.messages()] == ["line 2", "line 1"]


def test_keys_differ_by_case_and_leading_zeros(converting):
    assert converting("a1,OAK-ES,Ann\nA1,OAK-ES,Ann\n01,OAK-ES,Ann\n1,OAK-ES,Ann\n").alive == 4


def test_a_rejected_row_takes_no_part_in_duplicates(converting):
    converting("1,OAK-ES,Ann\n1,OAK-ES,Smith,Bob\n")

    assert converting.rows("outcome") == [(None,), ("rejected",)]


def test_the_password_is_a_keyed_digest_and_its_text_is_in_no_file(converting):
    result = converting(
        "1,OAK-ES,Ann,swordfish\n2,OAK-ES,Bob,\n\n3,OAK-ES,Cid," + "swordfish" * 9 + "\n", {"password": "c4"}
    )

    secret = b64encode(b"s" * 32)
    inner = hashlib.sha256(secret + b"swordfish").hexdigest()
    expected = hashlib.sha256(secret + inner.encode()).hexdigest()
    assert [value for (value,) in converting.rows("password")][:2] == [expected, ""]
    assert converting.codes() == [(3, "row_blank"), (4, "value_too_long")]
    assert result.alive == 3
    written = [path for path in converting.folder.path.rglob("*") if path.is_file() and path.name != "landed.csv"]
    assert len(written) > 2
    assert not any(b"swordfish" in path.read_bytes() for path in written)


def test_a_password_that_comes_as_a_broken_date_is_not_shown(converting):
    converting("1,OAK-ES,Ann,swordfish\n", {"password": "chr(0) || c4"})

    assert converting.messages() == [(1, "date_invalid", "password", None, None)]


def test_the_fingerprint_is_that_of_the_converted_values(converting):
    converting("1,OAK-ES,Ann,1\n2,OAK-ES,Ann,1\n")
    first = converting.rows("fingerprint")
    converting("1,0410, Ann,2\n2,OAK-ES,Anne,1\n")

    assert [before == after for before, after in zip(first, converting.rows("fingerprint"), strict=True)] == [
        True,
        False,
    ]
    assert first[0] != first[1]
    assert all(0 <= fingerprint < 2**64 for (fingerprint,) in first)


def test_values_that_wander_from_field_to_field_change_the_fingerprint(converting):
    fields = {"firstName": "c4", "middleName": "c5"}
    converting("1,OAK-ES,Lee,Ann,\n", fields)
    before = converting.rows("fingerprint")
    converting("1,OAK-ES,Lee,,Ann\n", fields)

    assert converting.rows("fingerprint") != before


def test_an_expression_may_call_a_python_function(converting):
    def reverse(value: str) -> str | None:
        return value[::-1] or None

    converting(
        "1,OAK-ES,Ann,abc\n2,OAK-ES,Bob,\n", {"nickname": "reverse_it(c4)"}, python_functions={"reverse_it": reverse}
    )

    assert converting.rows("nickname") == [("cba",), (None,)]


def test_a_python_function_that_fails_stops_the_conversion_without_showing_a_value(converting):
    def fail(value: str) -> str | None:
        raise ValueError(value)

    with pytest.raises(PatronUpdateError) as raised:
        converting("1,OAK-ES,Ann\n", {"nickname": "fail(c3)"}, python_functions={"fail": fail})

    assert "Ann" not in str(raised.value)


def test_quotes_in_site_names_and_defaults_do_no_harm(converting):
    converting("1,O'Neil,Ann\n2,,Bob\n", site_names={"O'Neil": "ONEIL"}, site_default="St. Mary's")

    assert converting.rows("site_short_name") == [("ONEIL",), ("St. Mary's",)]


def test_a_plain_file_with_control_characters_is_told(converting):
    result = converting("1,OAK-ES,An\x07n\n")

    assert converting.rows("last_name") == [("An n",)]
    assert "control characters" in result.notes[0].text


def test_files_of_the_run_are_private(converting):
    converting("1,OAK-ES,Ann\n1,OAK-ES,Bob\n")

    made = [path for path in converting.folder.path.iterdir() if path.suffix == ".parquet"]
    assert sorted(path.name for path in made) == ["duplicates.parquet", "messages.parquet", "records.parquet"]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}


def test_every_code_that_is_written_is_in_the_catalogue(converting):
    converting(
        ',,\n1,OAK-ES,Ann,x,y\n,,Bob,X,?\n3,OAK-ES,"Cid\n1,OAK-ES,Ann,x,y\n4,OAK-ES\n5,OAK-ES,E,M,A,too,many\n',
        {"gender": "c4", "status": "c5"},
    )

    codes = {code for _, code in converting.codes()}
    assert len(codes) >= 6
    assert codes <= CATALOGUE.keys()


def test_a_conversion_that_is_repeated_leaves_the_same(converting):
    content = "1,OAK-ES,Ann\n1,OAK-ES,Bob\n,OAK-ES,Cid\n"
    first = converting(content), converting.messages(), converting.rows("*")

    assert (converting(content), converting.messages(), converting.rows("*")) == first


def test_further_sites_are_short_names_in_order_each_once_without_the_row_s_own(converting):
    rows = ["1,OAK-ES,Smith,elm-hs/Nowhere/ 0410 /ELM-HS/", "2,ELM-HS,Jones,oak elementary", "3,ELM-HS,Miller,"]
    converting("\n".join(rows), other_sites="replace(c4, '/', chr(31))")

    assert converting.rows("other_sites") == [("ELM-HS\x1fNowhere",), ("OAK-ES",), (None,)]


def test_what_a_row_asks_for_belongs_to_its_fingerprint(converting):
    row = "1,OAK-ES,Smith,{}\n"
    found = set()
    for action, sites in [("", ""), ("delete", ""), ("associate", ""), ("", "ELM-HS"), ("", "OTHER")]:
        converting(row.format(f"{action},{sites}"), action="nullif(c4, '')", other_sites="c5")
        found |= set(converting.rows("fingerprint"))

    assert len(found) == 5


def test_a_row_that_associates_has_a_key_beside_the_patron_s(converting):
    rows = ["1,OAK-ES,Smith,", "1,Elm-HS,Smith,associate", "1,OAK-ES,Smith,associate", "2,ELM-HS,Jones,delete"]
    converting("\n".join(rows), action="nullif(c4, '')")

    assert converting.rows("key", "action") == [
        ("1", None),
        ("1\x1fELM-HS", "associate"),
        ("1\x1fOAK-ES", "associate"),
        ("2", "delete"),
    ]
    assert converting.messages() == []


@pytest.mark.parametrize(
    ("choice", "kept", "told"),
    [
        (UnknownStatus.KEEP, [(None, None), ("", None), ("I", None)], [(1, "status_unknown"), (2, "status_unknown")]),
        (
            UnknownStatus.ACTIVE,
            [("A", None), ("A", None), ("I", None)],
            [(1, "status_defaulted"), (2, "status_defaulted")],
        ),
        (
            UnknownStatus.REJECT,
            [(None, "rejected"), ("", None), ("I", None)],
            [(1, "status_rejected"), (2, "status_unknown")],
        ),
    ],
)
def test_what_an_unknown_status_does_is_the_jobs_choice(converting, choice, kept, told):
    rows = "1,OAK-ES,Ann,Left\n2,OAK-ES,Bob,\n3,OAK-ES,Cid,inactive\n"

    converting(rows, {"status": "c4"}, unknown_status=choice)

    assert converting.rows("status", "outcome") == kept
    assert converting.codes() == told


def test_a_barcode_that_is_yet_to_be_chosen_is_no_match_key(converting):
    converting("1,OAK-ES,Ann,AutoAssign\n", {"barcode": "c4"}, match_using_district_id=False)

    assert converting.codes() == [(1, "barcode_autoassign_refused")]
    assert converting.rows("outcome") == [("rejected",)]
