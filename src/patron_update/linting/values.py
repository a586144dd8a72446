"""What the linter asks about the values that maps translate, date patterns read and sites are named by."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import Severity, printable
from patron_update.linting.wording import SHOWN_LENGTH, examples, listed, quoted, rows_of
from patron_update.properties import DEFAULT, DateUse, Finding, MapUse, read_pattern, to_date, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patron_update.files.survey import Survey, Tally, Told
    from patron_update.properties import DatePattern, Properties

SHOWN_ENTRIES = 5
PATTERNS = (
    *("MM/dd/yyyy", "MM/dd/yy", "yyyy-MM-dd", "yyyyMMdd", "dd-MMM-yyyy", "dd-MMM-yy", "MM-dd-yyyy", "MM-dd-yy"),
    *("dd/MM/yyyy", "dd/MM/yy", "dd.MM.yyyy", "yyyy/MM/dd", "MMM d, yyyy", "d MMM yyyy", "MMddyyyy"),
    *("yyyy-MM-dd HH:mm:ss", "MM/dd/yyyy HH:mm:ss", "MM/dd/yyyy hh:mm a", "yyyy-MM-dd'T'HH:mm:ss"),
)
"""What SIS exports write, the likeliest first."""
TWO_DIGITS = r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{2}|\d{1,2}[ -]?[A-Za-z]{3,9}[ ,-]*\d{2})$"
"""A date whose year has two digits, in the syntax of RE2 and of Python."""
CENTURY = "38 to 99 are read as 19xx, 00 to 37 as 20xx"


def maps(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield the entries of maps that no row needs, and the values that no map covers."""
    met: defaultdict[str, set[str]] = defaultdict(set)
    for (table, value, skips), found in _uses_of_maps(properties).items():
        entries = properties.maps[table]
        where = " OR ".join(f"({where})" for where in dict.fromkeys(use.where for use in found))
        covered, missed = asked.covered(value, where, entries.keys(), skipped=skips)
        met[table] |= covered
        if missed and DEFAULT not in entries:
            keys = " and ".join(dict.fromkeys(use.key for use in found))
            yield Finding(
                code="value_not_in_map",
                severity=Severity.WARNING,
                line=found[0].line,
                row=missed.line,
                text=f'{keys}: the map "{table}" does not cover {examples(missed)}: {rows_of(missed.rows)}.',
                remedy=_remedy(table, [value for value, _ in missed.values], entries),
            )
    for table, values in met.items():
        yield from _never(properties, table, values)


def _uses_of_maps(properties: Properties) -> dict[tuple[str, str, bool], list[MapUse]]:
    found: defaultdict[tuple[str, str, bool], list[MapUse]] = defaultdict(list)
    for use in uses(properties):
        if isinstance(use, MapUse):
            found[use.table, use.value, use.skips].append(use)
    return found


def _remedy(table: str, values: list[str], entries: Mapping[str, object]) -> str:
    spelt = {_plain(key): key for key in entries}
    near = next(((value, spelt[_plain(value)]) for value in values if _plain(value) in spelt), None)
    if near:
        return f"The file says {quoted(near[0])}, the map {quoted(near[1])}: write it as the file does."
    return f"Add map_{table}_{printable(values[0], SHOWN_LENGTH)}=…, or map_{table}_default=… for all others."


def _plain(value: str) -> str:
    return re.sub(r"[\W_]", "", value.casefold().lstrip("0"))


def _never(properties: Properties, table: str, met: set[str]) -> Iterator[Finding]:
    entries = {key: entry for key, entry in properties.maps[table].items() if key != DEFAULT}
    never = sorted((entry.line or 0, key) for key, entry in entries.items() if key not in met)
    if not never:
        return
    keys = listed([quoted(key) for _, key in never[:SHOWN_ENTRIES]], more=len(never) > SHOWN_ENTRIES)
    every = len(never) == len(entries)
    yield Finding(
        code="map_value_never_occurs",
        severity=Severity.WARNING if every else Severity.INFO,
        line=never[0][0] or None,
        text=f'The file never has {keys}, which the map "{table}" translates'
        f" ({len(never):,} of {len(entries):,} entries).",
        remedy="Check that the map reads the right column." if every else "Remove the lines if they are not needed.",
    )


def dates(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield the dates whose year has two digits."""
    found = [use for use in uses(properties) if isinstance(use, DateUse)]
    conditions = [f"({use.where}) AND regexp_matches({use.value}, '{TWO_DIGITS}')" for use in found]
    for use, tally in zip(found, asked.tallies(conditions), strict=True):
        if tally:
            yield Finding(
                code="two_digit_year",
                severity=Severity.WARNING,
                line=use.line,
                row=tally.line,
                text=f"{use.key}: the year has two digits in {rows_of(tally.rows)}; {CENTURY}.",
                remedy="Have the SIS export years with four digits.",
            )


def unparsed(properties: Properties, told: Told, asked: Survey) -> Finding:
    """Return the finding about dates of one field that do not parse, with the pattern that would read them."""
    field, tally = told.field or "", told.tally
    (good,) = asked.tallies([f"{BY_NAME[field].column} <> ''"])
    return Finding(
        code=told.code,
        severity=Severity.WARNING,
        line=properties.fields[field].line,
        row=tally.line,
        text=f"field_{field}: no date can be read in {rows_of(tally.rows)}: {examples(tally)}.",
        remedy=_remedy_for_dates(_patterns(properties, field), tally, good.rows if good else 0),
    )


def _patterns(properties: Properties, field: str) -> list[DatePattern]:
    found = [use.patterns for use in uses(properties) if isinstance(use, DateUse) and use.key == f"field_{field}"]
    return list(dict.fromkeys(pattern for patterns in found for pattern in patterns))


def _remedy_for_dates(declared: list[DatePattern], tally: Tally, read: int) -> str:
    """Return what to do about the dates of ``tally``, where ``read`` others are read by the patterns ``declared``."""
    text = fitting_pattern([value for value, _ in tally.values])
    if not text:
        return "Correct the dates in the SIS, or the date pattern."
    pattern = read_pattern(text)
    if not read or not declared:
        return f"The date pattern {text} reads them: write {{n,date,{text},omit}}."
    if not any(_swapped(pattern, other) for other in declared):
        both = "|".join([*(other.text for other in declared), text])
        return f"The date pattern {text} reads them too: write {{n,date,{both},omit}}."
    if tally.rows < read:
        return f"Correct them in the SIS: {text} reads them, but changes day and month of the {rows_of(read)} that fit."
    return (
        f"The date pattern {text} reads them: write {{n,date,{text},omit}} if the SIS writes days first; then day and"
        f" month are wrong today in {rows_of(read)}."
    )


def _swapped(one: DatePattern, other: DatePattern) -> bool:
    """Tell whether both patterns read some values, and take the day of one for the month of the other."""
    numbers = not one.named_month and not other.named_month
    orders = [each.groups["M"] < each.groups["d"] for each in (one, other) if {"M", "d"} <= each.groups.keys()]
    return numbers and len(set(orders)) > 1


def fitting_pattern(values: list[str]) -> str | None:
    """Return the first pattern that reads every one of ``values``."""
    for text in PATTERNS:
        pattern = read_pattern(text)
        if values and all(to_date(pattern, value) for value in values):
            return text
    return None


def sites(properties: Properties, asked: Survey, site_names: Mapping[str, str] | None) -> Iterator[Finding]:
    """Yield the sites that the district does not have."""
    if site_names is None:
        return
    _, missed = asked.covered(BY_NAME["siteShortName"].column, "true", set(site_names.values()))
    if missed:
        template = properties.fields.get("siteShortName")
        yield Finding(
            code="site_unknown",
            severity=Severity.WARNING,
            line=template.line if template else None,
            row=missed.line,
            text=f"The district has no site {examples(missed)}; {rows_of(missed.rows)} cannot be used.",
            remedy="Add the site or an alias to district.yaml, or map the value.",
        )
