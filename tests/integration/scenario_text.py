"""Scenarios as text: what tests/scenarios/README.md describes, read into values."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Table = list[dict[str, str]]
"""Rows by column heading; cells as written."""

SET_UP = ("MATCH", "JOB", "PROPERTIES", "DISTRICT", "BEFORE")
NIGHT = ("EDIT", "OUTSTANDING", "TYPE", "FILE", "COMMANDS", "OUTCOME", "COUNTS", "AFTER", "MESSAGES")
_HEAD = re.compile(rf"^({'|'.join(('SCENARIO', *SET_UP, *NIGHT))})\b *(.*)$")


@dataclass
class Night:
    """What happens before one run, its file, and what is expected of it."""

    sections: dict[str, list[str]] = field(default_factory=dict)
    days: int = 1

    def text(self, name: str) -> str:
        return "\n".join(self.sections.get(name, ()))

    def table(self, name: str) -> Table:
        return list(csv.DictReader(self.sections.get(name, ()), strict=True))


@dataclass
class Scenario:
    """One named scenario: a set-up and one night or several."""

    name: str
    place: str
    set_up: Night = field(default_factory=Night)
    nights: list[Night] = field(default_factory=list)


def scenarios(path: Path) -> Iterator[Scenario]:
    """Yield the scenarios of one file. Raises ValueError, with file and line, for what it cannot read."""
    scenario: Scenario | None = None
    lines: list[str] = []
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        if text.startswith("#") or (not text.strip() and not lines):
            continue
        head = _HEAD.match(text)
        if head and head[1] == "SCENARIO":
            if scenario:
                yield _complete(scenario)
            scenario, lines = Scenario(head[2], f"{path.name}:{number}"), []
        elif scenario is None:
            raise ValueError(f"{path.name}:{number}: a file begins with SCENARIO, not with {text!r}")
        elif head:
            lines = _section(scenario, head[1], head[2], f"{path.name}:{number}")
        elif text.strip():
            lines.append(text)
    if scenario:
        yield _complete(scenario)


def _section(scenario: Scenario, name: str, rest: str, place: str) -> list[str]:
    if name in SET_UP:
        if scenario.nights:
            raise ValueError(f"{place}: {name} stands before the first night")
        part = scenario.set_up
    else:
        last = scenario.nights[-1] if scenario.nights else None
        if last is None or ("FILE" in last.sections and name in ("EDIT", "OUTSTANDING", "TYPE", "FILE")):
            last = Night()
            scenario.nights.append(last)
        part = last
        if name == "FILE" and (days := re.fullmatch(r"after (\d+) days?", rest)):
            part.days, rest = int(days[1]), ""
    if name in part.sections:
        raise ValueError(f"{place}: {name} stands twice in one night")
    part.sections[name] = [rest] if rest else []
    return part.sections[name]


def _complete(scenario: Scenario) -> Scenario:
    if not scenario.nights or any("FILE" not in night.sections for night in scenario.nights):
        raise ValueError(f"{scenario.place}: {scenario.name!r} has a night without a FILE")
    if not any(night.sections.keys() & {"AFTER", "COUNTS", "MESSAGES", "OUTCOME"} for night in scenario.nights):
        raise ValueError(f"{scenario.place}: {scenario.name!r} expects nothing")
    return scenario
