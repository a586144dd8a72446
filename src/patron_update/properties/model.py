"""A properties file as a value: settings, one template per mapped field, map tables, and the lines it came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patron_update.properties.lines import COMMENTS_BEGIN, COMMENTS_END, Line
from patron_update.properties.rules import DELETE, KINDS, Rule
from patron_update.properties.walking import condition_with_sources, references_in, tables_in, with_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from patron_update.properties.findings import Finding
    from patron_update.properties.template import Source, Template

MEANING = 1
"""Raised whenever the same file comes to mean something else, so that everything is looked at again."""

OTHER_SITES = "otherSites"
"""Ours: the key ``field_otherSites``, which is no field of a patron."""

DEFAULT = "default"
"""The entry of a map table that takes every value without an entry of its own."""

SETTINGS_THAT_COUNT = ("site_short_name_default", "csv_text_encoding", "match_using_district_id", "input_rows_to_skip")
"""The settings that always change a result; the others belong to rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The keys that are neither fields nor maps; the defaults hold for a missing or empty key.

    The modes tell how rules of one kind work together, the maxima which of their numbers count.
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
    other_sites: Template | None = None
    """Ours: a list of the further sites that the row's patron is associated with, separated by commas."""
    rules: tuple[Rule, ...] = ()

    @property
    def mapped_fields(self) -> frozenset[str]:
        """Return the names of the fields that the file loads."""
        return frozenset(self.fields)

    @property
    def texts(self) -> dict[str, str]:
        """Return each field's template as written; not the password's, which may hold a part of one."""
        return {field: template.text for field, template in self.fields.items() if field != "password"}

    @property
    def roots(self) -> dict[str, Template]:
        """Return, by key, what every value and every rule begins with: templates, and those of conditions."""
        return {
            **{f"field_{field}": template for field, template in self.fields.items()},
            **({f"field_{OTHER_SITES}": self.other_sites} if self.other_sites else {}),
            **{rule.key: rule.template for rule in self.rules},
        }

    @property
    def columns_used(self) -> frozenset[int]:
        """Return the numbers of all columns that are needed, through maps too; not those known by name."""
        return frozenset[int]().union(*map(self.columns_in, self.roots.values()))

    @property
    def columns_shown(self) -> frozenset[int]:
        """Return the numbers of the columns that may be shown: not those that the password has and no other field."""
        others = frozenset[int]().union(*(self.columns_of(field) for field in self.fields if field != "password"))
        secret = self.columns_of("password") if "password" in self.fields else frozenset()
        return self.columns_used - (secret - others)

    @property
    def names_used(self) -> frozenset[str]:
        """Return the header names of all columns that are referred to by name, through maps too."""
        return frozenset(name for root in self.roots.values() for name in self.names_in(root))

    @property
    def templates(self) -> Iterator[Template]:
        """Yield every template that is used: roots and map entries."""
        yield from self.roots.values()
        for table in sorted(self.tables_used):
            yield from self.maps[table].values()

    @property
    def tables_used(self) -> frozenset[str]:
        """Return the map tables that some field or rule reaches."""
        return frozenset[str]().union(*(self._tables_below(root) for root in self.roots.values()))

    def columns_of(self, field: str) -> frozenset[int]:
        """Return the numbers of the columns that ``field`` needs, through maps too; not those known by name."""
        return self.columns_in(self.fields[field])

    def columns_in(self, template: Template) -> frozenset[int]:
        """Return the numbers of the columns that ``template`` needs, through maps too; not those known by name."""
        return frozenset(source for source in self._sources(template) if isinstance(source, int))

    def names_in(self, template: Template) -> frozenset[str]:
        """Return the header names of the columns that ``template`` refers to by name, through maps too."""
        return frozenset(source for source in self._sources(template) if isinstance(source, str))

    def template_of(self, field: str) -> Template:
        """Return the template of a field, `OTHER_SITES` among them."""
        if field == OTHER_SITES and self.other_sites:
            return self.other_sites
        return self.fields[field]

    def rules_of(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules of ``kind`` (`rules.KINDS`), by their numbers."""
        return tuple(sorted((rule for rule in self.rules if rule.kind == kind), key=lambda rule: rule.number))

    def all_must_hold(self, kind: str) -> bool:
        """Tell whether the rules of ``kind`` fire only together: their mode is ``and``."""
        mode: str = getattr(self.settings, f"{kind.lower()}_mode")
        return mode == "and"

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
            "types": dict(self.field_types),
            "other_sites": self.other_sites and self.other_sites.text,
            "rules": {kind: self._meaning_of(kind) for kind in KINDS if self.rules_of(kind)},
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
            other_sites=self.other_sites and with_sources(self.other_sites, change),
            rules=tuple(replace(rule, condition=condition_with_sources(rule.condition, change)) for rule in self.rules),
            maps={
                table: {value: with_sources(entry, change) for value, entry in self.maps[table].items()}
                for table in sorted(self.tables_used)
            },
        )

    def _meaning_of(self, kind: str) -> list[object]:
        update_before = kind == DELETE and self.settings.update_before_delete
        return [self.all_must_hold(kind), update_before, [rule.text for rule in self.rules_of(kind)]]

    def _sources(self, template: Template) -> Iterator[Source]:
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
