"""What the linter asks about the border between header and rows: whether InputRowsToSkip counts one too few or many."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME, FIELDS
from patron_update.domain.messages import Severity
from patron_update.linting.wording import listed, quoted
from patron_update.properties import Finding, declared_dates, plain_columns, to_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patron_update.files.survey import Survey, Told
    from patron_update.properties import Properties

SETTING = "InputRowsToSkip"
NUMBERS = ("districtID", "barcode")
NEVER_A_HEADING = (*NUMBERS, "lastName", "firstName")
"""Fields of which no value is ever a heading: one of them is enough to tell a header, of others it takes two."""
SHOWN = 3
FEWEST_OTHERS = 2
"""Rows that a word must differ from."""
_MORE = (
    "last, first, middle, surname, family name, given name, name, student id, student number, staff id, id, number, "
    "school, school id, school number, building, site, location, grade, room, sex, dob, date of birth, e mail, email, "
    "phone, street, address, city, state, zip, zip code, user id, login, student last name, student first name, "
    "enroll status, sourced id, org, role"
)
_EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]+"


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


HEADINGS = frozenset(map(_plain, (*_MORE.split(", "), *BY_NAME, *(field.label for field in FIELDS))))
"""What the headers of exports say, letters and digits alone."""


def read_as_data(properties: Properties, asked: Survey, told: Sequence[Told]) -> Iterator[Finding]:
    """Yield that the first row looks like a header: by its words, or by a word where all others have something else."""
    columns = sorted(properties.columns_shown)
    first = asked.first_row(columns)
    if first is None:
        return
    line, cells = first
    headings = {column for column in columns if _plain(cells[column]) in HEADINGS}
    telling = frozenset[int]().union(*(plain_columns(properties, field) for field in NEVER_A_HEADING))
    said = [f"column {column} says {quoted(cells[column])}" for column in sorted(headings)]
    if len(headings) == 1 and not headings & telling:
        said = []
    said += _odd_dates(asked, told, line) + _odd_numbers(properties, asked, cells)
    if said:
        yield Finding(
            code="header_as_data",
            severity=Severity.WARNING,
            line=properties.line_of(SETTING),
            row=line,
            text=f"The first row looks like a header, and is read as a patron: "
            f"{listed(said[:SHOWN], more=len(said) > SHOWN)}.",
            remedy=f"Write {SETTING}={properties.settings.input_rows_to_skip + 1}.",
        )


def _odd_dates(asked: Survey, told: Sequence[Told], line: int) -> list[str]:
    """Return what is told of date fields that parse in every row but this one, which holds a word."""
    words = [
        each.field
        for each in told
        if each.code == "date_invalid"
        and each.field
        and (each.tally.rows, each.tally.line) == (1, line)
        and not any(character.isdigit() for value, _ in each.tally.values for character in value)
    ]
    others = asked.tallies([f"{BY_NAME[field].column} <> ''" for field in words])
    return [
        f"field_{field} is a word, where all other rows have a date"
        for field, tally in zip(words, others, strict=True)
        if tally and tally.rows >= FEWEST_OTHERS
    ]


def _odd_numbers(properties: Properties, asked: Survey, cells: dict[int, str]) -> list[str]:
    """Return what is told of numbers that hold a digit in every row but this one."""
    plain = frozenset[int]().union(*(plain_columns(properties, field) for field in NUMBERS))
    columns = [column for column in sorted(plain) if cells[column] and not re.search("[0-9]", cells[column])]
    digits = [f"regexp_matches(c{column}, '[0-9]')" for column in columns]
    words = [f"c{column} <> '' AND NOT {digit}" for column, digit in zip(columns, digits, strict=True)]
    tallies = asked.tallies([*digits, *words])
    return [
        f"column {column} is a word, where all other rows have a number"
        for column, with_digit, without in zip(columns, tallies, tallies[len(columns) :], strict=False)
        if with_digit and with_digit.rows >= FEWEST_OTHERS and without and without.rows == 1
    ]


def taken_for_header(properties: Properties, header: Sequence[str]) -> Iterator[Finding]:
    """Yield that the row which is skipped as the header looks like a patron. What it says is not shown."""
    if properties.names_used or not header:
        return
    cells = {number: cell.strip() for number, cell in enumerate(header, 1)}
    seen = [f"a number in column {n}" for n in _columns(properties, NUMBERS) if cells.get(n, "").isdecimal()]
    seen += [f"an e-mail address in column {n}" for n, cell in cells.items() if re.fullmatch(_EMAIL, cell)]
    seen += [
        f"a date in column {column}"
        for column, patterns in declared_dates(properties)
        if any(to_date(pattern, cells.get(column, "")) for pattern in patterns)
    ]
    if seen:
        skipped = properties.settings.input_rows_to_skip
        yield Finding(
            code="data_as_header",
            severity=Severity.WARNING,
            line=properties.line_of(SETTING),
            text=f"The row that is skipped as the header looks like a patron: it has "
            f"{listed(seen[:SHOWN], more=len(seen) > SHOWN)}.",
            remedy=f"Write {SETTING}={skipped - 1}, unless row {skipped + 1} is the first patron.",
        )


def _columns(properties: Properties, fields: Sequence[str]) -> list[int]:
    return sorted(frozenset[int]().union(*(plain_columns(properties, field) for field in fields)))
