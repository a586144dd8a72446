"""A properties file's text to its model; collects every mistake before it refuses the file."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.domain.fields import BY_NAME, FIELDS
from patron_update.domain.messages import Severity
from patron_update.errors import PropertiesError
from patron_update.properties.findings import Finding, MistakesError, SyntaxMistakeError, did_you_mean
from patron_update.properties.grammar import read_condition, read_template
from patron_update.properties.lines import Line, read_lines, unescape
from patron_update.properties.maps import check_maps, split_entry
from patron_update.properties.model import OTHER_SITES, Properties
from patron_update.properties.options import Patterns, read_type
from patron_update.properties.rules import KEY, LOOKS_LIKE_A_RULE, Rule, check_number
from patron_update.properties.settings import KEYS, read_settings
from patron_update.properties.template import Template
from patron_update.properties.walking import tables_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patron_update.properties.model import Settings

TOTAL = "field_type_total"
LARGEST = 16 * 1024 * 1024
"""Bytes of a properties file; those of districts with a map of every room have some ten thousand."""
REPLACEMENT = "\ufffd"
"""What programs put in the place of a byte that they cannot read."""
_BY_LABEL = {"email": "emailPrimary"} | {field.label.replace(" ", "").lower(): field.name for field in FIELDS}
"""Fields by what the vendor's pages call them: the label Email 1 is of emailPrimary, and email1 is nearer to email5."""


def read(path: Path) -> Properties:
    """Return the properties file at ``path``: UTF-8, or else windows-1252, as the vendor's converter runs on Windows.

    Raises PropertiesError when there is no such file or when it cannot be used.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise PropertiesError(f"{path}: {error.strerror}. Check the name of the properties file.") from None
    if not content.strip():
        raise PropertiesError(f"{path}: the properties file is empty. Copy it here again from where it was made.")
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise PropertiesError(f"{path}: the properties file is UTF-16. Save it as UTF-8 with a text editor.")
    if len(content) > LARGEST or b"\0" in content:
        kind = "is binary data" if len(content) <= LARGEST else f"has more than {LARGEST // 1024**2} MiB"
        raise PropertiesError(f"{path}: this {kind}, so it is no properties file. Check its name.")
    try:
        return parse(content.decode("utf-8"), path.name)
    except UnicodeDecodeError:
        return parse(content.decode("windows-1252", errors="replace"), path.name)


def parse(text: str, name: str) -> Properties:
    """Return the properties file with this ``text``; ``name`` stands in messages. Raises MistakesError."""
    reader = _Reader(read_lines(text))
    properties = reader.properties(name)
    if reader.mistakes:
        raise MistakesError(name, reader.mistakes, properties.warnings)
    return properties


class _Reader:
    """One pass over the lines of a file: what it understood, warnings, and mistakes."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.warnings: list[Finding] = []
        self.mistakes: list[Finding] = []
        self.entries: dict[str, Line] = {}
        self.dates: dict[int, Patterns] = {}

    def properties(self, name: str) -> Properties:
        self._read_entries()
        types = self._field_types()
        self.dates = self._declared_dates(types)
        fields = {key.removeprefix("field_"): line for key, line in self.entries.items() if self._is_field(key)}
        templates = {field.name: self._template(fields[field.name]) for field in FIELDS if field.name in fields}
        settings = read_settings(self._texts(KEYS), self.mistakes)
        other_sites = self._template(fields[OTHER_SITES]) if OTHER_SITES in fields else None
        rules = self._rules(settings)
        self._warn_of_unknown_keys()
        self._warn_of_damage()
        if not fields:
            slips = (told.remedy for told in self.warnings if told.code in {"unknown_field", "unknown_key"})
            meant = next((remedy for remedy in slips if "field_" in remedy), "")
            self._mistake(
                "no_field", None, "No field is mapped.", meant or "Add a line such as field_lastName={3,omit}."
            )
        properties = Properties(
            name=name,
            settings=settings,
            fields=templates,
            other_sites=other_sites,
            rules=rules,
            maps={},
            field_types=types,
            field_type_total=self._total(),
            warnings=(),
            lines=self.lines,
        )
        properties = replace(properties, maps=self._maps(properties.roots))
        self.mistakes.extend(check_maps(properties.roots, properties.maps))
        if not self.mistakes:
            self._refuse_names_without_header(properties)
        return replace(properties, warnings=tuple(sorted(self.warnings, key=lambda finding: finding.line or 0)))

    def _rules(self, settings: Settings) -> tuple[Rule, ...]:
        """Return the rules. What looks like one and is none is a warning: the vendor's own syntax is unknown.

        Where the rules of a kind hold only together, one that is ignored takes the others with it: without it they
        would skip or delete more rows than was meant.
        """
        found = [(match, line) for key, line in self.entries.items() if (match := KEY.fullmatch(key))]
        rules, ignored = [], set()
        for match, line in found:
            kind, number, text = match[1], int(match[2]), line.value.strip()
            try:
                if text:
                    check_number(kind, number, settings)
                    condition = read_condition(text, self.dates)
                    rules.append(Rule(kind=kind, number=number, condition=condition, text=text, line=line.number))
            except SyntaxMistakeError as mistake:
                together = getattr(settings, f"{kind.lower()}_mode") == "and"
                ignored |= {kind} if together else set()
                more = f", and with it every {kind} rule ({kind}Mode=and)" if together else ""
                self._warn("rule_ignored", line, f"{match[0]} is ignored{more}: {mistake.text}", mistake.remedy)
        return tuple(rule for rule in rules if rule.kind not in ignored)

    def _refuse_names_without_header(self, properties: Properties) -> None:
        if properties.settings.input_rows_to_skip:
            return
        for key, root in properties.roots.items():
            for name in sorted(properties.names_in(root))[:1]:
                text = (
                    f"{{{name}}} is the name of a column in the header, but no InputRowsToSkip says that there is one."
                )
                self._mistake("header_needed", self.entries[key], text, "Write InputRowsToSkip=1.")

    def _read_entries(self) -> None:
        for line in self.lines:
            if line.key is None:
                continue
            try:
                key = unescape(line.key)
            except SyntaxMistakeError as mistake:
                self._mistake("bad_key", line, mistake.text, mistake.remedy)
                continue
            if key in self.entries:
                first = self.entries[key].number
                text = f'"{key}" stands on line {first} and again on line {line.number}; the last one counts.'
                self._warn("key_twice", line, text, "Remove one of the lines.")
            self.entries[key] = line

    def _is_field(self, key: str) -> bool:
        """Tell whether ``key`` maps a field that exists; a blank template maps nothing, as a missing line does."""
        if key.removeprefix("field_") not in {*BY_NAME, OTHER_SITES} or not key.startswith("field_"):
            return False
        line = self.entries[key]
        if line.value.strip():
            return True
        self._warn(
            "field_blank", line, f'"{key}" has no template; the field is not loaded.', "Fill or remove the line."
        )
        return False

    def _template(self, line: Line) -> Template:
        try:
            return read_template(line.value, line.number, self.dates)
        except SyntaxMistakeError as mistake:
            self._mistake("bad_template", line, mistake.text, mistake.remedy)
            return Template(parts=(), line=line.number)

    def _maps(self, roots: Mapping[str, Template]) -> dict[str, dict[str, Template]]:
        lines = {key: line for key, line in self.entries.items() if key.startswith("map_")}
        templates = {key: self._template(line) for key, line in lines.items()}
        tables = {table for template in (*roots.values(), *templates.values()) for table in tables_in(template)}
        maps: dict[str, dict[str, Template]] = {}
        for key, template in templates.items():
            table, value = split_entry(key, tables)
            if not table:
                text = f'"{key}" names no value to translate; it is ignored.'
                self._warn("map_entry_incomplete", lines[key], text, "Write map_<table>_<value>=<replacement>.")
                continue
            entries = maps.setdefault(table, {})
            if value in entries:
                text = f'"{key}" translates the same value as line {entries[value].line}; the last one counts.'
                self._warn("key_twice", lines[key], text, "Remove one of the lines.")
            entries[value] = template
        return maps

    def _texts(self, keys: Mapping[str, str]) -> dict[str, tuple[Line, str]]:
        return {
            name: (self.entries[key], self._text(self.entries[key]))
            for key, name in keys.items()
            if key in self.entries
        }

    def _text(self, line: Line) -> str:
        try:
            return unescape(line.value).strip()
        except SyntaxMistakeError as mistake:
            self._mistake("bad_value", line, mistake.text, mistake.remedy)
            return ""

    def _field_types(self) -> dict[int, str]:
        found = {key: re.fullmatch(r"field_type_([1-9][0-9]{0,4})", key) for key in self.entries}
        return {int(match[1]): self._text(self.entries[key]) for key, match in found.items() if match}

    def _declared_dates(self, types: Mapping[int, str]) -> dict[int, Patterns]:
        """Return the date patterns of the columns that declare some; warn of types that do not exist."""
        dates = {}
        for column, text in types.items():
            try:
                dates[column] = read_type(text)
            except SyntaxMistakeError as mistake:
                line = self.entries[f"field_type_{column}"]
                self._warn("field_type_unknown", line, f"{line.key}: {mistake.text}", mistake.remedy)
        return dates

    def _total(self) -> int | None:
        line = self.entries.get(TOTAL)
        text = self._text(line) if line else ""
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text[:6]) > 0:
            return int(text[:6])
        self._mistake(
            "bad_value", line, f'"{text}" is no number of columns.', "Write the number of columns of the CSV."
        )
        return None

    def _warn_of_unknown_keys(self) -> None:
        fields = [f"field_{name}" for name in (*BY_NAME, OTHER_SITES)]
        for key, line in self.entries.items():
            if (
                key in {*fields, *KEYS, TOTAL}
                or key.startswith("map_")
                or re.fullmatch(r"field_type_[1-9][0-9]{0,4}", key)
            ):
                continue
            if KEY.fullmatch(key):
                continue
            if LOOKS_LIKE_A_RULE.fullmatch(key):
                text = f'"{key}" looks like a rule that we do not know; it is ignored.'
                self._warn(
                    "rule_ignored", line, text, 'Write rules as Skip1={9} equals "T", Delete1=…, Association1=….'
                )
            elif key.startswith("field_"):
                name = _BY_LABEL.get(key.removeprefix("field_").lower(), "")
                guess = f'did you mean "field_{name}"?' if name else did_you_mean(key, [*fields, *KEYS, TOTAL])
                self._warn("unknown_field", line, f'There is no field "{key}"; the line has no effect.', guess)
            else:
                guess = did_you_mean(key, [*KEYS, TOTAL, *fields])
                self._warn("unknown_key", line, f'There is no key "{key}"; the line has no effect.', guess)

    def _warn_of_damage(self) -> None:
        for line in self.lines:
            if REPLACEMENT in line.raw:
                where = line.key or "the comment"
                text = f"{where} holds {REPLACEMENT} (U+FFFD): a letter was lost when the file was saved."
                self._warn("letter_lost", line, text, "Write the letter again and save the file as UTF-8.")

    def _warn(self, code: str, line: Line, text: str, remedy: str) -> None:
        remedy = remedy[:1].upper() + remedy[1:] or "Remove the line."
        self.warnings.append(Finding(code=code, severity=Severity.WARNING, line=line.number, text=text, remedy=remedy))

    def _mistake(self, code: str, line: Line | None, text: str, remedy: str) -> None:
        number, key = (line.number, f"{line.key}: ") if line else (None, "")
        self.mistakes.append(
            Finding(code=code, severity=Severity.ERROR, line=number, text=f"{key}{text}", remedy=remedy)
        )
