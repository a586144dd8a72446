"""A suite: the expectations of a job, read from include/expectations. Checked here in full, judged elsewhere."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patron_update.domain.fields import BY_NAME, Field, Kind
from patron_update.validation.arguments import checked
from patron_update.validation.catalogue import CATALOGUE, ROW_OPTIONS, UNSUPPORTED, Consequence, Scope
from patron_update.validation.catalogue import Kind as ExpectationKind
from patron_update.validation.document import Place, Table, did_you_mean, read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

OWN_KEYS = ("expect", "column", "severity", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One expectation of a suite, checked. ``line`` is its line in the suite file."""

    kind: ExpectationKind
    severity: Consequence
    note: str
    column: Field | None
    arguments: Mapping[str, Any]
    """Great Expectations' own arguments; dates as `datetime.date`."""
    mostly: float
    """The share of the judged rows that must meet it, over the whole file; below 1 only where ``severity`` is stop."""
    skip_blank: bool
    """A blank value is not judged, like a missing one."""
    line: int

    @property
    def identity(self) -> str:
        """Return what decides the judgement as text; a note only words it."""
        column = self.column.name if self.column else None
        parts = [self.kind.name, self.severity, column, dict(self.arguments), self.mostly, self.skip_blank]
        return json.dumps(parts, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The expectations of a job."""

    name: str
    path: Path
    expectations: tuple[Expectation, ...]

    @property
    def about_rows(self) -> tuple[Expectation, ...]:
        """Return the expectations that are judged row by row."""
        return tuple(each for each in self.expectations if each.kind.scope is Scope.ROWS)

    @property
    def about_file(self) -> tuple[Expectation, ...]:
        """Return the expectations that are judged by figures about the whole file."""
        return tuple(each for each in self.expectations if each.kind.scope is Scope.FILE)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the SQL names of the columns that a batch must have, besides ``line``."""
        return tuple(sorted({each.column.column for each in self.about_rows if each.column}))

    @property
    def figure_columns(self) -> tuple[str, ...]:
        """Return the SQL names of the columns whose distinct values and duplicates must be counted."""
        return tuple(sorted({each.column.column for each in self.about_file if each.column}))

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 over what decides the judgement: names, notes, comments and the order do not."""
        identities = sorted(each.identity for each in self.expectations)
        return hashlib.sha256("\n".join(identities).encode()).hexdigest()


def load(path: Path) -> Suite:
    """Read a suite file. Raises JobFileError, which names file, line and remedy."""
    table = read_table(path)
    place = Place(path, table.line)
    _refuse_unknown(table, ("name", "expectations"), place)
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise place.problem("name is missing: what the suite is called, such as 'Students'.")
    entries = table.get("expectations")
    if not isinstance(entries, list):
        raise place.problem("expectations is missing: a list, each with expect, severity and note.")
    return Suite(name=name.strip(), path=path, expectations=tuple(_expectation(entry, place) for entry in entries))


def _expectation(entry: object, suite: Place) -> Expectation:
    if not isinstance(entry, Table):
        raise suite.problem(f"each expectation must be a mapping with expect, severity and note, not {entry!r}.")
    place = suite.at(entry.line)
    kind = _kind(entry, place)
    forms = {**kind.arguments, **(ROW_OPTIONS if kind.scope is Scope.ROWS else {})}
    _refuse_unknown(entry, (*OWN_KEYS, *forms), place, f" of {kind.name}")
    column = _column(entry, kind, place)
    severity = _severity(entry, kind, place)
    given = {
        name: checked(form, name, entry[name], column, place.at(entry.lines[name]))
        for name, form in forms.items()
        if name in entry
    }
    _refuse_incomplete(kind, given, place)
    mostly = given.pop("mostly", 1.0)
    if mostly < 1 and severity is not Consequence.STOP:
        raise place.at(entry.lines["mostly"]).problem(
            f"mostly speaks of the whole file and goes with severity stop; {severity} is decided row by row."
        )
    return Expectation(
        kind=kind,
        severity=severity,
        note=_note(entry, place),
        column=column,
        arguments=given,
        mostly=mostly,
        skip_blank=given.pop("skip_blank", False),
        line=entry.line,
    )


def _kind(entry: Table, place: Place) -> ExpectationKind:
    name = entry.get("expect")
    if not isinstance(name, str):
        raise place.problem(
            "expect is missing: the name of the expectation, such as expect_column_values_to_be_in_set."
        )
    if name in CATALOGUE:
        return CATALOGUE[name]
    place = place.at(entry.lines["expect"])
    if name in UNSUPPORTED:
        raise place.problem(f"{name} is not supported: {UNSUPPORTED[name]}.")
    known = "".join(f"\n  {each}" for each in CATALOGUE)
    raise place.problem(f"there is no expectation {name!r}.{did_you_mean(name, CATALOGUE)} There are:{known}")


def _column(entry: Table, kind: ExpectationKind, place: Place) -> Field | None:
    name = entry.get("column")
    if not kind.needs_column:
        if name is not None:
            raise place.at(entry.lines["column"]).problem(f"{kind.name} speaks of the whole file; leave column out.")
        return None
    if not isinstance(name, str):
        raise place.problem(f"column is missing: the field that {kind.name} speaks of, such as lastName.")
    place = place.at(entry.lines["column"])
    if name not in BY_NAME:
        raise place.problem(f"there is no field {name!r}.{did_you_mean(name, BY_NAME)} Fields: {', '.join(BY_NAME)}.")
    if BY_NAME[name].kind is Kind.PASSWORD:
        raise place.problem("a password is never kept as sent, so no expectation can speak of it. Remove this one.")
    return BY_NAME[name]


def _severity(entry: Table, kind: ExpectationKind, place: Place) -> Consequence:
    value = entry.get("severity")
    line = entry.lines.get("severity", entry.line)
    if value not in list(Consequence):
        allowed = ", ".join(Consequence)
        hint = did_you_mean(str(value), Consequence) if value else ""
        raise place.at(line).problem(f"severity must be one of {allowed}; it is {value!r}.{hint}")
    if kind.scope is Scope.FILE and value == Consequence.REJECT:
        raise place.at(line).problem(f"{kind.name} speaks of the whole file and cannot reject a row; use warn or stop.")
    return Consequence(value)


def _note(entry: Table, place: Place) -> str:
    note = entry.get("note")
    if not isinstance(note, str) or not note.strip():
        raise place.problem("note is missing: what the message says is expected, such as 'grades are PK, KG, 1 to 12'.")
    return note.strip().removesuffix(".")


def _refuse_incomplete(kind: ExpectationKind, given: Collection[str], place: Place) -> None:
    for name, form in kind.required.items():
        if name not in given:
            raise place.problem(f"{kind.name} needs {name}: {form.value}.")
    if kind.one_of and not set(kind.one_of) & set(given):
        raise place.problem(f"{kind.name} needs {' or '.join(kind.one_of)}, or both.")


def _refuse_unknown(table: Table, known: tuple[str, ...], place: Place, of: str = "") -> None:
    for key, line in table.lines.items():
        if key not in known:
            raise place.at(line).problem(
                f"there is no key {key!r}{of}.{did_you_mean(key, known)} Keys: {', '.join(known)}."
            )
