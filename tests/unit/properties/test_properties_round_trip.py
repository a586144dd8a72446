"""From text to model and back: nothing is lost, a change touches its own line, new files have the converter's order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.domain.fields import FIELDS
from patron_update.errors import PropertiesError
from patron_update.properties import Properties, Settings, parse, write
from patron_update.properties.grammar import read_template
from patron_update.properties.template import BLANKS
from patron_update.properties.writer import entries

FILE = """\
# machine generated\r
#COMMENTS_BEGIN\r
# Käthe's notes\r
#COMMENTS_END\r
SiteShortNameDefault=\r
CsvTextEncoding=windows-1252\r
\r
MatchUsingDistrictID = true\r
InputRowsToSkip=1\r
field_lastName={3,omit}\r
field_username={9,regex("^(\\w+)\\@.*","{$1}"),omit}\r
! an old way of commenting\r
field_gradeLevel={5,map_grade,omit}\r
map_grade_-3=Pre-K / early\r
map_grade_KG=Kindergarten\r
map_grade_KG=Garden\r
map_site_Oak Hill\\: East=OAK\r
field_type_total=9"""


def lines_that_differ(one: str, other: str) -> list[tuple[str, str]]:
    before, after = one.splitlines(), other.splitlines()
    assert len(before) == len(after)
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


def with_field(properties: Properties, name: str, template: str) -> Properties:
    return replace(properties, fields={**properties.fields, name: read_template(template)})


def with_entry(properties: Properties, table: str, value: str, template: str) -> Properties:
    maps = {**properties.maps, table: {**properties.maps.get(table, {}), value: read_template(template)}}
    return replace(properties, maps=maps)


def test_a_file_is_written_as_it_was_read():
    assert write(parse(FILE, "x")) == FILE


def test_a_changed_field_writes_its_line_anew_and_no_other():
    written = write(with_field(parse(FILE, "x"), "lastName", "{4,omit}"))

    assert lines_that_differ(FILE, written) == [("field_lastName={3,omit}", "field_lastName={4,omit}")]


def test_of_a_key_that_stands_twice_the_line_that_counts_is_written_anew():
    written = write(with_entry(parse(FILE, "x"), "grade", "KG", "K"))

    assert lines_that_differ(FILE, written) == [("map_grade_KG=Garden", "map_grade_KG=K")]


def test_a_changed_setting_keeps_the_line_s_place():
    properties = parse(FILE, "x")
    written = write(replace(properties, settings=replace(properties.settings, match_using_district_id=False)))

    assert lines_that_differ(FILE, written) == [("MatchUsingDistrictID = true", "MatchUsingDistrictID=false")]


@pytest.mark.parametrize(
    ("changed", "before", "new"),
    [
        (with_field(parse(FILE, "x"), "firstName", "{4}"), "field_lastName={3,omit}", "field_firstName={4}"),
        (with_field(parse(FILE, "x"), "barcode", "P {1}"), "InputRowsToSkip=1", "field_barcode=P {1}"),
        (with_entry(parse(FILE, "x"), "grade", "13", "13th"), "map_grade_KG=Garden", "map_grade_13=13th"),
        (with_entry(parse(FILE, "x"), "grade", "a=b\\c", "x"), "map_grade_KG=Garden", r"map_grade_a\=b\\c=x"),
        (replace(parse(FILE, "x"), field_types={3: "text"}), "field_type_total=9", "field_type_3=text"),
        (
            replace(parse(FILE, "x"), rules=parse("field_lastName={1}\nDelete2={7} equals gone", "x").rules),
            "InputRowsToSkip=1",
            "Delete2={7} equals gone",
        ),
    ],
)
def test_a_new_key_stands_where_the_converter_would_write_it(changed, before, new):
    written = write(changed)

    assert (before, new) in list(pairwise(written.splitlines()))
    assert [line for line in written.splitlines() if line != new] == FILE.splitlines()
    assert written.count("\n") == written.count("\r\n")


def test_a_removed_key_is_gone_with_all_its_duplicates():
    properties = parse(FILE, "x")
    written = write(replace(properties, maps={**properties.maps, "grade": {"-3": read_template("Pre-K")}}))

    assert "map_grade_KG" not in written
    assert "map_grade_-3=Pre-K\r\n" in written


def test_a_template_that_would_become_another_line_is_refused():
    for template in ("{1}\nfield_password=x", "{1}\\"):
        with pytest.raises(PropertiesError, match="cannot be written"):
            write(with_field(parse(FILE, "x"), "lastName", template))


def test_a_new_file_has_the_converter_s_order():
    written = write(replace(parse(FILE, "x"), lines=()))

    keys = [line.partition("=")[0] for line in written.splitlines() if line and line[0] != "#"]
    assert keys == [
        *("SiteShortNameDefault", "CsvTextEncoding", "MatchUsingDistrictID", "InputRowsToSkip"),
        *("SkipMode", "SkipMax", "UpdateBeforeDelete", "DeleteMode", "DeleteMax", "AssociationMode", "AssociationMax"),
        *("field_lastName", "field_gradeLevel", "field_username"),
        *("map_grade_-3", "map_grade_KG", "map_site_Oak Hill: East", "field_type_total"),
    ]
    assert written.startswith("#COMMENTS_BEGIN\n#COMMENTS_END\n\nSiteShortNameDefault=\n")


TEMPLATES = st.sampled_from(
    [
        "{1,omit}",
        "P {1}",
        "{2,date,MM/dd/yyyy,omit}",
        'x {3,regex("(\\w+)","{$1}")}',
        "ISEMPTY({1},{2},{3})",
        "ü",
        "\\=",
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0")).map(lambda text: text.strip(BLANKS).strip())
FIELD_NAMES = st.sampled_from([field.name for field in FIELDS])
RULES = st.sampled_from(['Skip1={1,upper} starts with "T"', "Delete12={2} in (a,b)", 'field_otherSites={2,split(";")}'])
NOISE = st.sampled_from(["", "# a comment", "! another", "  ", "unknown_key=7", "field_nickname="])


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a properties file as people leave it: any order, duplicates, noise, line ends, escapes."""
    settings = st.sampled_from(["InputRowsToSkip=2", "CsvTextEncoding=UTF-8", "DeleteMode = or", "SkipMax: 7"])
    values = st.sampled_from(["KG", "-3", "a b", "x\\:y", "\\u00e9", "ü/ö", ""])
    pieces = st.one_of(
        settings,
        RULES,
        NOISE,
        st.builds("field_{}={}".format, FIELD_NAMES, TEMPLATES),
        st.builds("map_grade_{}={}".format, values, TEMPLATES),
        st.builds("map_my_site_{}= {}".format, values, TEMPLATES),
    )
    lines = ["field_gradeLevel={1,map_grade,omit}", "map_grade_default=x", "field_siteShortName={1,map_my_site}"]
    lines += ["map_my_site_1=OAK", *draw(st.lists(pieces, max_size=12))]
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return end.join(draw(st.permutations(lines))) + draw(st.sampled_from(["", end]))


@given(text=files())
def test_whatever_was_read_is_written_again(text):
    properties = parse(text, "x")

    assert write(properties) == text


@given(text=files(), field=FIELD_NAMES, template=TEMPLATES)
def test_a_change_changes_one_line_and_is_read_back(text, field, template):
    properties = with_field(parse(text, "x"), field, template)
    written = write(properties)

    before, after = text.splitlines(), written.splitlines()
    assert parse(written, "x").fields[field].text == template
    assert len(after) - len(before) in {0, 1}
    assert len([line for line in after if line not in before]) <= 1


@given(text=files())
def test_the_model_alone_makes_a_file_that_means_the_same(text):
    properties = parse(text, "x")
    again = parse(write(replace(properties, lines=())), "x")

    assert entries(again) == entries(properties)
    assert again.fingerprint == properties.fingerprint


@given(site=TEXTS, value=TEXTS, kind=TEXTS)
def test_every_text_survives(site, value, kind):
    properties = parse("field_lastName={1,map_t}\nmap_t_default=x", "x")
    changed = replace(
        with_entry(properties, "t", value, "y"), settings=Settings(site_short_name_default=site), field_types={1: kind}
    )

    assert entries(parse(write(changed), "x")) == entries(changed)


@pytest.mark.parametrize("key", ["map_t_A\\ ", "map_t_A\u00a0", "map_t_ A"])
def test_an_entry_with_blanks_around_its_value_is_removed(key):
    properties = parse(f"field_lastName={{1,map_t}}\n{key}=x\nmap_t_B=y\n", "x")

    entry = {"B": properties.maps["t"]["B"]}
    assert write(replace(properties, maps={"t": entry})) == "field_lastName={1,map_t}\nmap_t_B=y\n"
