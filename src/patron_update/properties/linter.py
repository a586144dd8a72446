"""What is allowed in a properties file and yet hardly meant."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import Severity
from patron_update.properties.findings import Finding
from patron_update.properties.for_file import numbered, problem_of
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.reader import TOTAL
from patron_update.properties.template import Coalesce, DateStep, RegexStep, TextStep
from patron_update.properties.walking import conditions_in, flat, literals_in, references_in, regexes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patron_update.properties.model import Properties
    from patron_update.properties.template import Source, Step, Template

NAMES = ("lastName", "firstName", "middleName")

_WARNING = Severity.WARNING
_EXAMPLES = {
    **{name: f"{{2,{function.example}}}" for name, function in FUNCTIONS.items()},
    "coalesce": "{coalesce({2},{3})}",
    "if": '{if({9} equals "T",yes,no)}',
    "regex": '{2,regex("(.*)@.*","{$1}")}',
    "today": "{today+90}",
}
"""Our functions by name, each as it is written: inside braces."""
_ISEMPTY = re.compile(r"isempty\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r'(["\']).*\1')
_STRAY_QUOTE = re.compile("^[\"\u2018\u201c]|[\"\u201d]$|^'.*'$")
_TEXT = re.compile(r'"([^"\\]|\\.)*"')
_CALLED = re.compile(rf"^(today)(?:\s*[+-]\s*[0-9]+)?$|\b({'|'.join(_EXAMPLES)})\(")


def lint(properties: Properties, header_or_column_count: Sequence[str] | int | None = None) -> tuple[Finding, ...]:
    """Return what is remarkable in ``properties``, the reader's warnings included, by line; what lacks comes first.

    ``header_or_column_count`` tells the columns of the CSV that goes with the file, when it is known; by a header the
    columns that have names are found.
    """
    known = header_or_column_count
    columns = known if known is None or isinstance(known, int) else len(known)
    header = () if known is None or isinstance(known, int) else known
    in_file = numbered(properties, header)
    findings = [
        *properties.warnings,
        *_unmapped(properties),
        *_unknown_names(properties, header),
        *_columns(in_file, columns),
        *_names(in_file),
        *_maps(properties),
        *_texts(properties),
        *_months(properties),
        *_barcode(properties),
        *(_what_rows_would_tell(properties) if columns is None else ()),
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.line or 0, finding.code, finding.text)))


def _unmapped(properties: Properties) -> Iterator[Finding]:
    settings = properties.settings
    required = ["lastName", "barcode"]
    if not settings.site_short_name_default:
        required.append("siteShortName")
    if settings.match_using_district_id:
        required.append("districtID")
    for field in required:
        if field not in properties.fields:
            yield _finding(
                "field_required",
                None,
                f"field_{field} is not mapped; {BY_NAME[field].label} is needed to match or to add a patron.",
                f"Add field_{field}={{n,omit}} with the number of its column.",
                Severity.ERROR,
            )
    if "password" in properties.fields and "username" not in properties.fields:
        line = properties.fields["password"].line
        yield _finding(
            "password_alone", line, "field_password is mapped, field_username is not.", "Map field_username."
        )


def _unknown_names(properties: Properties, header: Sequence[str]) -> Iterator[Finding]:
    for key, template in properties.roots.items() if header else ():
        for name in sorted(properties.names_in(template)):
            if problem := problem_of(name, header):
                remedy = "Correct the name in braces, or have the SIS export the column again."
                yield _finding("column_unknown", template.line, f"{key}: {problem}", remedy, Severity.ERROR)


def _columns(properties: Properties, columns: int | None) -> Iterator[Finding]:
    limits = [("the CSV has", columns, Severity.ERROR), ("field_type_total is", properties.field_type_total, _WARNING)]
    for key, template in properties.roots.items():
        highest = max(properties.columns_in(template), default=0)
        beyond = (
            (words, limit, severity) for words, limit, severity in limits if limit is not None and highest > limit
        )
        for words, limit, severity in islice(beyond, 1):  # The CSV's own columns tell more than what is declared.
            text = f"{key} uses column {highest}; {words} {limit}."
            yield _finding("column_beyond", template.line, text, "Correct the number of the column.", severity)
    if columns is not None and properties.field_type_total not in {None, columns}:
        text = f"field_type_total is {properties.field_type_total}; the CSV has {columns} columns."
        line = max((line.number for line in properties.lines if line.key == TOTAL), default=None)
        yield _finding("total_differs", line, text, "Check that the file belongs to this CSV.")


def _names(properties: Properties) -> Iterator[Finding]:
    fields = {name: properties.fields[name] for name in NAMES if name in properties.fields}
    used: dict[str, set[int | str]] = {
        name: {*properties.columns_in(field), *properties.names_in(field)} for name, field in fields.items()
    }
    for column in sorted(set[int | str]().union(*used.values()), key=str):
        names = [name for name, columns in used.items() if column in columns]
        if len(names) > 1 and not all(_in_pieces(fields[name], column) for name in names):
            line = max(fields[name].line or 0 for name in names)
            shown = column if isinstance(column, int) else f'"{column}"'
            text = f"Column {shown} goes into {' and into '.join(f'field_{name}' for name in names)}."
            yield _finding("column_in_two_names", line, text, "Map each name to its own column.")


def _in_pieces(template: Template, column: Source) -> bool:
    """Tell whether ``template`` takes nothing but pieces of ``column``: several names may stand in one."""
    steps = [reference.steps for reference in references_in(template) if reference.source == column]
    return bool(steps) and all(any(_cuts(step) for step in flat(each)) for each in steps)


def _cuts(step: Step) -> bool:
    return isinstance(step, RegexStep) or (isinstance(step, TextStep) and step.function in {"split", "substring"})


def _maps(properties: Properties) -> Iterator[Finding]:
    for table in sorted(set(properties.maps) - properties.tables_used):
        line = min(template.line or 0 for template in properties.maps[table].values())
        text = f'The map table "{table}" is used by no field.'
        yield _finding("map_unused", line, text, f"Write {{n,map_{table},omit}} in a field, or remove the lines.")


def _barcode(properties: Properties) -> Iterator[Finding]:
    template = properties.fields.get("barcode")
    if template and not list(references_in(template)) and template.text.strip().lower() != "autoassign":
        yield _finding(
            "barcode_constant",
            template.line,
            "field_barcode gives every patron the same barcode.",
            "Write a column into it, or autoassign.",
            Severity.ERROR,
        )


def _months(properties: Properties) -> Iterator[Finding]:
    """Yield dates that would all be in January: mm are minutes, and a month that is missing is the first."""
    for field, template in properties.fields.items():
        steps = (step for reference in references_in(template) for step in flat(reference.steps))
        patterns = [pattern for step in steps if isinstance(step, DateStep) for pattern in step.patterns]
        for pattern in dict.fromkeys(patterns):
            if "m" in pattern.text and "M" not in pattern.groups:
                text = f'field_{field}: the date pattern "{pattern.text}" has no month, since m means minutes:'
                text += " every date would be one in January."
                yield _finding("month_in_minutes", template.line, text, "Write M and MM for the month.")


def _what_rows_would_tell(properties: Properties) -> Iterator[Finding]:
    """Yield what can be guessed without a CSV; with one at hand its rows are asked."""
    for field, template in properties.fields.items():
        steps = (step for reference in references_in(template) for step in flat(reference.steps))
        patterns = (pattern for step in steps if isinstance(step, DateStep) for pattern in step.patterns)
        if any(pattern.short_year for pattern in patterns):
            text = f"field_{field}: years of two digits from 38 to 99 are read as 19xx, from 00 to 37 as 20xx."
            yield _finding("two_digit_year", template.line, text, "Have the SIS export four digits.", Severity.INFO)
    username, password = properties.fields.get("username"), properties.fields.get("password")
    if username and password and username.parts == password.parts:
        text = "field_password is made like field_username: every password is the user name."
        yield _finding("password_is_username", password.line, text, "Send other passwords, or none.")
    for field in ("districtID", "birthdate"):
        known = properties.fields.get(field)
        if known and password and _sources(known) == _sources(password) and _sources(known):
            text = f"field_password is made of the same column as field_{field}: others know it."
            yield _finding("password_guessable", password.line, text, "Send other passwords, or none.")


def _sources(template: Template) -> set[Source]:
    return {reference.source for reference in references_in(template)}


def _texts(properties: Properties) -> Iterator[Finding]:
    entries = [template for table in properties.maps.values() for template in table.values()]
    for template in (*properties.roots.values(), *entries):
        if any(_ISEMPTY.search(text) for text in literals_in(template)):
            text = "ISEMPTY is a plain text here: its name is in capitals, and the bracket follows at once."
            yield _finding("function_in_lower_case", template.line, text, "Write ISEMPTY( to call the function.")
        if _QUOTED.fullmatch(template.text.strip()) or "<![CDATA[" in template.text:
            text = "Quotes around a value, and CDATA marks, become part of it."
            yield _finding("quotes_typed", template.line, text, "Leave them out: the converter writes what it needs.")
        compared = [value.text for condition in conditions_in(template) for value in condition.values]
        if any(_STRAY_QUOTE.search(text) and not _TEXT.fullmatch(text) for text in compared):
            text = "Quotes that are not a straight double pair become part of what a condition compares with."
            yield _finding("quotes_typed", template.line, text, 'Write "T", or T alone.')
        called = (found[1] or found[2] for text in literals_in(template) for found in _CALLED.finditer(text))
        for function in dict.fromkeys(called):
            text = f"{function} is a plain text here, outside braces."
            yield _finding("function_outside_braces", template.line, text, f"Write {_EXAMPLES[function]}, for example.")
        yield from _constants_in_coalesce(template)
        if any("\\\\" in regex.pattern for regex in regexes_in(template)):
            text = "The regex holds a double backslash, which means a backslash in the value."
            yield _finding("double_backslash", template.line, text, r"Write \w rather than \\w.")


def _constants_in_coalesce(template: Template) -> Iterator[Finding]:
    """Yield what looks like a column without its braces: a text before others, or a number in the last place."""
    sources = (reference.source for reference in references_in(template))
    for alternatives in (source.alternatives for source in sources if isinstance(source, Coalesce)):
        texts = [each.text.strip() for each in alternatives if each.text.strip() and not list(references_in(each))]
        doubtful = [text for text in texts if text.isdecimal() or text != alternatives[-1].text.strip()]
        if doubtful:
            told = f"coalesce: {doubtful[0]} is a text here, and no column."
            yield _finding("constant_in_coalesce", template.line, told, f"Write {{{doubtful[0]}}} to mean the column.")


def _finding(code: str, line: int | None, text: str, remedy: str, severity: Severity = _WARNING) -> Finding:
    return Finding(code=code, severity=severity, line=line, text=text, remedy=remedy)
