"""Our own functions by example, each in DuckDB and in the interpreter; and what the vendor could have meant stays."""

from __future__ import annotations

from datetime import date

import pytest

from patron_update.errors import PropertiesError
from patron_update.properties import MARK, for_file, parse
from patron_update.properties.functions import lower, upper

TODAY = date(2026, 8, 31)
MORE = """
field_type_1=date MM/dd/yyyy|yyyy-MM-dd
map_site_a=OAK
map_site_b={2,omit}
map_site_d={2,date,yyyy}
map_grade_KG=K
"""

CASES = [
    # texts
    ("{1,upper}", ["Émile ß"], "ÉMILE ẞ"),
    ("{1,lower}", ["ÉMILE \u03a3"], "émile \u03c3"),
    ("{1,title}", ["ANNE-MARIE o'neil d\u2019ARC"], "Anne-Marie O'Neil D\u2019Arc"),
    ("{1,upper,omit}", [""], None),
    ("{1,upper}", [""], ""),
    ('{1,pad("0",8)}', ["417"], "00000417"),
    ('{1,pad("0",2)}', ["417"], "417"),
    ('{1,pad("0",8)}', [" "], ""),
    ("{1,substring(1,1)}", ["Élise"], "É"),
    ("{1,substring(3)}", ["abcd"], "cd"),
    ("{1,substring(2,2)}", ["abcd"], "bc"),
    ("{1,substring(-4)}", ["123456"], "3456"),
    ("{1,substring(-4)}", ["12"], "12"),
    ("{1,substring(-4,2)}", ["123456"], "34"),
    ("{1,substring(9),omit}", ["abcd"], None),
    ("{1,substring(9)}", ["abcd"], ""),
    ('{1,split(",",2)}', ["a, b ,c"], "b"),
    ('{1,split(" ",-1)}', ["Maria del Carmen"], "Carmen"),
    ('{1,split(",",4),omit}', ["a,b,c"], None),
    ('{1,split(",",4)}', ["a,b,c"], ""),
    (r'{1,split("\\",2)}', [r"a\b"], "b"),
    ('{1,replace("-",""),omit}', ["04-17"], "0417"),
    (r'{1,replace("\"","\'")}', ['a"b'], "a'b"),
    ('{1,replace("-",""),omit}', ["-"], None),
    ('{1,split(",",1),trim,upper,substring(1,3),omit}', [" smith , x"], "SMI"),
    ('{2,split("@",1),title} {1,substring(1,1)}.', ["Ann", "moe@x.org"], "Moe A."),
    ("{2,date,MM/dd/yyyy}", ["", "soon"], MARK + "soon"),
    ("{2,map_site,upper}", ["d", "soon"], ""),
    ("{1,map_site,upper}", ["d", "soon"], MARK + "soon"),
    ("{1,map_site,substring(-4),omit}", ["d", "2027"], "2027"),
    # lists
    ('{1,split(",")}', [" a,, b ,"], "a,b"),
    ('{1,split(";"),map_site}', ["a;b;c", "ELM"], "OAK,ELM"),
    ('{1,split(";"),map_site,omit}', ["b;c", ""], None),
    ('{1,split(";"),map_site}', ["b;c", ""], ""),
    ('{1,split(";"),map_site}', ["a;d;b", "soon"], MARK + "soon"),
    ('{1,split(","),upper,substring(1,2),omit}', ["alpha,beta"], "AL,BE"),
    ('{1,split("|"),split("-")}', ["a-b|c"], "a,b,c"),
    # coalesce
    ("{coalesce({2},{1})}", ["Annette", "Ann"], "Ann"),
    ("{coalesce({2},{1})}", ["Annette", " "], "Annette"),
    ("{coalesce({2,omit},{1,omit})}", ["", ""], None),
    ("{coalesce({2},{1}),omit}", ["", ""], None),
    ("{coalesce({2},{1})}", ["", ""], ""),
    ('{coalesce({1}, "none, yet" )}', [""], "none, yet"),
    ("{coalesce({1} {2}),omit}", ["", ""], None),
    ("{coalesce({1},{2}),upper,substring(1,1),omit}", ["", "bo"], "B"),
    ("{coalesce({2,date,yyyy},x)}", ["", "soon"], MARK + "soon"),
    ("{COALESCE({1},(none))}", [""], "(none)"),
    # conditions
    ('{if({1} equals "T",yes,no)}', ["T"], "yes"),
    ('{if({1} equals "T",yes,no)}', ["t"], "no"),
    ("{IF( {1,upper} EQUALS T , {2} , )}", ["t", "x"], "x"),
    ("{if({1} equals T,yes)}", ["F"], ""),
    ("{if({1} equals T,yes),omit}", ["F"], None),
    ("{if({1} not equals T,a,b)}", [""], "a"),
    ("{if({1} is not equals T,a,b)}", ["T"], "b"),
    ("{if({1} equals {2},same,other)}", ["x", "x"], "same"),
    ('{if({1} equals "",a,b)}', [" "], "a"),
    ('{if({1} in (PK, KG,"a,b"),a,b)}', ["a,b"], "a"),
    ("{if({1} not in (PK,KG),a,b)}", ["KG"], "b"),
    ("{if({1} contains aff,a,b)}", ["Staff"], "a"),
    ("{if({1} contains {2},a,b)}", ["Staff", ""], "b"),
    ("{if({1} starts with St,a,b)}", ["Staff"], "a"),
    ("{if({1} ends with ff,a,b)}", ["Staff"], "a"),
    (r'{if({1} matches "^\d{3}$",a,b)}', ["123"], "a"),
    (r'{if({1} not matches "(?<=a)b",a,b)}', ["ab"], "b"),
    ("{if({1} is empty,a,b)}", [" "], "a"),
    ("{if({1,omit} is not empty,a,b)}", [" "], "b"),
    ("{if({1} greater than 5,a,b)}", ["12"], "a"),
    ("{if({1} greater than 5,a,b)}", ["-3.5"], "b"),
    ("{if({1} less than 5,a,b)}", ["KG"], "b"),
    ("{if({1} not less than 5,a,b)}", ["KG"], "b"),
    ("{if({1,date} less than {today},past,future)}", ["2026-08-30"], "past"),
    ("{if({1,date} less than {today},past,future)}", ["09/01/2026"], "future"),
    ("{if({1,date} not less than {today},a,b)}", ["soon"], "b"),
    ("{if({1,date} is not empty,a,b)}", ["soon"], "a"),
    ("{if({1} equals T,{2,omit},x)}", ["T", ""], None),
    ("{if({1} equals T,{2,date,yyyy},x),upper}", ["T", "soon"], MARK + "soon"),
    ("{if({1} equals T,{if({2} equals T,a,b)},c)}", ["T", "F"], "b"),
    ("{if({1} equals T,KG,1),map_grade,omit}", ["T"], "K"),
    ("ISEMPTY({if({1} equals T,x)},{today},y)", [""], "08/31/2026"),
    # dates
    ("{today}", [""], "08/31/2026"),
    ("{today+90}", [""], "11/29/2026"),
    ("{ Today - 31 }", [""], "07/31/2026"),
    ("{today,substring(-4)}", [""], "2026"),
    ("{1,date,MM/dd/yyyy|yyyy-MM-dd,omit}", ["2013-02-03"], "02/03/2013"),
    ("{1,date,MM/dd/yyyy | dd-MMM-yyyy | MM/yyyy,omit}", ["03-Feb-2013"], "02/03/2013"),
    ("{1,date,MM/dd/yyyy|yyyy-MM-dd,omit}", ["20130203"], MARK + "20130203"),
    ("{1,date}", ["2013-02-03"], "02/03/2013"),
    ("{1,date,omit}", ["02/03/2013"], "02/03/2013"),
    ("{1,date,omit}", [""], None),
]

VENDOR = [
    ("{1,date,MM|dd|yyyy}", ["02|03|2013"], "02/03/2013"),
    ("coalesce({1},{2})", ["a", "b"], "coalesce(a,b)"),
    ("IF({1} equals T,a,b)", ["T"], "IF(T equals T,a,b)"),
    ("today+90", [""], "today+90"),
    ("upper({1})", ["a"], "upper(a)"),
    ('"{1}"', ["a"], '"a"'),
    ('ISEMPTY({1},"x",{1})', [""], '"x"'),
]


@pytest.mark.parametrize(("template", "row", "value"), CASES)
def test_a_template_of_ours_gives(both, template, row, value):
    assert both(known(template), "lastName", [row]) == [value]


@pytest.mark.parametrize(("template", "row", "value"), VENDOR)
def test_a_text_that_the_vendors_converter_knows_keeps_its_meaning(both, template, row, value):
    assert both(known(template), "lastName", [row]) == [value]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{1,uper}", 'did you mean "upper"'),
        ("{1,pad(0,8)}", "takes other arguments"),
        ("{1,pad}", "takes other arguments"),
        ('{1,pad("00",8)}', "one character"),
        ("{1,substring(0,1)}", "counts from 1"),
        ("{1,substring(1,-1)}", "number of characters"),
        ('{1,split("",1)}', "needs a text"),
        ("{1,split(,,1)}", "texts in quotes and numbers"),
        ('{1,replace("a")}', "takes other arguments"),
        ("{if({1},a,b)}", "is no operator"),
        ("{if({1} equal T,a,b)}", 'did you mean "equals"'),
        ("{if({1}=T,a,b)}", '"=" is no operator; did you mean "equals"'),
        ("{if({1} >= 5,a,b)}", 'did you mean "not less than"'),
        ("{if({1} equals T and {2} equals B,a,b)}", '"and" does not join two conditions'),
        ("{if({1} in (T or {2} is not empty),a,b)}", '"or" does not join two conditions'),
        ("{upper({1})}", "functions are options behind a column"),
        ('{1,Pad("0",8)}', 'did you mean "pad"'),
        ("{1,date,MM/DD/YYYY}", "Years are y, months M, days d"),
        ("{if({1} equals ,a,b)}", "needs a value"),
        ("{if({1} equals T)}", "0 results"),
        ("{if({1} equals T,a,b,c)}", "3 results"),
        ("{if({1} matches ^a,a,b)}", "regex in quotes"),
        ("{if({1} in a,b)}", "a list"),
        ("{if(x equals y,a,b)}", "begins with a column"),
        ("{if({1} is empty x,a,b)}", "not expected"),
        ("{coalesce({1}", "never closes"),
        ("{2,date}", "not followed by a pattern"),
        ("{1,date,MM/dd/yyyy|QQ}", "letter Q"),
        ("{" + "coalesce({" * 25, "too deep"),
    ],
)
def test_a_slip_in_a_function_is_told_with_what_to_do(template, text):
    with pytest.raises(PropertiesError) as error:
        parse(f"field_lastName={template}\nfield_type_1=date yyyy", "students.properties")

    assert text in str(error.value)


@pytest.mark.parametrize("value", ["Smith and {2}", "rock and roll"])
def test_a_word_that_joins_no_conditions_is_a_text(value):
    assert parse(f"field_lastName={{if({{1}} equals {value},a,b)}}", "students.properties").warnings == ()


@pytest.mark.parametrize("text", ["dates", "date QQ", "boolean"])
def test_a_field_type_that_does_not_exist_is_warned_of(text):
    properties = parse(f"field_lastName={{1}}\nfield_type_1={text}", "students.properties")

    assert [finding.code for finding in properties.warnings] == ["field_type_unknown"]


@pytest.mark.parametrize("text", ["text", "Number", "DATE", "date MM/dd/yy", ""])
def test_a_field_type_of_ours_is_taken(text):
    assert parse(f"field_lastName={{1}}\nfield_type_1={text}", "students.properties").warnings == ()


def test_today_is_no_part_of_the_fingerprint_and_is_needed_to_convert():
    properties = parse("field_cardExpires={today+90}", "students.properties")

    assert for_file(properties, [], TODAY).fingerprint == properties.fingerprint


def test_every_character_has_the_capital_and_the_small_letter_that_duckdb_gives_it(duck):
    characters = [chr(point) for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000]
    by_python = {c for c in characters if c.upper() != c or c.lower() != c}
    query = "SELECT c, upper(c), lower(c) FROM (SELECT unnest($1) AS c) WHERE c IN $2 OR upper(c) <> c OR lower(c) <> c"

    by_duckdb = duck.execute(query, [characters, list(by_python)]).fetchall()

    assert len(by_duckdb) >= len(by_python) > 2_000
    for character, capital, small in by_duckdb:
        assert (upper(character), lower(character)) == (capital, small)


def known(template: str):
    return for_file(parse(f"field_lastName={template}\n{MORE}", "students.properties"), [], TODAY)
