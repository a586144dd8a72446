"""Single steps as DuckDB SQL: what a regex finds, which date a pattern reads, how a list is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.properties.dates import MONTHS, WINDOW
from patron_update.properties.sql import joined, quoted
from patron_update.properties.template import LIST_SEPARATOR

if TYPE_CHECKING:
    from patron_update.properties.dates import DatePattern
    from patron_update.properties.regexes import JavaRegex
    from patron_update.properties.template import RegexStep


def matches(regex: JavaRegex, value: str) -> str:
    """Return the condition that ``regex`` is found in ``value``."""
    if regex.re2 is None:
        return f"patron_regex({value}, {quoted(regex.python)}, '') <> ''"
    return f"regexp_matches({value}, {quoted(regex.re2)})"


def regex(step: RegexStep, value: str, missing: str) -> str:
    """Return the replacement of what the step finds in ``value``; ``missing`` where it finds nothing."""
    if step.regex.re2 is None:
        written = "".join(part if isinstance(part, str) else f"{{${part}}}" for part in step.replacement)
        call = f"patron_regex({value}, {quoted(step.regex.python)}, {quoted(written)})"
        # The function marks what it found by one character, so that nothing found and an empty text differ.
        return f"coalesce(substr(nullif({call}, ''), 2), {missing})"
    pattern = quoted(step.regex.re2)
    pieces = [
        quoted(part) if isinstance(part, str) else f"regexp_extract({value}, {pattern}, {part})"
        for part in step.replacement
    ]
    anywhere = f"CASE WHEN regexp_matches({value}, {pattern}) THEN {joined(pieces)} ELSE {missing} END"
    match step.replacement:
        case (int(group),):
            # What is found at the very beginning is found first, and RE2 takes a third of the time to look there alone.
            beginning = quoted(rf"\A(?:{step.regex.re2})")
            return f"coalesce(nullif(regexp_extract({value}, {beginning}, {group}), ''), {anywhere})"
        case _:
            return anywhere


def date(pattern: DatePattern, value: str) -> str:
    """Return an expression that is NULL for a value that is no date in ``pattern``."""
    regex = quoted(pattern.regex)
    if pattern.strptime:
        return f"CASE WHEN regexp_matches({value}, {regex}) THEN try_strptime({value}, {quoted(pattern.strptime)}) END"
    year, month, day = (
        f"regexp_extract({value}, {regex}, {pattern.groups[letter]})" if letter in pattern.groups else "'01'"
        for letter in "yMd"
    )
    if pattern.named_month:
        whens = " ".join(f"WHEN '{name[:3]}' THEN '{number:02}'" for number, name in enumerate(MONTHS, start=1))
        month = f"CASE lower(left({month}, 3)) {whens} ELSE '' END"
    if pattern.short_year:
        century = f"CASE WHEN {year} >= '{WINDOW}' THEN '19' ELSE '20' END"
        year = f"CASE WHEN length({year}) = 2 THEN {century} || {year} ELSE {year} END"
    return f"try_cast({joined([year, quoted('-'), month, quoted('-'), day])} AS DATE)"


def listed(parts: str, missing: str) -> str:
    """Return the list ``parts`` as one text; ``missing`` where that is empty."""
    return f"coalesce(nullif(array_to_string({parts}, {quoted(LIST_SEPARATOR)}), ''), {missing})"
