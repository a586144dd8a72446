"""The templates by example: each table row is template, row of the file, value. Both ways must agree on all of them."""

from __future__ import annotations

import pytest

from patron_update.properties import MARK, parse

MAPS = """
map_grade_KG=Kindergarten
map_grade_-3=Pre-K / early
map_grade_=No grade
map_card_KG=K{1}
map_card_default=P {1}
map_outer_a={2,map_card,omit}
map_outer_b={2,map_grade}
map_born_x={1,date,yyyyMMdd,omit}
map_a_b_1=table a_b
map_a_b_1=table a_b
map_gone_x={1,omit}
map_quote_O'Brien={1}; DROP TABLE patron; --
"""

CASES = [
    # references, literals, concatenation
    ("{1}", ["17"], "17"),
    ("{2}", ["17", " 0410\t"], "0410"),
    ("{1}", ["   "], ""),
    ("Student", ["17"], "Student"),
    ("{1} - {2}", ["204", "KG"], "204 - KG"),
    ("{1}{2}", ["a", "b"], "ab"),
    ("P {1}", ["0017"], "P 0017"),
    ("{10}", list("abcdefghij"), "j"),
    ("50% of C:/x; it's {1}", ["'"], "50% of C:/x; it's '"),
    (r"\{{1}\} \u00e9 a\=b a\:b a\ b", ["x"], "{x} é a=b a:b a b"),
    ("{ 1 , omit }", ["x"], "x"),
    # omit
    ("{1,omit}", ["x"], "x"),
    ("{1,omit}", [""], None),
    ("{1,omit}", ["\u00a0\u2003"], None),
    ("S{1,omit}", [""], None),
    ("{1} - {2,omit}", ["204", ""], None),
    ("{1} - {2,omit}", ["", "KG"], " - KG"),
    # maps
    ("{1,map_grade}", ["KG"], "Kindergarten"),
    ("{1,map_grade,omit}", [" KG "], "Kindergarten"),
    ("{1,map_grade,omit}", ["kg"], None),
    ("{1,map_grade}", ["kg"], ""),
    ("{1,map_grade,omit}", ["-3"], "Pre-K / early"),
    ("{1,map_grade,omit}", [""], "No grade"),
    ("{2,map_card,omit}", ["17", "KG"], "K17"),
    ("{2,map_card,omit}", ["17", "9"], "P 17"),
    ("{2,map_card,omit}", ["17", ""], None),
    ("{2,map_card}", ["17", ""], "P 17"),
    ("{2,map_card}", ["17", "default"], "P 17"),
    ("{1,map_outer,omit}", ["a", "KG"], "Ka"),
    ("{1,map_outer,omit}", ["b", "zz"], ""),
    ("{1,map_outer,omit}", ["c", "zz"], None),
    ("{1,map_a_b}", ["1"], "table a_b"),
    ("<{2,map_gone}>", ["", "x"], None),
    ("{2,map_gone,map_card}", ["", "x"], None),
    ('{2,map_gone,regex("x","y")}', ["", "x"], None),
    ("{2,map_quote}", ["1", "O'Brien"], "1; DROP TABLE patron; --"),
    # dates
    ("{1,date,MM/dd/yyyy,omit}", ["02/03/2013"], "02/03/2013"),
    ("{1,date,yyyy-MM-dd,omit}", ["2013-02-03"], "02/03/2013"),
    ("{1,date,yyyy-MM-dd,omit}", [""], None),
    ("{1,date,yyyy-MM-dd}", [""], ""),
    ("{1,date,yyyy-MM-dd,omit}", ["03.02.2013"], MARK + "03.02.2013"),
    ("born {1,date,yyyy-MM-dd}", ["soon"], MARK + "soon"),
    ("born {1,date,yyyy-MM-dd}", ["2013-02-03"], "born 02/03/2013"),
    ("{2,omit}{1,date,yyyy-MM-dd}", ["soon", ""], None),
    ("{1,date,MMM d, yyyy,omit}", ["Feb 3, 2013"], "02/03/2013"),
    ("{2,map_born} {3}", ["20130203", "x", "y"], "02/03/2013 y"),
    ("{2,map_born} {3}", ["2013", "x", "y"], MARK + "2013"),
    # regexes
    ('{1,regex("([^@]+)@.*","{$1}")}', ["ann.m@x.org"], "ann.m"),
    ('{1,regex("([^@]+)@.*","{$1}")}', ["ann.m"], ""),
    ('{1,regex("([^@]+)@.*","{$1}"),omit}', ["ann.m"], None),
    ('{1,regex("([^@]+)@.*","{$1}"),omit}', [""], None),
    (r'{1,regex("([\w\.\-]+)\@(\w+)","{$2}: {$1}!")}', ["ann-m@x.org"], "x: ann-m!"),
    ('{1,regex("^(.)","{$1}")}. {2}', ["Élise", "Roy"], "É. Roy"),
    ('{1,regex("[0-9]+","<{$0}>")}', ["ab12cd34"], "<12>"),
    ('{1,regex("(a)|(b)","[{$1}|{$2}]")}', ["b"], "[|b]"),
    ('{1,regex("a\\"b","it\'s")}', ['a"b'], "it's"),
    ('{1,regex(" *0*(.*)","{$1}"),map_grade,omit}', ["00KG"], "Kindergarten"),
    ('{1,regex("(?<=-)x","{$0}"),omit}', ["a-x"], "x"),
    ('{1,regex("(?<=-)x","{$0}"),omit}', ["a x"], None),
    (r'{1,regex("(\w)\1","{$1}")}', ["abccd"], "c"),
    (r'{1,regex("(\w)\1","{$1}")}', ["abcd"], ""),
    (r'{1,regex("x(?!y)","")}', ["xz"], ""),
    ('{1, regex( "(.)" , "{$1}" ) , omit }', ["ab"], "a"),
    # ISEMPTY
    ("ISEMPTY({2},{1},{2})", ["Annette", ""], "Annette"),
    ("ISEMPTY({2},{1},{2})", ["Annette", "Ann"], "Ann"),
    ("ISEMPTY({2},{1},{2})", ["Annette", " "], "Annette"),
    ("ISEMPTY({2,omit},{1,omit},{2,omit})", ["Annette", ""], "Annette"),
    ("ISEMPTY({2,omit},{1,omit},{2,omit})", ["", ""], None),
    ("ISEMPTY({1}, none (yet), {1} here)", [""], "none (yet)"),
    ("ISEMPTY({1},,{1})", [""], ""),
    (r"ISEMPTY({1},a\, b,c)", [""], "a, b"),
    ("ISEMPTY({1},ISEMPTY({2},x,{2}),{1})", ["", ""], "x"),
    ("ISEMPTY({1}{2},nothing,{1}/{2})", ["", "b"], "/b"),
    ("Room ISEMPTY({1},?,{1})!", ["7"], "Room 7!"),
    ("ISEMPTY({1,date,yyyy-MM-dd},none,{2})", ["soon", "b"], "b"),
]


@pytest.mark.parametrize(("template", "row", "value"), CASES)
def test_a_template_gives(both, template, row, value):
    properties = parse(f"field_lastName={template}\n{MAPS}", "example")

    assert both(properties, "lastName", [row]) == [value]


def test_the_example_of_a_student_file(both):
    properties = parse(STUDENTS, "students.properties")
    row = ["17", "0410", "Núñez", "Annette", "Ann", "KG", "12", "03-Feb-2014", "ann.n@oak.example", "ENR"]
    leaver = ["18", "0499", "O'Neill", "Jo", "", "9", "", "31-Feb-2014", "", "GRAD"]

    values = {field: both(properties, field, [row, leaver]) for field in properties.fields}

    assert values == {
        "siteShortName": ["OAK-ES", None],
        "barcode": ["K17", "P 18"],
        "districtID": ["17", "18"],
        "lastName": ["Núñez", "O'Neill"],
        "firstName": ["Ann", "Jo"],
        "patronType": ["Student", "Student"],
        "accessLevel": ["Young Reader", "Student"],
        "status": ["A", None],
        "homeroom": ["12 - KG", " - 9"],
        "gradeLevel": ["KG", "9"],
        "birthdate": ["02/03/2014", MARK + "31-Feb-2014"],
        "username": ["ann.n", ""],
        "emailPrimary": ["ann.n@oak.example", None],
    }
    assert properties.columns_used == set(range(1, 11))
    assert properties.warnings == ()


STUDENTS = r"""
# students of the oak and elm schools
SiteShortNameDefault=
CsvTextEncoding=UTF-8
MatchUsingDistrictID=true
InputRowsToSkip=1
SkipMode=or
SkipMax=100
UpdateBeforeDelete=false
DeleteMode=and
DeleteMax=100
AssociationMode=and
AssociationMax=100

field_districtID={1,omit}
field_barcode={6,map_barcode,omit}
field_siteShortName={2,map_siteShortName,omit}
field_lastName={3,omit}
field_firstName=ISEMPTY({5},{4},{5})
field_patronType=Student
field_accessLevel={6,map_accessLevel,omit}
field_gradeLevel={6,omit}
field_homeroom={7} - {6}
field_birthdate={8,date,dd-MMM-yyyy,omit}
field_username={9,regex("([^@]+)@.*","{$1}")}
field_emailPrimary={9,omit}
field_status={10,map_status,omit}

map_siteShortName_0410=OAK-ES
map_siteShortName_0420=ELM-HS
map_barcode_KG=K{1}
map_barcode_default=P {1}
map_accessLevel_KG=Young Reader
map_accessLevel_default=Student
map_status_ENR=A
map_status_WD=I
field_type_total=10
"""
