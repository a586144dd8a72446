"""The model's way back to a file: lines that still say what the model says stay as they are, others are written anew.

Comments are kept wherever they stand; the vendor's converter keeps only those between its markers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patron_update.domain.fields import FIELDS
from patron_update.errors import PropertiesError
from patron_update.properties.lines import COMMENTS_BEGIN, COMMENTS_END, Line, escape, read_lines, unescape
from patron_update.properties.maps import split_entry
from patron_update.properties.model import OTHER_SITES
from patron_update.properties.reader import TOTAL, parse
from patron_update.properties.rules import KEY
from patron_update.properties.settings import KEYS

if TYPE_CHECKING:
    from collections.abc import Collection

    from patron_update.properties.model import Properties

    Place = tuple[int, int, str]

_BLOCKS = (
    ("SiteShortNameDefault",),
    ("CsvTextEncoding",),
    ("MatchUsingDistrictID",),
    ("InputRowsToSkip",),
    ("SkipMode", "SkipMax"),
    ("UpdateBeforeDelete", "DeleteMode", "DeleteMax"),
    ("AssociationMode", "AssociationMax"),
    (*(f"field_{field.name}" for field in FIELDS), f"field_{OTHER_SITES}"),
)
"""The order in which the vendor's converter writes its keys; map tables and field types follow."""
_PLACES = {key: (number, place, "") for number, block in enumerate(_BLOCKS) for place, key in enumerate(block)}
_MAPS, _TYPES, _OTHERS = range(len(_BLOCKS), len(_BLOCKS) + 3)


def write(properties: Properties) -> str:
    """Return the text of ``properties``: that of the file it was read from, but for what was changed since.

    A key that the file does not have yet is put behind those that the converter writes before it. Properties without
    lines become a new file in the converter's order. Raises PropertiesError when a value cannot stand in a file.
    """
    now = entries(properties)
    text = _changed(properties, now) if properties.lines else _new(now)
    if entries(parse(text, properties.name)) != now:
        raise PropertiesError(
            f"{properties.name} cannot be written: a template or a map value does not stay the same on one line. "
            "Write line breaks as \\n and a backslash at the end as \\\\."
        )
    return text


def entries(properties: Properties) -> dict[str, str]:
    """Return what ``properties`` says: each key with its value as a line would hold it."""
    settings, maps, types = properties.settings, properties.maps, properties.field_types
    return {
        **{key: _text(getattr(settings, name)) for key, name in KEYS.items()},
        **{f"field_{name}": template.text for name, template in properties.fields.items()},
        **({f"field_{OTHER_SITES}": properties.other_sites.text} if properties.other_sites else {}),
        **{rule.key: rule.text for rule in properties.rules},
        **{f"map_{table}_{value}": entry.text for table in sorted(maps) for value, entry in maps[table].items()},
        **({} if properties.field_type_total is None else {TOTAL: str(properties.field_type_total)}),
        **{f"field_type_{column}": _text(kind) for column, kind in sorted(types.items())},
    }


def _text(value: object) -> str:
    return escape(value) if isinstance(value, str) else str(value).lower()


def _new(found: dict[str, str]) -> str:
    text, before = f"{COMMENTS_BEGIN}\n{COMMENTS_END}\n", None
    for key in sorted(found, key=_place):
        block, _, table = _place(key)
        if before != (before := (block, table)):
            text += "\n"
        text += _line(key, found[key], "\n")
    return text


def _changed(properties: Properties, now: dict[str, str]) -> str:
    parsed = parse("".join(line.raw for line in properties.lines), properties.name)
    before = entries(parsed)
    removed = before.keys() - now.keys()
    tables = {*properties.maps, *parsed.maps}
    lines = [line for line in properties.lines if _key(line, tables) not in removed]
    for key in sorted(now, key=_place):
        if before.get(key) != now[key]:
            _put(lines, key, now[key], _end(properties.lines[0].raw) or "\n", tables)
    return "".join(line.raw for line in lines)


def _put(lines: list[Line], key: str, value: str, end: str, tables: Collection[str]) -> None:
    """Let the line of ``key`` that counts, the last one, say ``value``; add one where the key has none."""
    place = _place(key)
    keys = [_key(line, tables) for line in lines]
    places = [(index, _place(other)) for index, other in enumerate(keys) if other is not None]
    same = [index for index, other in enumerate(keys) if other == key]
    if same:
        lines[same[-1]] = _read(_line(key, value, _end(lines[same[-1]].raw)))
        return
    behind = [index for index, other in places if other == place] or [
        index for index, other in places if other <= place
    ]
    index = behind[-1] + 1 if behind else places[0][0] if places else len(lines)
    if index and not _end(lines[index - 1].raw):
        lines[index - 1] = _read(lines[index - 1].raw + end)
    lines.insert(index, _read(_line(key, value, end)))


def _place(key: str) -> Place:
    """Return where the converter would write ``key``: block, place in the block, map table."""
    if key.startswith("map_"):
        return _MAPS, 0, key.split("_")[1]
    if key == TOTAL or re.fullmatch(r"field_type_\d+", key):
        return _TYPES, 0 if key == TOTAL else int(key.rpartition("_")[2]), ""
    if rule := KEY.fullmatch(key):
        block, last, _ = _PLACES[f"{rule[1]}Max"]
        return block, last + int(rule[2]), ""
    return _PLACES.get(key, (_OTHERS, 0, ""))


def _line(key: str, value: str, end: str) -> str:
    return f"{escape(key).replace('=', chr(92) + '=')}={value}{end}"


def _read(raw: str) -> Line:
    return read_lines(raw)[0]


def _key(line: Line, tables: Collection[str]) -> str | None:
    """Return the key of a line as `entries` has it, that of a map as `split_entry` parts it."""
    key = None if line.key is None else unescape(line.key)
    table, value = split_entry(key, tables) if key and key.startswith("map_") else ("", "")
    return f"map_{table}_{value}" if table else key


def _end(raw: str) -> str:
    return raw[len(raw.rstrip("\r\n")) :]
