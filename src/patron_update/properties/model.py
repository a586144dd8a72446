"""A properties file as a value: settings, one template per mapped field, map tables, and the lines it came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.properties.lines import COMMENTS_BEGIN, COMMENTS_END, Line
from patron_update.properties.walking import references_in, tables_in, with_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from patron_update.properties.findings import Finding
    from patron_update.properties.template import Source, Template

MEANING = 1
"""Raised whenever the same file comes to mean something else, so that everything is looked at again."""

DEFAULT = "default"
"""The entry of a map table that takes every value without an entry of its own."""

SETTINGS_THAT_COUNT = ("site_short_name_default", "csv_text_encoding", "match_using_district_id", "input_rows_to_skip")
"""The settings that change a result today; the others belong to rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The keys that are neither fields nor maps; the defaults hold for a missing or empty key.

    The modes and maxima of the rules are kept as the vendor's converter writes them; rules themselves are not read yet.
    """

    site_short_name_default: str = ""
    csv_text_encoding: str = "windows-1252"
    match_using_district_id: bool = True
    input_rows_to_skip: int = 0
    skip_mode: str = "and"
    skip_max: int = 100
    update_before_delete: bool = False
    delete_mode: str = "and"
    delete_max: int = 100
    association_mode: str = "and"
    association_max: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """A properties file that can be used. ``fields`` are in the order of the patron record, whatever the file's.

    ``maps`` gives the replacement by table and value; the entry `DEFAULT` takes what has no entry of its own.
    ``warnings`` are what the reader noticed; `lint` knows more.
    """

    name: str
    settings: Settings
    fields: Mapping[str, Template]
    maps: Mapping[str, Mapping[str, Template]]
    field_types: Mapping[int, str]
    field_type_total: int | None
    warnings: tuple[Finding, ...]
    lines: tuple[Line, ...]

    @property
    def mapped_fields(self) -> frozenset[str]:
        """Return the names of the fields that the file loads."""
        return frozenset(self.fields)

    @property
    def columns_used(self) -> frozenset[int]:
        """Return the numbers of all columns that some field needs, through maps too; not those known by name."""
        return frozenset[int]().union(*(self.columns_of(field) for field in self.fields))

    @property
    def columns_shown(self) -> frozenset[int]:
        """Return the numbers of the columns that may be shown: those of every field but the password."""
        return frozenset[int]().union(*(self.columns_of(field) for field in self.fields if field != "password"))

    @property
    def names_used(self) -> frozenset[str]:
        """Return the header names of all columns that some field refers to by name, through maps too."""
        return frozenset[str]().union(*(self.names_of(field) for field in self.fields))

    @property
    def templates(self) -> Iterator[Template]:
        """Yield every template that may give a value, map entries too."""
        yield from self.fields.values()
        for table in sorted(self.tables_used):
            yield from self.maps[table].values()

    @property
    def tables_used(self) -> frozenset[str]:
        """Return the map tables that some field reaches."""
        return frozenset[str]().union(*(self._tables_below(template) for template in self.fields.values()))

    def columns_of(self, field: str) -> frozenset[int]:
        """Return the numbers of the columns that ``field`` needs, through maps too; not those known by name."""
        return frozenset(number for number in self._sources(field) if isinstance(number, int))

    def names_of(self, field: str) -> frozenset[str]:
        """Return the header names of the columns that ``field`` refers to by name, through maps too."""
        return frozenset(name for name in self._sources(field) if isinstance(name, str))

    @property
    def fingerprint(self) -> str:
        """Return a SHA-256 over everything that changes a result; comments, order and unused maps do not."""
        result = {
            "meaning": MEANING,
            "settings": [getattr(self.settings, name) for name in SETTINGS_THAT_COUNT],
            "fields": {field: template.text for field, template in self.fields.items()},
            "maps": {
                table: {value: template.text for value, template in self.maps[table].items()}
                for table in self.tables_used
            },
            "total": self.field_type_total,
        }
        return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()

    @property
    def comments(self) -> tuple[str, ...]:
        """Return the lines between the markers of the comments block, as written."""
        inside, kept = False, []
        for line in self.lines:
            text = line.raw.strip()
            inside = (inside or text == COMMENTS_BEGIN) and text != COMMENTS_END
            if inside and text != COMMENTS_BEGIN:
                kept.append(line.raw.rstrip("\r\n"))
        return tuple(kept)

    def line_of(self, key: str) -> int | None:
        """Return the number of the line of ``key`` that counts, the last one."""
        return max((line.number for line in self.lines if line.key == key), default=None)

    def with_sources(self, change: Callable[[Source], Source]) -> Properties:
        """Return these properties with ``change`` applied to every source in them; tables that nothing uses vanish."""
        return replace(
            self,
            fields={field: with_sources(template, change) for field, template in self.fields.items()},
            maps={
                table: {value: with_sources(entry, change) for value, entry in self.maps[table].items()}
                for table in sorted(self.tables_used)
            },
        )

    def _sources(self, field: str) -> Iterator[Source]:
        template = self.fields[field]
        replacements = (entry for table in self._tables_below(template) for entry in self.maps[table].values())
        for each in (template, *replacements):
            yield from (reference.source for reference in references_in(each))

    def _tables_below(self, template: Template) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(tables_in(template))
        while waiting:
            table = waiting.pop()
            if table not in found:
                found.add(table)
                waiting.extend(inner for entry in self.maps[table].values() for inner in tables_in(entry))
        return frozenset(found)
