"""What the linter asks about identifiers, passwords and texts: whether the export damaged them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.fields import FIELDS, Kind
from patron_update.domain.messages import Severity
from patron_update.linting.wording import rows_of
from patron_update.properties import Finding, plain_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.files.survey import Digits, Survey
    from patron_update.properties import Properties

ZIPS = ("addressPrimaryZipCode", "addressSecondaryZipCode")
NUMBERS = ("districtID", "barcode", *ZIPS)
ZIP_DIGITS, SHORTEST_ZIP = 5, 3
SHORTEST_NUMBER = 4
FEW = 0.25
"""Of numbers with leading zeros about a tenth begins with one; more short ones than this are numbers as they grew."""
_GUESSED = {"district_id": "District ID", "birthdate": "birth date"}
NAMES = ("lastName", "firstName", "middleName", "nickname")
_SCIENTIFIC = r"^\d(\.\d+)?E\+?\d+$"
_WINDOWS = r"\x{152}\x{153}\x{160}\x{161}\x{178}\x{17D}\x{17E}\x{192}\x{2C6}\x{2DC}\x{2013}-\x{203A}\x{20AC}\x{2122}"
_READ_WRONGLY = rf"[ÂÃÄÅ][\x{{80}}-\x{{BF}}{_WINDOWS}]|â€|√[^ ]|\x{{FFFD}}|&#?[A-Za-z0-9]{{2,8}};"
"""UTF-8 read as windows-1252, as ISO-8859-1 or as MacRoman; a character lost for good; HTML's entities."""
_LOST = r"\pL\?(\pL|$)"


def zeros(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield the columns of numbers that seem to have lost leading zeros, or digits, on their way."""
    looked_at: set[int] = set()
    for field in (field for field in NUMBERS if field in properties.fields):
        template = properties.fields[field]
        for column in sorted(plain_columns(properties, field) - looked_at):
            looked_at.add(column)
            lost = _lost_zeros(asked.digits(column), zip_codes=field in ZIPS)
            if lost:
                rows, row, width = lost
                yield Finding(
                    code="leading_zeros_lost",
                    severity=Severity.WARNING,
                    line=template.line,
                    row=row,
                    text=f"field_{field}: column {column} has fewer than {width} digits in {rows_of(rows)}, as if"
                    " leading zeros were lost.",
                    remedy="Have the SIS export the column as text; do not save the file with a spreadsheet program.",
                )
            (rounded,) = asked.tallies([f"regexp_matches(c{column}, '{_SCIENTIFIC}')"])
            if rounded:
                yield Finding(
                    code="digits_lost",
                    severity=Severity.ERROR,
                    line=template.line,
                    row=rounded.line,
                    text=f"field_{field}: column {column} has a rounded number such as 3.175E+13 in"
                    f" {rows_of(rounded.rows)}.",
                    remedy="A spreadsheet program did this; export the file again and do not save it with one.",
                )


def _lost_zeros(found: list[Digits], *, zip_codes: bool) -> tuple[int, int, int] | None:
    """Return how many values seem to have lost zeros, the line of the first, and the number of digits they had."""
    if not found:
        return None
    if zip_codes:
        width = ZIP_DIGITS
        short = [each for each in found if SHORTEST_ZIP <= each.length < width]
    else:
        usual = max(found, key=lambda each: each.rows)
        width = usual.length
        short = [each for each in found if each.length < width]
        few = sum(each.rows for each in short) <= FEW * usual.rows
        if not few or width < SHORTEST_NUMBER or usual is not found[-1] or usual.zeros:
            return None
    if not short or any(each.zeros for each in short):
        return None
    return sum(each.rows for each in short), min(each.line for each in short), width


def barcodes(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield that several patrons of one site get the same barcode."""
    template = properties.fields.get("barcode")
    if template is None or not properties.settings.match_using_district_id or "districtID" not in properties.fields:
        return
    shared = asked.shared_barcodes()
    if shared:
        first, second = shared.lines
        yield Finding(
            code="barcode_shared",
            severity=Severity.WARNING,
            line=template.line,
            row=first,
            text=f"field_barcode gives several patrons of a site the same barcode, in {rows_of(shared.rows)}; lines"
            f" {first:,} and {second:,}, for example, have the same.",
            remedy="Make the template hold what is different for every patron, within 14 characters.",
        )


def passwords(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield that passwords are worthless or have no user name to go with."""
    template = properties.fields.get("password")
    if template is None:
        return
    for column, tally in asked.guessable_passwords().items():
        yield Finding(
            code="password_guessable",
            severity=Severity.WARNING,
            line=template.line,
            row=tally.line,
            text=f"The password is the {_GUESSED[column]} in {rows_of(tally.rows)}: others know it.",
            remedy="Send other passwords, or none: let patrons log in through the district's single sign-on.",
        )
    if "username" not in properties.fields:
        return
    same, alone = asked.passwords()
    if same:
        yield Finding(
            code="password_is_username",
            severity=Severity.WARNING,
            line=template.line,
            row=same.line,
            text=f"The password is the user name in {rows_of(same.rows)}.",
            remedy="Send other passwords, or none: let patrons log in through the district's single sign-on.",
        )
    if alone:
        yield Finding(
            code="password_alone",
            severity=Severity.WARNING,
            line=template.line,
            row=alone.line,
            text=f"There is a password and no user name in {rows_of(alone.rows)}.",
            remedy="Fill the user name in the SIS, or send no password without one.",
        )


def texts(properties: Properties, asked: Survey) -> Iterator[Finding]:
    """Yield the fields whose texts went through a wrong encoding before they got here."""
    fields = [field for field in FIELDS if field.name in properties.fields and field.kind is Kind.TEXT]
    garbled = [f"regexp_matches({field.column}, '{_READ_WRONGLY}')" for field in fields]
    lost = [f"regexp_matches({field.column}, '{_LOST}')" if field.name in NAMES else "false" for field in fields]
    tallies = asked.tallies([f"{one} OR {other}" for one, other in zip(garbled, lost, strict=True)])
    for field, tally in zip(fields, tallies, strict=True):
        if tally:
            yield Finding(
                code="text_garbled",
                severity=Severity.WARNING,
                line=properties.fields[field.name].line,
                row=tally.line,
                text=f"field_{field.name}: characters such as Ã©, a lost letter (?) or &eacute; stand in the place of é"
                f" in {rows_of(tally.rows)}.",
                remedy="Give CsvTextEncoding the encoding that the SIS writes; if it is right already, the texts were"
                " damaged before: look at them in the SIS.",
            )
