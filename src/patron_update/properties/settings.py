"""The settings' keys, and the reading of their values."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from patron_update.domain.messages import Severity
from patron_update.properties.findings import Finding
from patron_update.properties.model import Settings

if TYPE_CHECKING:
    from patron_update.properties.lines import Line

KEYS: dict[str, str] = {
    "SiteShortNameDefault": "site_short_name_default",
    "CsvTextEncoding": "csv_text_encoding",
    "MatchUsingDistrictID": "match_using_district_id",
    "InputRowsToSkip": "input_rows_to_skip",
    "SkipMode": "skip_mode",
    "SkipMax": "skip_max",
    "UpdateBeforeDelete": "update_before_delete",
    "DeleteMode": "delete_mode",
    "DeleteMax": "delete_max",
    "AssociationMode": "association_mode",
    "AssociationMax": "association_max",
}

_JAVA_CHARSETS = {"x-macroman": "mac_roman", "unicode": "utf-16", "x-utf-16le-bom": "utf-16"}
_MOST = 1_000_000


def read_settings(texts: Mapping[str, tuple[Line, str]], mistakes: list[Finding]) -> Settings:
    """Return the settings in ``texts`` (by attribute), adding to ``mistakes``; an empty text leaves the default."""
    values: dict[str, str | bool | int] = {}
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, (line, text) in texts.items():
        if not text:
            continue
        reader, remedy = _READERS.get(name) or _BY_TYPE[kinds[name]]
        try:
            values[name] = reader(text)
        except (ValueError, LookupError):
            problem = f'{line.key}: "{text}" cannot be used.'
            mistakes.append(
                Finding(code="bad_value", severity=Severity.ERROR, line=line.number, text=problem, remedy=remedy)
            )
    return Settings(**values)  # type: ignore[arg-type]  # each value comes from the reader of its own type


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:8]) > _MOST:
        raise ValueError(text)
    return int(text)


def _mode(text: str) -> str:
    return {"and": "and", "or": "or"}[text.lower()]


def _encoding(text: str) -> str:
    """Return an encoding name that Python knows; Java's own spellings are translated."""
    name = _JAVA_CHARSETS.get(text.lower(), text)
    "".encode(codecs.lookup(name).name)
    return name


_Reader = tuple[Callable[[str], str | bool | int], str]
_MODE: _Reader = (_mode, "Write and, or or.")
_READERS: dict[str, _Reader] = {
    "csv_text_encoding": (_encoding, "Write an encoding such as UTF-8, windows-1252 or MacRoman."),
    "skip_mode": _MODE,
    "delete_mode": _MODE,
    "association_mode": _MODE,
}
_BY_TYPE: dict[type, _Reader] = {
    bool: (_flag, "Write true or false."),
    int: (_number, "Write a whole number, 0 or more."),
    str: (str, ""),
}
