"""What the launcher tells its user: one line as a step begins, its time when it is done."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGN_OF_LIFE_SECONDS = 5.0
_began = time.monotonic()


def say(text: str = "") -> None:
    """Print at once, even into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def shown(path: Path) -> Path:
    """Return ``path`` as a person would type it here: relative, when it lies below the current folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def heading(text: str) -> None:
    """Print a heading."""
    say(f"\n{text}\n{'─' * len(text)}")


@contextmanager
def step(text: str) -> Iterator[Callable[[str], None]]:
    """Say that a step begins and how long it took; yields a function that shows a sign of life every few seconds."""
    start = time.monotonic()
    say(f"[{start - _began:6.1f} s] {text}")
    last = start

    def alive(detail: str) -> None:
        nonlocal last
        if time.monotonic() - last > SIGN_OF_LIFE_SECONDS:
            last = time.monotonic()
            say(f"             … {last - start:.0f} s: {detail}")

    yield alive
    say(f"             done in {time.monotonic() - start:.1f} s")
