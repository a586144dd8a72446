"""Whatever the template and the row: DuckDB computes what the interpreter specifies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.properties import comes_trimmed, compile_field, for_file, parse
from patron_update.properties.conditions import OPERATORS
from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.regexes import java_regex
from patron_update.properties.rules import KINDS
from patron_update.properties.sql import quoted

COLUMNS = 4
TABLES = ("a", "b", "c")
"""Entries of a table may refer to the tables behind it."""

NASTY = [
    "'",
    '"',
    "''",
    "{",
    "}",
    "\\",
    ";",
    "--",
    "/*",
    "%",
    "$1",
    "\\1",
    "é",
    "\u00a0",
    "\u200b",
    "🎓",
    "e\u0301",
    "\t",
    "\n",
]
WORDS = [
    *NASTY,
    "'; DROP TABLE t; --",
    "KG",
    "default",
    "a",
    "b",
    "1",
    "0",
    " x ",
    "ENR",
    "ann@x.org",
    "c1",
    "NULL",
    "x'y",
]
DATES = [
    "02/03/2013",
    "2/30/2013",
    "2013-02-03",
    "20130203",
    "03-Feb-2013",
    "3-february-38",
    "02/03/37",
    "",
    "13/13/2013",
]

KEYS = ["", "KG", "default", "1", "x'y"]
"""Values that both the maps and the rows often have."""

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
jumbles = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
literals = st.one_of(st.sampled_from(WORDS), jumbles, texts)
values = st.sampled_from(KEYS).map(str) | st.sampled_from(DATES).map(str) | literals.map(str)
rows = st.lists(st.lists(values, min_size=COLUMNS, max_size=COLUMNS), min_size=5, max_size=10)

patterns = st.sampled_from(
    [
        "([^@]+)@.*",
        r"(\w+)",
        r"^(.)",
        r"([0-9]+)|(x)",
        r"(.*)$",
        r"\s",
        r"[\{\}\\']",
        r"(?i)kg",
        r"\p{L}+",
        "(?<=a)b",
        r"(.)\1",
        "",
    ]
)
date_patterns = st.sampled_from(
    ["MM/dd/yyyy", "M/d/yy", "yyyy-MM-dd", "yyyyMMdd", "yyMMdd", "dd-MMM-yyyy", "d-MMMM-yy", "MM/yyyy", "HHmmyyyyMMdd"]
)


def escaped(text: str, *, more: str = "") -> str:
    """Write ``text`` so that a template reads it as plain text."""
    return "".join(f"\\u{ord(c):04x}" if c in "\\{} \t\f\r\n:=#!" + more else c for c in text).replace("ISEMPTY", "")


def _regex(draw: st.DrawFn) -> str:
    pattern = draw(patterns)
    groups = pattern.count("(") - pattern.count("(?")
    replacement = draw(
        st.lists(st.sampled_from(["x", "'", " ", *(f"{{${n}}}" for n in range(groups + 1))]), max_size=3)
    )
    return f'regex("{pattern}","{"".join(replacement)}")'


def _text_step(draw: st.DrawFn) -> str:
    number, sep = st.integers(-3, 3).filter(bool), st.sampled_from([",", "-", " ", "a", "'", "\\\\"])
    return draw(
        st.one_of(
            st.sampled_from(["trim", "upper", "lower", "title"]),
            st.tuples(st.sampled_from(["0", " ", "'", "é"]), st.integers(1, 9)).map(lambda a: f'pad("{a[0]}",{a[1]})'),
            number.map(lambda start: f"substring({start})"),
            st.tuples(number, st.integers(1, 3)).map(lambda a: f"substring({a[0]},{a[1]})"),
            st.tuples(sep, number).map(lambda a: f'split("{a[0]}",{a[1]})'),
            st.tuples(sep, st.sampled_from(["", "x", "'"])).map(lambda a: f'replace("{a[0]}","{a[1]}")'),
        )
    )


def _list_step(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(['split(",")', 'split(" ")', 'split("a")']))


@st.composite
def columns(draw: st.DrawFn, tables: tuple[str, ...], inner: st.SearchStrategy[str] | None = None) -> str:
    options = [draw(sources(tables, inner) if inner is not None else st.integers(1, COLUMNS).map(str))]
    for kind in draw(st.lists(st.sampled_from(["map", "regex", "text", "text", "list"]), max_size=3)):
        if kind != "map":
            options.append({"regex": _regex, "text": _text_step, "list": _list_step}[kind](draw))
        elif tables:
            options.append(f"map_{draw(st.sampled_from(tables))}")
    if draw(st.integers(0, 3)) == 0:
        options += ["date", "|".join(draw(st.lists(date_patterns, min_size=1, max_size=2)))]
    return "{" + ",".join([*options, *draw(st.sampled_from([[], ["omit"]]))]) + "}"


def sources(tables: tuple[str, ...], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return our functions that stand in a column's place, over templates."""
    return st.one_of(
        st.integers(-90, 90).map(lambda days: f"today{days:+}"),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"coalesce({','.join(each)})"),
        st.tuples(conditions(tables, inner), inner, inner).map(lambda three: f"if({','.join(three)})"),
        st.tuples(conditions(tables, inner), inner).map(lambda two: f"if({','.join(two)})"),
    )


@st.composite
def conditions(draw: st.DrawFn, tables: tuple[str, ...], inner: st.SearchStrategy[str]) -> str:
    subject = draw(columns(tables))
    operator = draw(st.sampled_from(sorted(OPERATORS)))
    value = draw(st.sampled_from(["KG", "1", "-0.5", "{2}", '"a"', "{3,date,MM/dd/yyyy}", "{today}"]) | inner)
    written = {
        "empty": "",
        "in": f"({value},KG)",
        "matches": f'"{draw(patterns)}"',
    }.get(operator, value if value.strip() else '""')
    negated = draw(st.sampled_from(["", "not ", "is ", "is not "]))
    return f"{subject} {negated}{operator} {written}"


def templates(tables: tuple[str, ...]) -> st.SearchStrategy[str]:
    def calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner).map(lambda three: f"ISEMPTY({','.join(three)})")

    single = literals.map(lambda text: escaped(text, more='(),"')) | columns(tables)
    nested = st.recursive(single, lambda inner: calls(inner) | columns(tables, inner), max_leaves=4)
    return columns(tables).map(str) | st.lists(columns(tables).map(str) | nested, min_size=1, max_size=3).map("".join)


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = [f"field_{field}={draw(templates(TABLES))}" for field in ("lastName", "firstName", "homeroom")]
    for number, table in enumerate(TABLES):
        keys = draw(st.sets(st.sampled_from(KEYS).map(str) | values, max_size=5)) | {"KG"}
        lines += [f"map_{table}_{escaped(key)}={draw(templates(TABLES[number + 1 :]))}" for key in sorted(keys)]
    inner = literals.map(lambda text: escaped(text, more='(),"')) | columns(TABLES)
    for kind in KINDS:
        rules = draw(st.lists(conditions(TABLES, inner), max_size=2))
        lines += [f"{kind}{number}={rule}" for number, rule in enumerate(rules, 1)]
        lines.append(f"{kind}Mode={draw(st.sampled_from(['and', 'or']))}")
    return "\n".join(lines)


@given(text=files(), file=rows)
def test_compiled_is_interpreted(both, both_rules, text, file):
    properties = for_file(parse(text, "random"), [], date(2026, 8, 31))

    assert not [finding for finding in properties.warnings if finding.code == "rule_ignored"]
    for field in properties.fields:
        both(properties, field, file)
    for kind in KINDS:
        both_rules(properties, kind, file)


def test_what_is_trimmed_already_is_known_at_a_glance():
    maps = "map_clean_A=Ann\nmap_clean_default={2}\nmap_padded_A=Ann\\u00a0\nmap_made_A={1}{2}\n"
    templates = {
        "{1}": True,
        "{1,omit}": True,
        "{1,date,MM/dd/yyyy,omit}": True,
        "Student": True,
        "{1,map_clean,omit}": True,
        "{1,map_padded}": False,
        "{1,map_made}": False,
        "{1} {2}": False,
        "{1,substring(2)}": False,
    }
    for template, known in templates.items():
        assert comes_trimmed(parse(f"field_lastName={template}\n{maps}", "x"), "lastName") is known, template


ATOMS = st.sampled_from(
    [*"abc.1", r"\w", r"\d", r"\s", "[a-c]", "[^a]", r"\b", "^", "$", "é", r"\.", "(?i)a", "[Aa]", "a"]
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantified = st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??"])).map(
        lambda pair: f"(?:{pair[0]}){pair[1]}"
    )
    return (
        quantified
        | inner.map("({})".format)
        | st.lists(inner, max_size=3).map("".join)
        | st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format)
    )


def ends(pattern: str) -> bool:
    """Tell whether the regex is none of those that are refused since Python could run them for ever."""
    try:
        return bool(java_regex(pattern))
    except SyntaxMistakeError:
        return False


@given(
    pattern=st.recursive(ATOMS, grown, max_leaves=8).filter(ends),
    file=st.lists(st.text("abcAé1. \u2028\x0b@", max_size=8).map(lambda text: [text]), min_size=1, max_size=8),
)
def test_a_regex_finds_the_same_in_re2_and_in_python(both, pattern, file):
    groups = min(pattern.count("(") - pattern.count("(?"), 5)
    every = [f"{{${n}}}" for n in range(groups + 1)]
    for replacement in (*every, "|".join(every)):
        properties = parse(f'field_lastName={{1,regex("{pattern}","{replacement}"),omit}}', "random")

        both(properties, "lastName", file)


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_is_that_text(duck, text):
    assert duck.execute(f"SELECT {quoted(text)}").fetchall() == [(text,)]


@pytest.mark.parametrize(
    "text", ["'", "''", "\\'", "\\", "a'||(SELECT 1)||'b", "'; DROP TABLE t; --", "$$", "E'\\n'", "{1}"[:1]]
)
def test_no_text_of_the_file_is_executed(both, text):
    properties = parse(f"field_lastName={escaped(text)}{{1,map_t}}\nmap_t_{escaped(text)}={escaped(text)}", "nasty")

    assert both(properties, "lastName", [[text]]) == [text * 2]


def test_a_thousand_references_and_a_map_of_five_thousand_entries_compile(both):
    schools = "\n".join(f"map_school_{n}=S{n}" for n in range(5000))
    properties = parse(f"field_lastName={'{1}-' * 1000}\nfield_firstName={{1,map_school,omit}}\n{schools}", "large")

    assert both(properties, "lastName", [["a"]]) == ["a-" * 1000]
    assert both(properties, "firstName", [["4999"], ["5000"]]) == ["S4999", None]


def test_a_field_compiles_to_one_expression_without_other_columns():
    properties = parse("field_lastName={3,omit}", "example")

    assert "c3" in compile_field(properties, "lastName")
    assert properties.columns_used == {3}
