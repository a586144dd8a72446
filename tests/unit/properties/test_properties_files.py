"""The file as a whole: keys, escapes, comments, duplicates, mistakes, and that it is written as it was read."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.errors import PropertiesError
from patron_update.properties import MistakesError, Properties, interpret, lint, parse, read, write
from patron_update.properties.lines import read_lines, unescape

INCLUDE = Path(__file__).parents[3] / "include" / "properties"


def value(properties: Properties, *row: str, field: str = "lastName") -> str | None:
    return interpret(properties, field, row)


def codes(properties: Properties) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in properties.warnings]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(end):
    properties = parse(f"InputRowsToSkip=2{end}{end}# a comment{end}field_lastName={{1}}{end}", "example")

    assert properties.settings.input_rows_to_skip == 2
    assert properties.fields["lastName"].line == 4
    assert value(properties, "x") == "x"


def test_a_unicode_line_separator_ends_no_line():
    assert value(parse("field_lastName=a\u2028b\x0bc\x85", "example")) == "a\u2028b\x0bc\x85"


def test_settings_are_read_and_kept():
    properties = parse(
        "SiteShortNameDefault = OAK \nCsvTextEncoding:UTF-8\nMatchUsingDistrictID False\nInputRowsToSkip=3\n"
        "SkipMode=OR\nSkipMax=7\nUpdateBeforeDelete=TRUE\nDeleteMode=or\nDeleteMax=8\nAssociationMode=or\nAssociationMax=9\n"
        "field_lastName={1}\nfield_type_total=4\nfield_type_2=date",
        "example",
    )

    settings = properties.settings
    assert (settings.site_short_name_default, settings.csv_text_encoding) == ("OAK", "UTF-8")
    assert (settings.match_using_district_id, settings.input_rows_to_skip) == (False, 3)
    assert (settings.skip_mode, settings.skip_max) == ("or", 7)
    assert (settings.update_before_delete, settings.delete_mode, settings.delete_max) == (True, "or", 8)
    assert (settings.association_mode, settings.association_max) == ("or", 9)
    assert (properties.field_type_total, properties.field_types) == (4, {2: "date"})
    assert properties.warnings == ()


def test_an_empty_setting_is_its_default():
    settings = parse("SiteShortNameDefault=\nCsvTextEncoding=\nMatchUsingDistrictID=\nfield_lastName={1}", "x").settings

    assert (settings.site_short_name_default, settings.csv_text_encoding) == ("", "windows-1252")
    assert (settings.match_using_district_id, settings.input_rows_to_skip) == (True, 0)


@pytest.mark.parametrize(
    "name", ["windows-1252", "Cp1252", "UTF-8", "UTF8", "ISO-8859-1", "MacRoman", "x-MacRoman", "UTF-16"]
)
def test_encodings_by_the_names_that_java_gives_them_are_known(name):
    "".encode(parse(f"CsvTextEncoding={name}\nfield_lastName={{1}}", "x").settings.csv_text_encoding)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"field_lastName=caf\u00e9", "café"),
        (r"field_lastName=\ud83c\udf93", "🎓"),
        (r"field_lastName=a\:b\=c\ d\#e\!f", "a:b=c d#e!f"),
        (r"field_lastName=a\\b\tc", "a\\b\tc"),
        ("field_lastName=  a=b:c # no comment ", "a=b:c # no comment "),
        ("field_lastName=a\\\n     b\\\r\n\tc", "abc"),
        ("field_lastName=a\\\\\nfield_firstName=b", "a\\"),
        ("field_lastName=a\\", "a"),
        ("  field_lastName : a", "a"),
        ("field_lastName\ta", "a"),
        (r"field\_lastName=a", "a"),
        ("\ufefffield_lastName=a", "a"),
    ],
)
def test_a_line_is_read_as_java_reads_it(line, expected):
    assert value(parse(line, "example")) == expected


def test_backslashes_of_a_regex_survive_as_written():
    properties = parse(r'field_lastName={1,regex("^(\w+)\@[\w\-]+\.org$","{$1}")}', "example")

    assert value(properties, "ann@oak-es.org") == "ann"


@pytest.mark.parametrize(
    ("line", "incoming"),
    [
        ("map_t_-3=hit", "-3"),
        ("map_t_=hit", ""),
        ("map_t_ =hit", ""),
        ("map_t_Grade 5=hit", "Grade 5"),
        (r"map_t_Grade\ 5=hit", "Grade 5"),
        ("map_t_8:15 = hit", "8:15"),
        (r"map_t_a\=b=hit", "a=b"),
        ("map_t_a/b=hit", "a/b"),
        ("map_t_a_b=hit", "a_b"),
        ("map_t_x hit", "x"),
        (r"map_t_\u00e9=hit", "é"),
    ],
)
def test_a_map_entry_is_found_by(line, incoming):
    properties = parse(f"field_lastName={{1,map_t}}\n{line}", "example")

    assert value(properties, incoming) == "hit"
    assert properties.warnings == ()


def test_the_longest_table_that_is_named_owns_an_entry():
    properties = parse("field_lastName={1,map_a_b}{1,map_a}\nmap_a_b_1=x\nmap_a_c_1=y", "example")

    assert {table: list(entries) for table, entries in properties.maps.items()} == {"a_b": ["1"], "a": ["c_1"]}


def test_of_duplicates_the_last_one_wins_and_both_lines_are_told():
    properties = parse("field_lastName={1}\nfield_firstName=x\nfield_lastName={2}", "example")

    assert value(properties, "a", "b") == "b"
    assert codes(properties) == [("key_twice", 3)]
    assert "line 1 and again on line 3" in properties.warnings[0].text


def test_entries_of_a_map_that_translate_the_same_value_are_told_and_written_as_they_were():
    text = "field_lastName={1,map_a}\nmap_a_\u00e9=x\nmap_a_ e\u0301 =y\n"
    properties = parse(text, "example")

    assert value(properties, "\u00e9") == "y"
    assert codes(properties) == [("key_twice", 3)]
    assert write(properties) == text


WRITE_RULES = 'Write rules as Skip1={9} equals "T", Delete1=…, Association1=….'


@pytest.mark.parametrize(
    ("line", "code", "remedy"),
    [
        ("field_userName={1}", "unknown_field", 'Did you mean "field_username"?'),
        ("field_xyzzy={", "unknown_field", "Remove the line."),
        ("field_email1={1}", "unknown_field", 'Did you mean "field_emailPrimary"?'),
        ("field_Address2City={1}", "unknown_field", 'Did you mean "field_addressSecondaryCity"?'),
        ("matchUsingDistrictId=true", "unknown_key", 'Did you mean "MatchUsingDistrictID"?'),
        ("Colour=red", "unknown_key", "Remove the line."),
        ("DeleteRule3=x", "rule_ignored", WRITE_RULES),
        ("Association_2.field=x", "rule_ignored", WRITE_RULES),
        ("map_status=x", "map_entry_incomplete", "Write map_<table>_<value>=<replacement>."),
        ("field_firstName=", "field_blank", "Fill or remove the line."),
    ],
)
def test_a_line_without_effect_is_warned_of(line, code, remedy):
    properties = parse(f"field_lastName={{1}}\n{line}", "example")

    assert [(finding.code, finding.line, finding.remedy) for finding in properties.warnings] == [(code, 2, remedy)]
    assert properties.mapped_fields == {"lastName"}


MISTAKES = [
    ("field_firstName={1", "'{' at character 1 never closes"),
    ("field_firstName=a}", "'}' at character 2 closes nothing"),
    ("field_firstName={{1}}", "'{' at character 2 stands inside the braces that open at character 1"),
    ("field_firstName={0}", "{0} is no column"),
    ("field_firstName={Last Name}", "{Last Name} is the name of a column in the header"),
    ("field_firstName={}", "{} names no column"),
    ("field_firstName={1,omitt}", 'did you mean "omit"?'),
    ("field_firstName={1,map_}", "names no map table"),
    ("field_firstName={1,map_statsu}", 'Did you mean "status"'),
    ("field_firstName={1,date}", "pattern"),
    ("field_firstName={1,date,qq}", "letter q"),
    ('field_firstName={1,regex("(","x")}', "never closes"),
    ('field_firstName={1,regex("a")}', "two texts in quotes"),
    ('field_firstName={1,regex("a","{$1}")}', "group {$1}; the regex has 0"),
    ('field_firstName={1,regex("a","{1}")}', "other braces"),
    ('field_firstName={1,regex("a","b")x}', "is not expected"),
    ("field_firstName=ISEMPTY({1},{2})", "has 2 arguments"),
    ("field_firstName=ISEMPTY({1},{2},{3}", "never closes"),
    ("field_firstName=" + "ISEMPTY(" * 30, "too deep"),
    (r"field_firstName=\u12", "four hexadecimal digits"),
    (r"field_firstName=\u0000", "no value may have"),
    (r"field_firstName=\ud800", "no value may have"),
    ("InputRowsToSkip=one", '"one" cannot be used'),
    ("InputRowsToSkip=-1", '"-1" cannot be used'),
    ("MatchUsingDistrictID=yes", '"yes" cannot be used'),
    ("SkipMode=xor", '"xor" cannot be used'),
    ("CsvTextEncoding=UTF-9", '"UTF-9" cannot be used'),
    ("CsvTextEncoding=base64", '"base64" cannot be used'),
    ("field_type_total=many", "no number of columns"),
    ("map_status_B={1,map_other}", 'table "other" has no entries'),
    ("map_status_B={1,map_status}", "without an end"),
]


@pytest.mark.parametrize(("line", "text"), MISTAKES)
def test_a_mistake_names_file_line_and_key_and_tells_what_to_do(line, text):
    with pytest.raises(PropertiesError) as error:
        parse(f"field_lastName={{1,map_status}}\nmap_status_A=x\n{line}", "students.properties")

    assert isinstance(error.value, MistakesError)
    (finding,) = error.value.findings
    assert text in str(finding)
    assert finding.remedy
    assert str(error.value).startswith(
        "students.properties, line 3: " if "end" not in text else "students.properties, "
    )


@pytest.mark.parametrize("line", ["FIELD_lastName={1}", "field_LastName={1}", "fieldlastName={1}"])
def test_where_no_field_is_mapped_the_slip_is_told(line):
    with pytest.raises(MistakesError, match='Did you mean "field_lastName"'):
        parse(line, "x.properties")


def test_all_mistakes_are_told_at_once():
    with pytest.raises(MistakesError) as error:
        parse("field_lastName={1\nInputRowsToSkip=x\nfield_firstName=}", "x.properties")

    assert [finding.line for finding in error.value.findings] == [1, 2, 3]
    assert str(error.value).count("x.properties, line") == 3


def test_a_file_that_maps_no_field_is_refused():
    with pytest.raises(PropertiesError, match="No field is mapped"):
        parse("# nothing\nInputRowsToSkip=1\n", "x")


def test_maps_that_multiply_beyond_measure_are_refused():
    tables = "".join(f"map_t{n}_{v}={{1,map_t{n + 1}}}\n" for n in range(6) for v in range(10))
    with pytest.raises(PropertiesError, match="more than 100,000 cases"):
        parse(f"field_lastName={{1,map_t0}}\n{tables}map_t6_x=y", "x")


def test_a_mistake_does_not_repeat_the_text_around_it():
    with pytest.raises(PropertiesError) as error:
        parse("field_lastName={1}\nfield_password=Sesame{", "x")

    assert "Sesame" not in str(error.value)


def test_the_comments_block_is_kept():
    properties = parse("#COMMENTS_BEGIN\r\n# ours\r\n#COMMENTS_END\r\n# else\r\nfield_lastName={1}", "x")

    assert properties.comments == ("# ours",)


@pytest.mark.parametrize("path", sorted(INCLUDE.glob("*.properties")), ids=lambda path: path.name)
def test_the_sample_district_s_files_are_sound_and_written_as_they_were_read(path):
    properties = read(path)

    assert lint(properties, properties.field_type_total) == ()
    assert write(properties).encode() == path.read_bytes()
    assert properties.columns_used == set(range(1, properties.field_type_total + 1))


@given(text=st.text(st.sampled_from("ab#!\\=: \t\f\r\n\u2028\ufeff")))
def test_lines_joined_are_the_text(text):
    lines = read_lines(text)

    assert "".join(line.raw for line in lines) == text
    assert [line.number for line in lines] == sorted({line.number for line in lines})


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_java_escapes_is_unescaped(text):
    escaped = "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")) if text else ""

    assert unescape(escaped) == text


PIECES = ["field_lastName", *'={}1,_)#\\\n"', "omit", "map_a", "date", "ISEMPTY(", 'regex("']


@given(text=st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_stands_in_a_file_it_is_read_or_refused(text):
    with contextlib.suppress(PropertiesError):
        assert write(parse(text, "x")) == text


def test_a_file_is_utf_8_or_else_windows_1252(tmp_path):
    (tmp_path / "a").write_bytes("field_lastName=é".encode())
    (tmp_path / "b").write_bytes("field_lastName=é".encode("windows-1252"))

    assert {value(read(tmp_path / name)) for name in "ab"} == {"é"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the properties file is empty"),
        (b" \r\n", "the properties file is empty"),
        (b"PK\x03\x04\0\0", "this is binary data, so it is no properties file"),
        (b"#" * (16 * 1024 * 1024 + 1), "this has more than 16 MiB, so it is no properties file"),
    ],
)
def test_what_can_be_no_properties_file_is_refused_for_what_it_is(tmp_path, content, told):
    (tmp_path / "a").write_bytes(content)

    with pytest.raises(PropertiesError, match=told):
        read(tmp_path / "a")


def test_a_file_in_utf_16_is_told_to_be_one(tmp_path):
    (tmp_path / "a").write_bytes("field_lastName=é".encode("utf-16"))

    with pytest.raises(PropertiesError, match="UTF-16"):
        read(tmp_path / "a")


def test_a_missing_file_is_told_by_name(tmp_path):
    with pytest.raises(PropertiesError, match=r"nothing\.properties"):
        read(tmp_path / "nothing.properties")


BASE = "CsvTextEncoding=UTF-8\nfield_lastName={1}\nfield_status={2,map_s}\nmap_s_1=A\n"


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + BASE,
        "field_status={2,map_s}\nmap_s_1=A\nfield_lastName={1}\nCsvTextEncoding=UTF-8\n",
        BASE + "map_unused_1=x\nColour=red\nSkipMax=5",
        BASE.replace("\n", "\r\n").replace("=A", " : A"),
    ],
)
def test_the_fingerprint_stays_when_nothing_changes_a_result(same):
    assert parse(same, "other").fingerprint == parse(BASE, "x").fingerprint


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("{1}", "{3}"),
        BASE.replace("=A", "=I"),
        BASE + "map_s_2=I",
        BASE + "InputRowsToSkip=1",
        BASE + "SiteShortNameDefault=OAK",
        BASE + "MatchUsingDistrictID=false",
        BASE + "field_firstName=x",
        BASE.replace("UTF-8", "MacRoman"),
    ],
)
def test_the_fingerprint_changes_with_whatever_changes_a_result(other):
    assert parse(other, "x").fingerprint != parse(BASE, "x").fingerprint


def test_fields_come_in_the_order_of_the_patron_record():
    properties = parse("field_status=A\nfield_lastName={1}\nfield_siteShortName={2}", "x")

    assert list(properties.fields) == ["siteShortName", "lastName", "status"]
