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

_TOO_EARLY = "TIMESTAMP '0999-12-31'"


def matches(regex: JavaRegex, value: str) -> str:
    """Return the condition that ``regex`` is found in ``value``."""
    if regex.re2 is None:
        return f"patron_regex({value}, {quoted(regex.python)}, '') <> ''"
    return f"regexp_matches({value}, {quoted(regex.re2_needed or regex.re2)})"


def regex(step: RegexStep, value: str, missing: str) -> str:
    """Return the replacement of what the step finds in ``value``; ``missing`` where it finds nothing."""
    if step.regex.re2 is None:
        written = "".join(part if isinstance(part, str) else f"{{${part}}}" for part in step.replacement)
        call = f"patron_regex({value}, {quoted(step.regex.python)}, {quoted(written)})"
        # The function marks what it found by one character, so that nothing found and an empty text differ.
        return f"coalesce(substr(nullif({call}, ''), 2), {missing})"
    needed = step.regex.re2 if 0 in step.replacement else step.regex.re2_needed or step.regex.re2
    pattern = quoted(needed)
    pieces = [
        quoted(part) if isinstance(part, str) else f"regexp_extract({value}, {pattern}, {part})"
        for part in step.replacement
    ]
    anywhere = f"CASE WHEN regexp_matches({value}, {pattern}) THEN {joined(pieces)} ELSE {missing} END"
    match step.replacement:
        case (int(group),):
            # What is found at the very beginning is found first, and RE2 takes a third of the time to look there alone.
            beginning = quoted(rf"\A(?:{needed})")
            return f"coalesce(nullif(regexp_extract({value}, {beginning}, {group}), ''), {anywhere})"
        case _:
            return anywhere


def date(pattern: DatePattern, value: str, *, trimmed: bool = False) -> str:
    """Return an expression that is NULL for a value that is no date in ``pattern``.

    Where ``trimmed`` tells that no blanks are around the value, one with all the digits that the pattern can have needs
    no regex: strptime takes nothing else of that length, but for the years before 1000.
    """
    regex = quoted(pattern.regex)
    if pattern.strptime:
        parsed = f"try_strptime({value}, {quoted(pattern.strptime)})"
        checked = f"WHEN regexp_matches({value}, {regex}) THEN {parsed}"
        length = len(pattern.strptime) + len("yyyy") - len("%Y")
        whole = f"WHEN strlen({value}) = {length} THEN nullif(greatest({parsed}, {_TOO_EARLY}), {_TOO_EARLY})"
        return f"CASE {whole} {checked} END" if trimmed else f"CASE {checked} END"
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
