"""Java's regexes, run by DuckDB (RE2) or Python; each example says what Java finds."""

from __future__ import annotations

import re

import pytest

from patron_update.linting import lint_properties
from patron_update.properties import parse, python_functions
from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.regexes import compiled, java_regex

FOUND = [
    # pattern, value, what Java finds first
    (r"\w+", "é-ab", "ab"),
    (r"\d+", "٣12", "12"),
    (r"\s+", "a \x0bb", " \x0b"),
    (r"a.c", "a\nc abc", "abc"),
    (r"a.c", "a\u2028c", None),
    (r"(?s)a.c", "a\nc", "a\nc"),
    (r"(?i)straße", "STRAßE", "STRAßE"),
    (r"(?i)É", "é", None),
    (r"a(?i:b)c", "aBc", "aBc"),
    (r"a(?i:b)c", "aBC", None),
    (r"(?i)[a-c]+", "xABCd", "ABC"),
    (r"a|[Aa]", "A", "A"),
    (r"aab|a(?i:a)b", "aAb", "aAb"),
    (r"^b", "ab", None),
    (r"b$", "ab", "b"),
    (r"a|ab", "ab", "a"),
    (r"a{2,3}", "aaaa", "aaa"),
    (r"a{2,3}?", "aaaa", "aa"),
    (r"<.+?>", "<a><b>", "<a>"),
    (r"\@\-\.\_", "x@-._", "@-._"),
    (r"[\w.-]+", "!a.b-c!", "a.b-c"),
    (r"[]x]+", "a]x", "]x"),
    (r"[^]x]+", "]xa", "a"),
    (r"[a-z&&[^aeiou]]+", "aebcd", "bcd"),
    (r"[a-c[x-z]]+", "mayb", "ayb"),
    (r"[\d\-x]+", "a1-x", "1-x"),
    (r"\Qa.b\E+", "axb a.bb", "a.bb"),
    (r"\p{Lu}\p{L}*", "1 Élise", "Élise"),
    (r"\P{L}+", "ab12c", "12"),
    (r"\p{IsAlphabetic}+", "1 Élise", "Élise"),
    (r"\p{IsLatin}+", "Ωmé", "mé"),
    (r"\p{InGreek}", "aΩ", "Ω"),
    (r"\p{IsPunctuation}", "a!", "!"),
    (r"(?i)\p{Lu}+", "1éÉ", "éÉ"),
    (r"(?i)[\p{Ll}]+\P{Lu}", "éÉ1", "éÉ1"),
    (r"a\Rb", "a\r\nb", "a\r\nb"),
    (r"a\R+b", "a\u2028\nb", "a\u2028\nb"),
    (r"(?<twin>\w)\k<twin>", "abba", "bb"),
    (r"\p{Punct}", "a_", "_"),
    (r"\x41\u0042\x{43}", "ABC", "ABC"),
    (r"\bfoo\b", "afoo foo", "foo"),
    (r"(?<first>a)b", "ab", "ab"),
    (r"\t", "a\tb", "\t"),
    (r"a*+b", "aab", "aab"),
    (r"a*+a", "aaa", None),
    (r"(?>a|ab)c", "abc", None),
    (r"(a*+)*b", "aab", "aab"),
    (r"(?=a)(?:a++|b)+", "aab", "aab"),
    (r"(?=b)", "ab", ""),
    (r"(?<!a)b", "abb", "b"),
    (r"a{1001}", "a", None),
    (r"[^\x{0}-\x{10FFFF}]", "a", None),
    (r"", "a", ""),
    (r"x*", "a", ""),
    (r"(a(b(c)))", "abc", "abc"),
    (r"(a)b*.*", "xabby", "abby"),
    (r"(?m)^b", "a\r\nb", "b"),
    (r"(?m)^\nb", "a\r\nb", None),
    (r"(?m)^(?s:.)*$", "", None),
    (r"(?m)\w$", "ab\u2028cd", "b"),
    (r"(?m)^$", "a\n\nb", ""),
    (r"(?md)a$", "a\rb", None),
    (r"(?d)a.b", "a\rb", "a\rb"),
    (r"(?x) a b # both", "ab", "ab"),
    (r"(?x)a[b c]+ + \ d", "abcb d", "abcb d"),
    (r"(?x: a )b c", "ab c", "ab c"),
    (r"(?-x)a b", "a b", "a b"),
    (r"(?iu)é+", "ÉéE", "Éé"),
    (r"(?iu)s", "\u017f", "\u017f"),
    (r"(?iu)[à-é]+", "ÀÉË", "ÀÉ"),
    (r"(?u)É", "é", None),
    (r"(?iu)\w+", "\u017f", None),
    (r"(?U)\w+", "-Élise_\u0661-", "Élise_\u0661"),
    (r"(?U)\d+\s\d", "\u0661\u0662\u2003\u0663", "\u0661\u0662\u2003\u0663"),
    (r"(?U)\bb", "éb b", "b"),
    (r"(?U)\Bb", "éb", "b"),
    (r"(?U)\p{Upper}\p{Lower}+", "ÉLÉlise", "Élise"),
    (r"(?iU)élise", "ÉLISE", "ÉLISE"),
    (r"a\X", "ae\u0301b", "ae\u0301"),
    (r"\X\b", "\u2764\ufe0f\u200d\U0001f525b", "\u2764\ufe0f\u200d\U0001f525"),
    (r"(?<=a|bc)d", "bcd", "d"),
    (r"(?<=a{1,3}-)\d", "aa-1", "1"),
    (r"(?<!Mc ?)[A-Z]", "McDo Mc Do X", "M"),
]


@pytest.mark.parametrize(("pattern", "value", "found"), FOUND)
def test_a_regex_finds_what_java_finds(both, pattern, value, found):
    properties = parse(f'field_lastName={{1,regex("{pattern}","<{{$0}}>"),omit}}', "example")

    expected = None if found is None else f"<{found}>"
    assert both(properties, "lastName", [[value]]) == [expected]


PYTHON_ONLY = ["(?=a)", "(?!a)b", "(?<=a)b", r"(a)\1", "a++", "(?>a)", "(a?+)*", "(?:a{40}){40}", "a{1001}", "(a)" * 10]
PYTHON_ONLY += ["(?m)^a", r"\X", "(?<=a|bc)d"]


@pytest.mark.parametrize("pattern", PYTHON_ONLY)
def test_what_re2_cannot_do_is_python_s(pattern):
    assert java_regex(pattern).re2 is None
    properties = parse(f'field_lastName={{1,map_t}}\nmap_t_x={{1,regex("{pattern}","")}}', "example")

    assert list(python_functions(properties)) == ["patron_regex"]


@pytest.mark.parametrize("pattern", ["([^@]+)@.*", r"\w+\@(\w+)", "(?i)a|b{2,}?"])
def test_what_re2_can_do_needs_no_python(pattern):
    properties = parse(f'field_lastName={{1,regex("{pattern}","{{$0}}")}}', "example")

    assert python_functions(properties) == {}


REFUSED = [
    *(
        "(a",
        "a)",
        "[a",
        "*a",
        "a{2,1}",
        "a{",
        "(?y)a",
        r"(?<=a*)b",
        r"(?<=(a){1,2})b",
        r"(?<=a{1,2}+)b",
        r"\k<a>",
        "(?<a>x)(?<a>y)",
    ),
    *(r"\k<a>(?<a>x)", r"\G", r"\1", r"\p{Greek}", r"\p{IsNothing}", r"\p{IsL]}"),
    *("(?<=a+)b", "[z-a]", "(" * 60 + ")" * 60, "(?<a", "\\"),
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_regex_that_cannot_be_run_as_java_would_is_refused(pattern):
    with pytest.raises(SyntaxMistakeError) as refusal:
        java_regex(pattern)

    assert pattern in refusal.value.text or r"\p{" in pattern
    assert refusal.value.remedy


RUN_AWAY = ["(?=a)(a+)+$", r"(a|aa)+\1", r"((?:a|a\w)+)\1", "(?=a)(a?){30}(a?a)+b", "(a*)*b", r"(?!b)(\w+\s?)*$"]


@pytest.mark.parametrize("pattern", RUN_AWAY)
def test_a_regex_that_would_run_for_ever_is_refused_before_any_value_is_seen(pattern):
    with pytest.raises(SyntaxMistakeError, match="would run for ever"):
        java_regex(pattern)


def test_what_runs_away_all_the_same_is_stopped_with_the_file_and_names_no_value(tmp_path):
    csv, path = tmp_path / "patrons.csv", tmp_path / "students.properties"
    csv.write_text(f"Moe,{'a' * 400}c\n", encoding="utf-8")
    path.write_text('field_lastName={1}\nfield_nickname={2,regex("(?=a)(a|a){30}b","x"),omit}\n', encoding="utf-8")

    (remark,) = lint_properties(path, csv)

    assert "A regex took more than 2 seconds for one value" in remark.text
    assert "aaaa" not in remark.text


@pytest.mark.parametrize("pattern", ["(?=a)(a++)+$", r"(a|b)+\1", r"(?=\w)\w+,\s*(?:[ab]\w)*", "^(a+)+$"])
def test_a_repetition_that_ends_soon_is_none_that_runs_for_ever(pattern):
    regex = java_regex(pattern)
    if regex.re2 is None:
        re.search(regex.python, "a" * 2000 + "!")


def test_a_comment_in_a_pattern_ends_with_its_line():
    assert re.fullmatch(java_regex("(?x) a # not b\n c").python, "ac")


def test_what_is_written_for_python_compiles():
    for pattern, _, _ in FOUND:
        assert compiled(java_regex(pattern).python).groups == java_regex(pattern).groups
