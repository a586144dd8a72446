# ruff: noqa: S608 - fixed templates and numbers
"""A district of any size, made from a seed: its job, its settings and two days of one file with 25 columns.

A row follows from the seed and its index alone. Of day two's rows 1 % have changed, 0.5 % are new and 0.1 % claim a
barcode that another patron of their site has; 0.5 % of day one's rows are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import yaml

from patron_update.embedded.sample_people import FIRST, LAST, NICKNAMES, STREETS

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20260112
SITES = 40
JOB, FILE = "students", "students.csv"
SITE_BLOCK = 1000
"""Neighbours that go to one site, so that a barcode claimed from a neighbour is claimed at the same site."""
_CITIES = ("Springfield", "North Springfield", "Peñasco Falls")

PROPERTIES = """\
SiteShortNameDefault=
CsvTextEncoding=UTF-8
MatchUsingDistrictID=true
InputRowsToSkip=1

field_siteShortName={2}
field_barcode={25}
field_districtID={1,omit}
field_lastName={3}
field_firstName={4,omit}
field_middleName={5,omit}
field_nickname={6,omit}
field_patronType=Student
field_accessLevel={22}
field_status={12,map_status,omit}
field_gender={7,omit}
field_gradeLevel={8,map_grade,omit}
field_graduationYear={9,omit}
field_birthdate={10,date,MM/dd/yyyy,omit}
field_homeroom={11}
field_username={13,regex("([^@]+)@.*","{$1}"),omit}
field_emailPrimary={13,omit}
field_addressPrimaryLine1={14,omit}
field_addressPrimaryCity={15,omit}
field_addressPrimaryState={16,omit}
field_addressPrimaryZipCode={17,omit}
field_addressPrimaryPhoneNumberPrimary={18,omit}
field_addressPrimaryPhoneNumberSecondary={19,omit}
field_cardExpires={20,date,yyyy-MM-dd,omit}
field_emailSecondary={21,omit}
field_isAcceptableUsePolicyOnFile={23,omit}
field_userDefined1={24,map_lunch,omit}

map_status_ENR=A
map_status_WD=I
map_status_default={12}

map_grade_0=KG
map_grade_-1=PK
map_grade_default={8}

map_lunch_1=First lunch
map_lunch_2=Second lunch
map_lunch_default=

field_type_total=25
"""

COLUMNS = {
    "Student Number": "(100000000 + i)::VARCHAR",
    "School Number": "(1000 + site)::VARCHAR",
    "Last Name": "last || CASE WHEN draw(i, 3, 20) = 0 THEN ' ' ELSE '' END",
    "First Name": "first",
    "Middle Name": "CASE WHEN draw(i, 5, 2) = 0 THEN pick(first_names(), i, 6) ELSE '' END",
    "Goes By": "CASE WHEN change = 1 THEN 'Robin' WHEN draw(i, 7, 10) = 0 THEN pick(nicknames(), i, 8) ELSE '' END",
    "Gender": "['M', 'F', 'U'][1 + draw(i, 9, 3)]",
    "Grade": "level::VARCHAR",
    "Graduation Year": "(2038 - level)::VARCHAR",
    "Birth Date": "strftime(make_date(2020 - level, 1 + draw(i, 10, 12), 1 + draw(i, 11, 28)), '%m/%d/%Y')",
    "Homeroom": "CASE WHEN change = 2 THEN '31, East' ELSE (1 + draw(i, 12, 60))::VARCHAR END",
    "Enroll Status": "CASE WHEN change = 3 THEN 'WD' ELSE 'ENR' END",
    "Email": "local || '@springfield.example'",
    "Street": "(1 + draw(i, 13, 900)) || ' ' || pick(streets(), i, 14)",
    "City": "pick(cities(), i, 15)",
    "State": "'MA'",
    "Zip": "'0' || (2100 + draw(i, 15, 3))",
    "Phone": "'(413) 555-' || lpad(draw(i, 17, 10000)::VARCHAR, 4, '0')",
    "Other Phone": "CASE WHEN draw(i, 18, 3) = 0 THEN '413-555-' || (1000 + draw(i, 19, 9000)) ELSE '' END",
    "Card Expires": "'2026-06-30'",
    "Guardian Email": "CASE WHEN draw(i, 20, 3) > 0 THEN 'guardian.' || local || '@mail.example' ELSE '' END",
    "Access": "'Patron'",
    "Policy": "CASE WHEN draw(i, 21, 4) > 0 THEN 'Y' ELSE 'N' END",
    "Lunch": "(1 + draw(i, 22, 2))::VARCHAR",
    "Card Number": "(20000000000 + i + CASE WHEN claims THEN 1 ELSE 0 END)::VARCHAR",
}


def make(include: Path, drop: Path, rows: int, seed: int = SEED) -> tuple[Path, Path]:
    """Write the include folder ``include``, and the file of both days below ``drop``; return the two files.

    The job looks for its file in the folder ``today`` of the include folder: a link to that of either day.
    """
    _write_include(include)
    days = (drop / "day1" / FILE, drop / "day2" / FILE)
    with duckdb.connect() as connection:
        _macros(connection, seed)
        for number, path in enumerate(days, 1):
            path.parent.mkdir(parents=True, exist_ok=True)
            query = _day_one(rows) if number == 1 else _day_two(rows)
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")
    return days


def _day_one(rows: int) -> str:
    return _rows(f"SELECT i, 0 AS change, FALSE AS claims FROM range({rows}) AS numbers (i)")


def _day_two(rows: int) -> str:
    return _rows(
        f"SELECT i, CASE WHEN i % 100 = 11 AND i < {rows} THEN 1 + (i // 100) % 4 ELSE 0 END AS change, "
        f"i % 1000 = 500 AND i + 1 < {rows} AS claims "
        f"FROM range({rows + rows // 200}) AS numbers (i) WHERE i % 200 <> 7 OR i >= {rows}"
    )


def _rows(numbers: str) -> str:
    named = ", ".join(f'{expression} AS "{name}"' for name, expression in COLUMNS.items())
    return f"""
        WITH numbers AS ({numbers}),
        people AS (
            SELECT *, pick(last_names(), i, 1) AS last, pick(first_names(), i, 2) AS first, draw(i, 4, 14) - 1 AS level,
                   (i // {SITE_BLOCK} + CASE WHEN change = 4 THEN 1 ELSE 0 END) % {SITES} AS site
            FROM numbers
        )
        SELECT {named} FROM (
            SELECT *, lower(left(strip_accents(first), 1)) || (500000 + i) AS local FROM people
        ) ORDER BY i
    """


def _macros(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    lists = {"last_names": LAST, "first_names": FIRST, "nicknames": NICKNAMES, "streets": STREETS, "cities": _CITIES}
    for name, values in lists.items():
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        connection.execute(f"CREATE MACRO {name}() AS [{listed}]")
    connection.execute(f"CREATE MACRO draw(i, use, below) AS (hash(i, use, {seed}) % below::UBIGINT)::BIGINT")
    connection.execute("CREATE MACRO pick(names, i, use) AS names[1 + draw(i, use, len(names))]")


def _write_include(include: Path) -> None:
    for folder in ("jobs", "properties", "expectations"):
        (include / folder).mkdir(parents=True, exist_ok=True)
    (include / "properties" / f"{JOB}.properties").write_text(PROPERTIES)
    job = {
        "name": "Students",
        "source": {"directory": {"path": "today", "file": FILE}},
        "properties": f"{JOB}.properties",
        "expectations": f"{JOB}.yaml",
        "schedule": {"time": "02:15", "timezone": "America/Chicago", "monday": "full"},
    }
    (include / "jobs" / f"{JOB}.yaml").write_text(yaml.safe_dump(job))
    (include / "expectations" / f"{JOB}.yaml").write_text(yaml.safe_dump({"name": "Students", "expectations": _SUITE}))
    sites = [
        {
            "short_name": f"SITE-{number:02d}",
            "name": f"School {number}",
            "aliases": [str(1000 + number)],
            "kind": "library",
            "access_levels": ["Patron"],
            "default_access_level": "Patron",
            "default_patron_type": "Student",
        }
        for number in range(SITES)
    ]
    district = {"name": "Benchmark District", "patron_types": ["Student"], "sites": sites}
    (include / "district.yaml").write_text(yaml.safe_dump(district))


_SUITE = [
    {
        "expect": "expect_table_row_count_to_be_between",
        "min_value": 1,
        "severity": "stop",
        "note": "there are rows",
    },
    {
        "expect": "expect_column_values_to_not_be_null",
        "column": "lastName",
        "mostly": 0.9,
        "severity": "stop",
        "note": "nearly every student has a last name",
    },
    {
        "expect": "expect_column_values_to_not_be_in_set",
        "column": "lastName",
        "value_set": ["TEST", "Test", "DUMMY", "Dummy"],
        "severity": "reject",
        "note": "accounts for testing stay out",
    },
    {
        "expect": "expect_column_values_to_match_regex",
        "column": "districtID",
        "regex": "^[0-9]+$",
        "severity": "reject",
        "note": "a District ID is a number",
    },
    {
        "expect": "expect_column_values_to_match_regex",
        "column": "emailPrimary",
        "regex": r"@springfield\.example$",
        "skip_blank": True,
        "severity": "warn",
        "note": "an address of the district",
    },
    {
        "expect": "expect_column_values_to_be_in_set",
        "column": "gradeLevel",
        "value_set": ["PK", "KG", *map(str, range(1, 13))],
        "severity": "warn",
        "note": "a grade is PK, KG or 1 to 12",
    },
    {
        "expect": "expect_column_values_to_be_unique",
        "column": "barcode",
        "severity": "warn",
        "note": "a barcode stands on one row",
    },
]
