"""The SQL of one patron field: how its text is cleaned, what value it becomes, and when that needs a message.

``e_<column>`` is what the properties file makes of the row, ``v_<column>`` the cleaned text, ``f_<column>`` the value.
Control characters, line breaks inside a value among them, become one space: ours, not the vendor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.domain.fields import AUTOASSIGN, BLANKS, Field, Kind, UnknownStatus
from patron_update.domain.messages import SHOWN_LENGTH
from patron_update.files.database import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patron_update.files.scan import Scan

MARKER = "chr(0)"
"""What stands before a text that a DATE pattern of the properties file does not parse."""
_DATE = r"\d{1,2}/\d{1,2}/[1-9]\d{3}|[1-9]\d{3}-\d{2}-\d{2}"
_FLAGS = {"true": ("true", "t", "y", "1"), "false": ("false", "f", "n", "0")}
_STATUSES = {"A": ("a", "active"), "I": ("i", "inactive"), "R": ("r", "restricted")}
_GENDERS = {"M": ("m",), "F": ("f",), "U": ("u",)}
_DELETES = "coalesce(action = 'delete', FALSE)"
_REFUSED = {Kind.YEAR: "graduation_year_invalid", Kind.FLAG: "flag_invalid"}


def trimmed(value: str, scan: Scan) -> str:
    """Return the SQL of ``value``, which comes from a file so scanned, without the `BLANKS` around it."""
    if scan.odd_spaces or scan.control_characters:
        return f"trim({value}, {text(BLANKS)})"
    # To look for spaces takes a quarter of the time that it takes to trim.
    return f"CASE WHEN {value} LIKE ' %' OR {value} LIKE '% ' THEN trim({value}) ELSE {value} END"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSql:
    """One mapped field. ``shortens`` is false for the match key, which must never be cut."""

    field: Field
    expression: str
    is_date: bool = False
    """The expression gives a date in the form in which it is kept, or what `MARKER` marks."""
    is_trimmed: bool = False
    """The expression gives a text without blanks around it."""
    shortens: bool = True
    unknown_status: UnknownStatus = UnknownStatus.KEEP

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
        if self.is_trimmed and not scan.control_characters:
            return value
        return trimmed(value, scan)

    @property
    def value(self) -> str:
        """Return the SQL of f, from v."""
        v = f"v_{self.field.column}"
        value = self._typed(v)
        if self._marked and self.field.kind is not Kind.DATE:
            return f"CASE WHEN contains({v}, {MARKER}) THEN NULL ELSE {value} END"
        return value

    @property
    def told_apart(self) -> str:
        """Return the SQL of f for the fingerprint: a status that nobody knows is another thing than none."""
        f = f"f_{self.field.column}"
        if self.field.kind is not Kind.STATUS:
            return f"{f}::VARCHAR"
        return f"CASE WHEN {f} IS NULL AND v_{self.field.column} <> '' THEN '?' ELSE {f}::VARCHAR END"

    def _typed(self, v: str) -> str:
        if self.field.name == "barcode":
            asks = f"strlen({v}) = {len(AUTOASSIGN)} AND lower({v}) = '{AUTOASSIGN}'"
            v = f"CASE WHEN {asks} THEN '{AUTOASSIGN}' ELSE {v} END"
        cut = f"CASE WHEN {self._too_long} THEN rtrim(left({v}, {self.field.limit})) ELSE {v} END"
        return {
            Kind.TEXT: cut if self.shortens else v,
            Kind.DATE: self._date(v),
            Kind.YEAR: rf"CASE WHEN {v} = '' OR regexp_full_match({v}, '\d{{4}}') THEN {v} END",
            Kind.FLAG: _one_of(v, _FLAGS, "NULL"),
            Kind.STATUS: self._status(v),
            Kind.GENDER: _one_of(v, _GENDERS, f"CASE WHEN {v} IS NOT NULL THEN 'U' END"),
            Kind.PASSWORD: f"CASE WHEN {v} = '' THEN '' ELSE {digest(cut)} END",
        }[self.field.kind]

    def _date(self, v: str) -> str:
        if self.is_date:  # What is marked stands before all digits; to compare takes less than to look for the mark.
            return f"CASE WHEN {v} < '0' AND {v} <> '' THEN NULL ELSE {v} END"
        date = f"try_strptime(CASE WHEN regexp_full_match({v}, '{_DATE}') THEN {v} END, ['%m/%d/%Y', '%Y-%m-%d'])"
        return f"CASE WHEN {v} = '' THEN '' ELSE strftime({date}, '%m/%d/%Y') END"

    def _status(self, v: str) -> str:
        if self.unknown_status is not UnknownStatus.ACTIVE:
            return _one_of(v, _STATUSES, "NULL")
        return _one_of(f"nullif({v}, '')", _STATUSES, f"CASE WHEN {v} IS NOT NULL THEN 'A' END")

    @property
    def _too_long(self) -> str:
        v, limit = f"v_{self.field.column}", self.field.limit
        # Bytes are counted first: their number is known, that of characters must be counted.
        return f"strlen({v}) > {limit} AND length({v}) > {limit}"

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return pairs of SQL: when there is something to tell, and the message."""
        v, f, name = f"v_{self.field.column}", f"f_{self.field.column}", self.field.name
        refused = f"{v} <> '' AND {f} IS NULL"
        if self._marked:
            told = "NULL" if self.field.kind is Kind.PASSWORD else f"replace({v}, {MARKER}, '')"
            found = [(refused, message(name, "date_invalid", told))]
        elif self.field.kind is Kind.STATUS:
            found = self._unknown_status(v, refused)
        elif self.field.kind in _REFUSED:
            found = [(refused, message(name, _REFUSED[self.field.kind], v))]
        else:
            found = []
        if self.field.kind is Kind.GENDER:
            found.append((f"{v} = '' OR ({f} = 'U' AND lower({v}) <> 'u')", message(name, "gender_invalid", v)))
        if self.field.kind in {Kind.TEXT, Kind.PASSWORD} and self.shortens:
            told = "NULL" if self.field.kind is Kind.PASSWORD else v
            found.append((self._too_long, message(name, "value_too_long", told, text(str(self.field.limit)))))
        return found

    def _unknown_status(self, v: str, refused: str) -> list[tuple[str, str]]:
        """Return what to tell of a status: of a blank one that is sent too, which is no reason to reject a row."""
        if self.unknown_status is UnknownStatus.ACTIVE:
            known = ", ".join(text(word) for words in _STATUSES.values() for word in words)
            return [(f"lower({v}) NOT IN ({known})", message(self.field.name, "status_defaulted", v))]
        kept = message(self.field.name, "status_unknown", v)
        if self.unknown_status is UnknownStatus.KEEP:
            return [(f"{v} = '' OR ({refused})", kept)]
        rejected = message(self.field.name, "status_rejected", v)
        return [(f"{v} = '' OR ({_DELETES} AND {refused})", kept), (f"NOT {_DELETES} AND {refused}", rejected)]

    @property
    def refusal(self) -> str | None:
        """Return the SQL that tells whether the value is a reason to reject the row, or None when it never is.

        A row that deletes its patron is no worse for a status that nobody knows.
        """
        if self.field.kind is not Kind.STATUS or self.unknown_status is not UnknownStatus.REJECT:
            return None
        return f"v_{self.field.column} <> '' AND f_{self.field.column} IS NULL AND NOT {_DELETES}"


def digest(value: str) -> str:
    """Return the SQL of the digest that stands for a password. The connection must know the secret."""
    key = "getvariable('secret')"
    return f"sha256({key} || sha256({key} || {value}))"


def message(field: str | None, code: str, value: str = "NULL", detail: str = "NULL") -> str:
    """Return the SQL of one message. ``value`` and ``detail`` are SQL; a value is shown as `messages.shown` does."""
    name = text(field) if field else "NULL::VARCHAR"
    cut = f"CASE WHEN length({value}) > {SHOWN_LENGTH} THEN left({value}, {SHOWN_LENGTH - 1}) || '…' ELSE {value} END"
    value = "NULL::VARCHAR" if value == "NULL" else cut
    return f"{{'code': {text(code)}, 'field': {name}, 'value': {value}, 'detail': ({detail})::VARCHAR}}"


def _one_of(v: str, words: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
    """Return the SQL that turns any of ``words`` into its key. Keys themselves and the empty text stay.

    It gives an ENUM, which is made and written in a small part of the time of a text; what reads the records finds
    texts. Small and capital letters are looked for first, and mixed ones where those are not found.
    """
    enum = f"ENUM({', '.join(text(key) for key in ('', *words))})"
    plain = {key: dict.fromkeys((key, *spelt, *(word.upper() for word in spelt))) for key, spelt in words.items()}
    whens = [(v, "", [""]), *((v, key, [*spelt]) for key, spelt in plain.items())]
    whens += [(f"lower({v})", key, [*spelt]) for key, spelt in words.items()]
    cases = " ".join(
        f"WHEN {value} IN ({', '.join(text(word) for word in spelt)}) THEN {text(key)}::{enum}"
        for value, key, spelt in whens
    )
    return f"CASE {cases} ELSE ({otherwise})::{enum} END"
