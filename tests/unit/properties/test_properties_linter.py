from __future__ import annotations

import pytest

from patron_update.domain.messages import Severity
from patron_update.properties import lint, parse

SOUND = "field_siteShortName={1}\nfield_barcode={2}\nfield_districtID={3}\nfield_lastName={4}\n"


def found(text: str, columns: object = None) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in lint(parse(text, "x"), columns)]


def test_a_sound_file_has_no_findings():
    assert found(SOUND) == []
    assert found(SOUND, 4) == []
    assert found(SOUND, ["site", "barcode", "id", "name"]) == []


@pytest.mark.parametrize("field", ["siteShortName", "barcode", "districtID", "lastName"])
def test_a_required_field_must_be_mapped(field):
    text = "\n".join(line for line in SOUND.splitlines() if field not in line)

    (finding,) = lint(parse(text, "x"))

    assert (finding.code, finding.severity, finding.line) == ("field_required", Severity.ERROR, None)
    assert f"field_{field}" in finding.remedy


def test_a_default_site_makes_the_site_column_needless():
    assert found("SiteShortNameDefault=OAK\n" + SOUND.partition("\n")[2]) == []


def test_matching_by_barcode_needs_no_district_id():
    assert found("MatchUsingDistrictID=false\n" + SOUND.replace("field_districtID", "field_nickname")) == []


@pytest.mark.parametrize(
    ("line", "columns", "code"),
    [
        ("field_middleName={4}", None, "column_in_two_names"),
        ("field_firstName=ISEMPTY({5},{4},{5})", None, "column_in_two_names"),
        ("field_password={5}", None, "password_alone"),
        ("map_status_A=B", None, "map_unused"),
        ("field_gender={5}", 4, "column_beyond"),
        ("field_gender={5}", ["a", "b", "c", "d"], "column_beyond"),
        (r'field_gender={1,regex("\\w","x")}', None, "double_backslash"),
        ("field_gender=IsEmpty({1},{1},{1})", None, "function_in_lower_case"),
        ("field_gender=ISEMPTY ({1},{1},{1})", None, "function_in_lower_case"),
        ('field_gender="{1}"', None, "quotes_typed"),
        ("field_gender={coalesce(1,2)}", None, "constant_in_coalesce"),
        ("field_gender={coalesce({1},2)}", None, "constant_in_coalesce"),
        ("field_gender={coalesce(Gender,{2})}", None, "constant_in_coalesce"),
        ("field_gender=<![CDATA[{1}]]>", None, "quotes_typed"),
        ('field_gender={if({1} equals "T,F,M)}', None, "quotes_typed"),
        ("field_gender={if({1} in (T,\u201cS\u201d),F,M)}", None, "quotes_typed"),
        ("Skip1={1} equals 'T'", None, "quotes_typed"),
        ("field_userName={1}", None, "unknown_field"),
        ("field_birthdate={1,date,mm/dd/yyyy,omit}", None, "month_in_minutes"),
        ("field_birthdate={1,date,yyyy-mm-dd|MM/dd/yyyy,omit}", 4, "month_in_minutes"),
    ],
)
def test_what_is_hardly_meant_is_told(line, columns, code):
    assert found(SOUND + line, columns) == [(code, 5)]


@pytest.mark.parametrize("value", ['"T"', "O'Brien", "'t Hooft", '"\\"T\\""', "5'"])
def test_quotes_that_are_meant_are_no_finding(value):
    assert found(f"{SOUND}Skip1={{1}} equals {value}") == []


def test_a_column_in_three_name_fields_is_one_finding():
    text = "field_firstName={4}\nfield_middleName={4}"

    (finding,) = lint(parse(SOUND + text, "x"))

    assert finding.text == "Column 4 goes into field_lastName and into field_firstName and into field_middleName."
    assert finding.line == len((SOUND + text).splitlines())


NAMED = "InputRowsToSkip=1\n" + SOUND.replace("{4}", "{Last Name}")


@pytest.mark.parametrize("name", ["{Last Name}", "{last name}", '{"LAST NAME"}'])
def test_a_column_in_two_name_fields_is_seen_under_its_name(name):
    assert found(f"{NAMED}field_middleName={name}", ["site", "barcode", "id", "last name"]) == [
        ("column_in_two_names", 6)
    ]


def test_a_column_in_two_name_fields_is_seen_without_a_header():
    assert found(NAMED + "field_middleName={Last Name}") == [("column_in_two_names", 6)]


def test_a_column_is_the_same_by_its_name_and_by_its_number():
    header = ["site", "barcode", "id", "Last Name"]

    assert found(NAMED + "field_middleName={4}", header) == [("column_in_two_names", 6)]


def test_names_may_be_pieces_of_one_column():
    text = SOUND.replace("{4}", '{4,split(",",1)}') + 'field_firstName={4,split(",",2)}\n'

    assert found(text) == []
    assert found(text + "field_middleName={4}") == [("column_in_two_names", 6)]


def test_a_name_that_the_header_does_not_have_is_told_with_its_line():
    text = "InputRowsToSkip=1\n" + SOUND.replace("{4}", "{Lst Name}") + "Skip1={Status} equals X\n"

    assert found(text, ["site", "barcode", "id", "Last Name"]) == [("column_unknown", 5), ("column_unknown", 6)]


@pytest.mark.parametrize("line", ["Skip1={9} equals X", 'field_otherSites={9,split(";")}', "Delete1={1} equals {9}"])
def test_a_column_beyond_the_file_is_told_of_rules_and_further_sites_too(line):
    assert found(SOUND + line, 4) == [("column_beyond", 5)]


def test_columns_are_held_against_field_type_total():
    assert found(SOUND + "field_type_total=3") == [("column_beyond", 4)]
    assert found(SOUND + "field_type_total=4", 5) == [("total_differs", 5)]


def test_a_column_beyond_the_file_is_an_error_beyond_the_total_a_warning():
    properties = parse(SOUND + "field_type_total=3", "x")

    assert [finding.severity for finding in lint(properties, 3)] == [Severity.ERROR]
    assert [finding.severity for finding in lint(properties)] == [Severity.WARNING]


def test_a_column_that_only_a_map_reaches_counts():
    assert found(SOUND + "field_gender={1,map_g}\nmap_g_X={9}", 4) == [("column_beyond", 5)]


@pytest.mark.parametrize("text", ["upper({1})", "today+90", "Room if({1},x)", "ISEMPTY({1},upper({2}),x)"])
def test_a_function_outside_braces_is_told(text):
    assert found(f"{SOUND}field_homeroom={text}") == [("function_outside_braces", 5)]


@pytest.mark.parametrize(
    "text", ["{1,upper}", "{today+90}", "today is {1}", "Fif(x)", '{coalesce({1,omit},"none, yet")}']
)
def test_a_text_that_calls_no_function_is_none(text):
    assert found(f"{SOUND}field_homeroom={text}") == []


def test_a_letter_that_was_lost_when_the_file_was_saved_is_told():
    assert found(f"{SOUND}# Jos\ufffd") == [("letter_lost", 5)]
