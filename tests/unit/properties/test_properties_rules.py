"""Skip, delete and association rules, and further sites: in DuckDB and in the interpreter."""

from __future__ import annotations

from datetime import date

import pytest

from patron_update.errors import PropertiesError
from patron_update.properties import ASSOCIATION, DELETE, SKIP, for_file, parse

TODAY = date(2026, 8, 31)


def file(*lines: str):
    return for_file(parse("\n".join(["field_lastName={1}", *lines]), "students.properties"), [], TODAY)


@pytest.mark.parametrize(
    ("condition", "row", "fires"),
    [
        ("{2} equals T", ["Moe", "T"], True),
        ("{2} equals Withdrawn, moved", ["Moe", "Withdrawn, moved"], True),
        ('{2} equals "T"', ["Moe", " T "], True),
        ("{2,upper} in (T, W)", ["Moe", "w"], True),
        ("{2} is not empty", ["Moe", ""], False),
        ('{1} matches "(?i)^test"', ["TESTER", ""], True),
        ("{2,date,MM/dd/yyyy} less than {today-365}", ["Moe", "08/30/2025"], True),
        ("{2,date,MM/dd/yyyy} less than {today-365}", ["Moe", "soon"], False),
        ("{2,map_left} equals yes", ["Moe", "WD"], True),
        ("{if({1} equals Moe,{2})} equals T", ["Moe", "T"], True),
    ],
)
def test_a_rule_is_a_condition(both_rules, condition, row, fires):
    properties = file(f"Skip1={condition}", "map_left_WD=yes")

    assert both_rules(properties, SKIP, [row]) == ["Skip1" if fires else None]
    assert properties.columns_used == {1, 2} or "{1" in condition


@pytest.mark.parametrize(
    ("mode", "row", "fired"),
    [
        ("and", ["T", "x"], "Delete2 and Delete10"),
        ("and", ["T", "y"], None),
        ("or", ["T", "y"], "Delete2"),
        ("or", ["S", "x"], "Delete10"),
        ("or", ["S", "y"], None),
    ],
)
def test_the_mode_tells_how_several_rules_work_together(both_rules, mode, row, fired):
    properties = file("Delete10={2} equals x", "Delete2={1} equals T", f"DeleteMode={mode}")

    assert both_rules(properties, DELETE, [row]) == [fired]
    assert both_rules(properties, ASSOCIATION, [row]) == [None]


def test_an_empty_slot_is_no_rule_and_a_file_without_rules_fires_none(both_rules):
    properties = file("Skip1=", "Skip2= ")

    assert properties.warnings == ()
    assert both_rules(properties, SKIP, [["T", "x"]]) == [None]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Skip1=status T"], "begins with a column"),
        (["Skip1={1} equal T"], 'did you mean "equals"'),
        (["Skip3={1} equals T", "SkipMax=2"], "SkipMax is 2"),
        (["SkipRule1={1} equals T"], "looks like a rule"),
    ],
)
def test_what_is_no_rule_is_warned_of_and_ignored(lines, text):
    properties = file(*lines)

    assert properties.rules == ()
    (warning,) = properties.warnings
    assert (warning.code, warning.line) == ("rule_ignored", 2)
    assert text in warning.text


def test_a_rule_that_is_ignored_takes_those_with_it_that_hold_only_together():
    rules = ("Delete1={1} equals T", "Delete2=?", "Skip1={1} is empty")

    assert [rule.key for rule in file(*rules).rules] == ["Skip1"]
    assert {rule.key for rule in file(*rules, "DeleteMode=or").rules} == {"Delete1", "Skip1"}


def test_rules_belong_to_the_fingerprint_and_so_do_their_modes():
    one, other = "Delete1={1} equals T", "Delete2={2} equals T"
    fingerprints = [
        file(*lines).fingerprint
        for lines in (
            [],
            [one],
            [one, other],
            [one, other, "DeleteMode=or"],
            [one, "UpdateBeforeDelete=true"],
            ["Skip1={1} equals T"],
            ["field_otherSites={2}"],
        )
    ]

    assert len(set(fingerprints)) == len(fingerprints)
    assert file("DeleteMode=or").fingerprint == file().fingerprint
    assert file(other, one).fingerprint == file(one, other).fingerprint


def test_a_rule_may_use_maps_and_must_not_name_what_there_is_not():
    with pytest.raises(PropertiesError, match='Skip1: the map table "left" has no entries'):
        file("Skip1={1,map_left} equals yes")
    with pytest.raises(PropertiesError, match="InputRowsToSkip=1"):
        file("Skip1={Status} equals T")


@pytest.mark.parametrize(
    ("template", "row", "value"),
    [
        ("{1}", ["OAK, ELM"], "OAK, ELM"),
        ('{1,split(";")}', ["OAK;ELM"], "OAK,ELM"),
        ('{1,split(";"),map_site}', ["1;2;3"], "OAK,ELM"),
        ("{1},{2}", ["OAK", "ELM"], "OAK,ELM"),
        ('{1,split(",",1)}', ["OAK, ELM"], "OAK"),
    ],
)
def test_further_sites_are_a_list(both, template, row, value):
    properties = file(f"field_otherSites={template}", "map_site_1=OAK", "map_site_2=ELM")

    assert both(properties, "otherSites", [row]) == [value]
    assert "otherSites" not in properties.fields
