"""YAML that remembers on which line each key stands, and refuses a key that stands twice."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import yaml

from patron_update.errors import JobFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Table(dict[str, Any]):
    """One YAML mapping. ``lines`` has the line of each key, ``line`` the line where the mapping begins (1-based)."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Place:
    """A place in a file, from which a problem is told."""

    def __init__(self, path: Path, line: int | None = None) -> None:
        self.path, self.line = path, line

    def at(self, line: int | None) -> Place:
        """Return the place of another line of the same file."""
        return Place(self.path, line)

    def problem(self, text: str) -> JobFileError:
        """Return the error that tells ``text`` about this place."""
        where = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return JobFileError(f"{where}: {text}")


def read_table(path: Path) -> Table:
    """Read the file as one mapping. Raises JobFileError when it is not there, no YAML, or no mapping."""
    place = Place(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        there = ", ".join(sorted(other.name for other in path.parent.glob("*.yaml"))) or "none"
        raise place.problem(f"the suite is not there. Suites in that folder: {there}.") from error
    except UnicodeDecodeError as error:
        raise place.problem("is not UTF-8 text. Save it as UTF-8.") from error
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that keeps line numbers
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise place.at(line).problem(f"is no valid YAML: {error.problem}.") from error
    if not isinstance(document, Table):
        raise place.problem("must be a mapping with the keys name and expectations.")
    return document


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``' Did you mean …?'``, or ``''`` when nothing known is close; upper and lower case are no difference."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" Did you mean '{by_lower[close[0]]}'?" if close else ""


class _Loader(yaml.SafeLoader):
    pass


def _table(loader: _Loader, node: yaml.MappingNode) -> Table:
    table = Table(node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} is no text", problem_mark=key_node.start_mark)
        if key in table:
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark)
        table[key] = loader.construct_object(value_node, deep=True)
        table.lines[key] = key_node.start_mark.line + 1
    return table


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _table)
