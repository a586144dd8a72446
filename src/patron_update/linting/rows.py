"""A properties file held against the CSV that it is for, which is converted and then asked about its rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from patron_update.domain.messages import CATALOGUE, Message, Severity
from patron_update.errors import ColumnsMissingError, NamesMissingError, UnreadableFileError
from patron_update.jobs.reading import AS_DECLARED
from patron_update.linting import columns, header, values
from patron_update.linting.wording import examples, of_rows, told_apart
from patron_update.properties import SKIP, Finding, lint, tables_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patron_update.files.convert import ConvertResult
    from patron_update.files.survey import Survey, Told
    from patron_update.jobs.reading import Reading
    from patron_update.properties import Properties, Template

_NO_SECRET = bytes(32)
_NOTES_BESIDE_LINT = {"total_differs"}
"""Notes of the conversion that the linter of the properties file tells itself, with its line."""
_NOTE_KEYS = {"encoding_differs": "CsvTextEncoding", "encoding_implausible": "CsvTextEncoding"}
_NOTES_TO_KNOW = {"delimiter_found", "control_characters"}
_CODES_WITH_VALUES = {"graduation_year_invalid", "flag_invalid", "gender_invalid", "status_unknown", "site_unmapped"}
_MOST = 0.5
"""The share of rows from which on a message that keeps rows out is an error of the whole."""


def lint_csv(
    properties: Properties,
    csv: Path,
    reading: Reading = AS_DECLARED,
) -> tuple[Finding, ...]:
    """Return what is remarkable in ``properties`` together with the file ``csv``, by line; what has none comes first.

    Findings may show values of maps, dates and codes; no names, and never a password. A file that cannot be read is a
    finding; one that is not there raises UnreadableFileError.
    """
    from patron_update.conversion import check_at_hand

    check_at_hand(csv)
    try:
        with TemporaryDirectory(prefix="patron-update-") as place:
            result, found = _asked(properties, csv, Path(place), reading)
    except UnreadableFileError as error:
        text, remedy = told_apart(str(error))
        refused = Finding(code="csv_refused", severity=Severity.ERROR, line=None, text=text, remedy=remedy)
        return _by_line([refused, *lint(properties)])
    known = result.header if len(result.header) == result.columns else result.columns
    return _by_line([*lint(properties, known), *_notes(properties, result), *found])


def _by_line(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.line or 0, finding.code, finding.text)))


def _asked(
    properties: Properties,
    csv: Path,
    place: Path,
    reading: Reading,
) -> tuple[ConvertResult, list[Finding]]:
    """Convert ``csv`` in the folder ``place`` and return what its rows are remarkable for."""
    from patron_update.conversion import convert_landed, day_of
    from patron_update.files.survey import survey
    from patron_update.files.workspace import RunFolder
    from patron_update.properties import for_file, python_functions

    folder = RunFolder(path=place)
    today = day_of(csv)

    def convert(used: Properties) -> ConvertResult:
        return convert_landed(
            csv,
            folder,
            used,
            reading,
            secret=_NO_SECRET,
            today=today,
            keep_columns=True,
        )

    usable, result = _converted(properties, convert)
    usable = for_file(usable, result.header, today)
    with survey(folder, python_functions(usable), _NO_SECRET) as asked:
        told = asked.told()
        left_out = properties.mapped_fields - usable.mapped_fields
        of_rows_told = list(_told(usable, asked, [each for each in told if each.field not in left_out], result.read))
        unmapped = {finding.line for finding in of_rows_told if finding.code == "site_unmapped"}
        return result, [
            *of_rows_told,
            *header.taken_for_header(usable, result.header),
            *header.read_as_data(usable, asked, told),
            *(finding for finding in values.maps(usable, asked) if finding.line not in unmapped),
            *values.dates(usable, asked),
            *values.sites(usable, asked, reading.site_names),
            *columns.zeros(usable, asked),
            *columns.barcodes(usable, asked),
            *columns.passwords(usable, asked),
            *columns.texts(usable, asked),
        ]


def _converted(
    properties: Properties, convert: Callable[[Properties], ConvertResult]
) -> tuple[Properties, ConvertResult]:
    """Convert by what ``properties`` say of columns that are there; return that, too."""
    try:
        return properties, convert(properties)
    except NamesMissingError as error:
        names = error.names
        kept = _keeping(properties, lambda root: not names & properties.names_in(root))
    except ColumnsMissingError as error:
        there = frozenset(range(error.columns + 1))
        kept = _keeping(properties, lambda root: properties.columns_in(root) <= there)
    return _converted(kept, convert)


def _keeping(properties: Properties, is_there: Callable[[Template], bool]) -> Properties:
    """Return ``properties`` without fields for which that is not so; rules stay together, or go together."""
    other_sites = properties.other_sites
    return replace(
        properties,
        fields={field: template for field, template in properties.fields.items() if is_there(template)},
        other_sites=other_sites if other_sites and is_there(other_sites) else None,
        rules=properties.rules if all(is_there(rule.template) for rule in properties.rules) else (),
    )


def _notes(properties: Properties, result: ConvertResult) -> Iterator[Finding]:
    for note in result.notes:
        if note.code not in _NOTES_BESIDE_LINT:
            severity = Severity.INFO if note.code in _NOTES_TO_KNOW else Severity.WARNING
            line = properties.line_of(_NOTE_KEYS[note.code]) if note.code in _NOTE_KEYS else None
            text, remedy = told_apart(note.text)
            yield Finding(code=note.code, severity=severity, line=line, text=text, remedy=remedy or "Nothing to do.")


def _told(properties: Properties, asked: Survey, told: list[Told], rows: int) -> Iterator[Finding]:
    """Yield what the conversion told of rows, once for each code and field; dates are looked at more closely."""
    for each in told:
        if each.code == "date_invalid":
            yield values.unparsed(properties, each, asked)
            continue
        entry, tally = CATALOGUE[each.code], each.tally
        template = properties.fields.get(each.field or "")
        severity = entry.severity
        if severity is Severity.ERROR and tally.rows < rows * _MOST:
            severity = Severity.WARNING
        value = tally.values[0][0] if tally.values else None
        table = next(iter(tables_in(template)), None) if template else None
        example = Message(code=each.code, field=each.field, value=value, detail=table)
        label = Message(code=each.code, field=each.field).label
        shown = f": {examples(tally)}" if each.code in _CODES_WITH_VALUES else ""
        short_year = each.code == "graduation_year_invalid" and all(len(value) == 2 for value, _ in tally.values)  # noqa: PLR2004
        yield Finding(
            code="two_digit_year" if short_year else each.code,
            severity=severity,
            line=_line(properties, each),
            row=tally.line,
            text=f"{label}, in {of_rows(tally.rows, rows)}{shown}.",
            remedy=example.remedy,
        )


def _line(properties: Properties, told: Told) -> int | None:
    """Return the line that a message is about: that of its field, or of the first rule that skips rows."""
    if told.code == "row_skipped_by_rule":
        return next(rule.line for rule in properties.rules_of(SKIP))
    template = properties.fields.get(told.field or "")
    return template.line if template else None
