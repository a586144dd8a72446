"""The SQL of one patron field: how its text is cleaned, what value it becomes, and when that needs a message.

``e_<column>`` is what the properties file makes of the row, ``v_<column>`` the cleaned text, ``f_<column>`` the value.
Control characters, line breaks inside a value among them, become one space: ours, not the vendor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import Field, Kind
from patron_update.domain.messages import SHOWN_LENGTH
from patron_update.files.database import text

if TYPE_CHECKING:
    from patron_update.files.scan import Scan

MARKER = "chr(0)"
"""What stands before a text that a DATE pattern of the properties file does not parse."""
_SPACES = " \u00a0\u2007\u202f\u200b\u3000\ufeff"
_DATE = r"\d{1,2}/\d{1,2}/[1-9]\d{3}|[1-9]\d{3}-\d{2}-\d{2}"
_FLAGS = {"true": ("true", "t", "y", "1"), "false": ("false", "f", "n", "0")}
_STATUSES = {"A": ("a", "active"), "I": ("i", "inactive"), "R": ("r", "restricted")}
_GENDERS = {"M": ("m",), "F": ("f",), "U": ("u",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSql:
    """One mapped field. ``shortens`` is false for the match key, which must never be cut."""

    field: Field
    expression: str
    shortens: bool = True

    @property
    def _marked(self) -> bool:
        return self.field.kind is Kind.DATE or MARKER in self.expression

    def cleaned(self, scan: Scan, *, composed: bool) -> str:
        """Return the SQL of v: NFC, without control characters, trimmed."""
        value = f"e_{self.field.column}"
        if scan.control_characters:
            pattern = r"[\x01-\x1f\x7f]+" if self._marked else r"[\x00-\x1f\x7f]+"
            value = f"regexp_replace({value}, '{pattern}', ' ', 'g')"
        if not composed:
            value = f"nfc_normalize({value})"
        if scan.odd_spaces or scan.control_characters:
            return f"trim({value}, {text(_SPACES)})"
        # To look for spaces takes a quarter of the time that it takes to trim.
        return f"CASE WHEN {value} LIKE ' %' OR {value} LIKE '% ' THEN trim({value}) ELSE {value} END"

    @property
    def value(self) -> str:
        """Return the SQL of f, from v."""
        v = f"v_{self.field.column}"
        value = self._typed(v)
        if self._marked and self.field.kind is not Kind.DATE:
            return f"CASE WHEN contains({v}, {MARKER}) THEN NULL ELSE {value} END"
        return value

    def _typed(self, v: str) -> str:
        match self.field.kind:
            case Kind.DATE:
                date = f"try_strptime(CASE WHEN regexp_full_match({v}, '{_DATE}') THEN {v} END, ['%m/%d/%Y', '%Y-%m-%d'])"
                return f"CASE WHEN {v} = '' THEN '' ELSE strftime({date}, '%m/%d/%Y') END"
            case Kind.YEAR:
                return rf"CASE WHEN {v} = '' OR regexp_full_match({v}, '\d{{4}}') THEN {v} END"
            case Kind.FLAG:
                return _one_of(v, _FLAGS, "NULL")
            case Kind.STATUS:
                return _one_of(v, _STATUSES, "NULL")
            case Kind.GENDER:
                return _one_of(v, _GENDERS, f"CASE WHEN {v} IS NOT NULL THEN 'U' END")
            case Kind.PASSWORD:
                key = "getvariable('secret')"
                return f"CASE WHEN {v} = '' THEN '' ELSE sha256({key} || sha256({key} || {v})) END"
            case Kind.TEXT:
                if not self.shortens:
                    return v
                return f"CASE WHEN {self._too_long} THEN rtrim(left({v}, {self.field.limit})) ELSE {v} END"

    @property
    def _too_long(self) -> str:
        v, limit = f"v_{self.field.column}", self.field.limit
        # Bytes are counted first: their number is known, that of characters must be counted.
        return f"strlen({v}) > {limit} AND length({v}) > {limit}"

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return pairs of SQL: when there is something to tell, and the message."""
        v, f = f"v_{self.field.column}", f"f_{self.field.column}"
        found = []
        if self._marked:
            untold = f"{v} <> '' AND {f} IS NULL"
            found.append((untold, message(self.field.name, "date_invalid", f"replace({v}, {MARKER}, '')")))
        match self.field.kind:
            case Kind.YEAR if not self._marked:
                found.append((f"{v} <> '' AND {f} IS NULL", message(self.field.name, "graduation_year_invalid", v)))
            case Kind.FLAG if not self._marked:
                found.append((f"{v} <> '' AND {f} IS NULL", message(self.field.name, "flag_invalid", v)))
            case Kind.STATUS if not self._marked:
                found.append((f"{v} <> '' AND {f} IS NULL", message(self.field.name, "status_unknown", v)))
            case Kind.GENDER:
                found.append((f"{f} = 'U' AND lower({v}) <> 'u'", message(self.field.name, "gender_invalid", v)))
            case Kind.TEXT if self.shortens:
                limit = text(str(self.field.limit))
                found.append((self._too_long, message(self.field.name, "value_too_long", v, limit)))
            case _:
                pass
        return found


def message(field: str | None, code: str, value: str = "NULL", detail: str = "NULL") -> str:
    """Return the SQL of one message. ``value`` and ``detail`` are SQL; a value is shown as `messages.shown` does."""
    name = text(field) if field else "NULL::VARCHAR"
    cut = f"CASE WHEN length({value}) > {SHOWN_LENGTH} THEN left({value}, {SHOWN_LENGTH - 1}) || '…' ELSE {value} END"
    value = "NULL::VARCHAR" if value == "NULL" else cut
    return f"{{'code': {text(code)}, 'field': {name}, 'value': {value}, 'detail': ({detail})::VARCHAR}}"


def _one_of(v: str, words: dict[str, tuple[str, ...]], otherwise: str) -> str:
    """Return the SQL that turns any of ``words`` into its key. Keys themselves and the empty text stay."""
    keys = ", ".join(text(key) for key in words)
    whens = " ".join(
        f"WHEN lower({v}) IN ({', '.join(text(word) for word in spelt)}) THEN {text(key)}"
        for key, spelt in words.items()
    )
    return f"CASE WHEN {v} IN ('', {keys}) THEN {v} {whens} ELSE {otherwise} END"
