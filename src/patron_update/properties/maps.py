"""The map tables: which table a line belongs to; no reference leads nowhere, in a circle or into the boundless."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from patron_update.domain.messages import Severity
from patron_update.properties.findings import Finding, did_you_mean
from patron_update.properties.template import BLANKS, Template
from patron_update.properties.walking import tables_in

DEEPEST = 20
"""Maps inside maps."""
LARGEST = 100_000
"""Entries that one field may reach, counted once per way: each becomes a piece of its expression."""

Maps = Mapping[str, Mapping[str, Template]]


def split_entry(key: str, tables: Collection[str]) -> tuple[str, str]:
    """Return table and value of the key ``map_<table>_<value>``; an empty table when there is no value.

    A table's name may hold underscores: the longest table that some template names wins, else the first underscore
    ends the name. The value is without blanks around it and in NFC, as those of the CSV are when they are looked up.
    """
    rest = key.removeprefix("map_")
    known = [table for table in tables if rest.startswith(f"{table}_")]
    table = max(known, key=len) if known else rest.partition("_")[0]
    if not rest.startswith(f"{table}_"):
        return "", ""
    return table, unicodedata.normalize("NFC", rest[len(table) + 1 :]).strip(BLANKS)


def check_maps(roots: Mapping[str, Template], maps: Maps) -> list[Finding]:
    """Return a mistake for every reference to a table without entries, for circles, and for what grows too large.

    ``roots`` are the templates of fields and rules, by key.
    """
    entries = {f"map_{table}_{value}": entry for table, values in maps.items() for value, entry in values.items()}
    named = {**roots, **entries}
    missing = [
        _mistake(
            "unknown_table",
            template,
            f'{key}: the map table "{table}" has no entries.',
            f"{_guess(table, maps)}Add lines map_{table}_<value>=<replacement>, or correct the reference.",
        )
        for key, template in named.items()
        for table in dict.fromkeys(tables_in(template))
        if table not in maps
    ]
    return missing or _too_large(roots, maps)


def _guess(table: str, maps: Maps) -> str:
    guess = did_you_mean(table, maps)
    return f"{guess[:1].upper()}{guess[1:]} " if guess else ""


def _too_large(roots: Mapping[str, Template], maps: Maps) -> list[Finding]:
    inner = {table: [name for entry in maps[table].values() for name in tables_in(entry)] for table in maps}
    try:
        order = list(TopologicalSorter(inner).static_order())
    except CycleError as error:
        chain: list[str] = error.args[1]
        first = next(iter(maps[chain[0]].values()))
        text = f"The map tables {' → '.join(sorted(set(chain)))} lead into each other without an end."
        return [_mistake("map_circle", first, text, "Take the reference out of one of them.")]
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for table in order:
        depths[table] = 1 + max((depths[name] for name in inner[table]), default=0)
        sizes[table] = len(maps[table]) + sum(sizes[name] for name in inner[table])
    return [
        _mistake(
            "map_too_large",
            template,
            f"{key}: its maps stand more than {DEEPEST} deep or make more than {LARGEST:,} cases.",
            "Nest fewer maps.",
        )
        for key, template in roots.items()
        if sum(sizes[table] for table in tables_in(template)) > LARGEST
        or max((depths[table] for table in tables_in(template)), default=0) > DEEPEST
    ]


def _mistake(code: str, template: Template, text: str, remedy: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, line=template.line, text=text, remedy=remedy)
