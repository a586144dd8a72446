"""One mistake in a file: where it stands, what was found, and what to write instead."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from patron_update.errors import JobFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a key from the top of a file: ``("sites", 0, "aliases")``."""

SHOWN_LENGTH = 60
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake; ``line`` and ``column`` begin with 1 and are None when the whole file is meant."""

    path: Path
    line: int | None = None
    column: int | None = None
    key: KeyPath = ()
    text: str

    def __str__(self) -> str:
        where = str(self.path) if self.line is None else f"{self.path}, line {self.line}, column {self.column}"
        key = f"{dotted(self.key)}: " if self.key else ""
        return f"{where}: {key}{self.text}"


def refusal(mistakes: Iterable[Mistake]) -> JobFileError:
    """Return the error that tells all ``mistakes``, one per line, in the order of the file."""
    ordered = sorted(mistakes, key=lambda one: (str(one.path), one.line or 0, one.column or 0, one.text))
    return JobFileError("\n".join(str(mistake) for mistake in ordered))


def dotted(key: KeyPath) -> str:
    """Return a key as people write it: ``sites[1].aliases``; lists are counted from 1, as people do."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key)
    return "".join(parts).removeprefix(".")


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that ``word`` most likely meant, or None when none is near."""
    by_plain = {_plain(one): one for one in sorted(allowed, reverse=True)}
    near = difflib.get_close_matches(_plain(word), by_plain, n=1, cutoff=0.7)
    return by_plain[near[0]] if near else None


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` with its leading blank, or an empty text when no allowed word is near."""
    near = closest(word, allowed)
    return f" Did you mean '{near}'?" if near else ""


def shown(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    """Return a value of the file as a message repeats it: short, on one line, with its quotes."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 1]}…")


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]", "", word.casefold())
