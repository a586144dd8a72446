"""Columns by name: ``{Last Name}`` is the column that has this name in the file's header."""

from __future__ import annotations

from datetime import date

import pytest

from patron_update.errors import PropertiesError, UnreadableFileError
from patron_update.properties import for_file, interpret, parse

TODAY = date(2026, 8, 31)
HEADER = ["Student ID", "Last Name", "Grade", "Name, first", "2027", "Phone (Home)"]
ROW = ["17", "Núñez", "KG", "Ann", "yes", "555"]


def file(*lines: str):
    return parse("\n".join(["InputRowsToSkip=1", *lines]), "students.properties")


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{Last Name}", "Núñez"),
        ("{ last name , omit }", "Núñez"),
        ("{Grade,map_grade,omit}", "K17"),
        ('{"Name, first"}', "Ann"),
        ('{ "2027" ,omit}', "yes"),
        ("{Phone (Home)}", "555"),
        ("{2} {Grade}", "Núñez KG"),
        ("ISEMPTY({Grade},none,{Grade})", "KG"),
        ('{Last Name,regex("^(.)","{$1}")}', "N"),
    ],
)
def test_a_name_stands_where_a_number_may_stand(both, template, value):
    properties = for_file(file(f"field_lastName={template}", "map_grade_KG=K{STUDENT ID}"), HEADER, TODAY)

    assert both(properties, "lastName", [ROW]) == [value]


def test_the_order_of_the_columns_may_change_and_the_fingerprint_stays():
    properties = file("field_lastName={Last Name}", "field_gradeLevel={Grade}")
    turned = for_file(properties, HEADER[::-1], TODAY)

    assert interpret(turned, "lastName", ROW[::-1]) == "Núñez"
    assert turned.fingerprint == properties.fingerprint
    assert properties.names_used == {"Last Name", "Grade"}
    assert (properties.columns_used, turned.columns_used) == (frozenset(), {4, 5})


def test_a_name_that_the_header_does_not_have_is_named_with_a_guess():
    properties = file("field_lastName={Lastname}", "field_firstName={First}")

    with pytest.raises(UnreadableFileError) as error:
        for_file(properties, HEADER, TODAY)

    assert 'no column "Lastname"; did you mean "Last Name"?' in str(error.value)
    assert 'no column "First".' in str(error.value)
    assert "Student ID" not in str(error.value)


def test_a_name_that_the_header_has_twice_is_refused_unless_case_tells_them_apart():
    properties = file("field_lastName={Name}")

    with pytest.raises(UnreadableFileError, match=r'"Name" 2 times \(columns 1, 3\)'):
        for_file(properties, ["name", "id", "NAME"], TODAY)
    assert for_file(properties, ["name", "Name"], TODAY).columns_used == {2}


def test_names_need_a_header():
    with pytest.raises(PropertiesError, match="InputRowsToSkip=1"):
        parse("field_lastName={Last Name}", "students.properties")


@pytest.mark.parametrize("template", ["{}", "{ }", '{""}', "{-1}", "{1.5}", "{,omit}"])
def test_what_holds_no_letter_is_no_name_outside_quotes(template):
    with pytest.raises(PropertiesError, match="names no column"):
        file(f"field_lastName={template}")
