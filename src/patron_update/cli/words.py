"""What several commands share: exit codes and the reading of arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

FAILED, USAGE = 1, 2

NewCommand = Callable[..., argparse.ArgumentParser]
"""Adds a command: its name, the function that does it, whose docstring is its help, and an epilog."""


def number(text: str) -> int:
    """Read a number of 1 or more. Raises argparse.ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text[:9])


def when(text: str) -> datetime:
    """Read a point in time, with or without a time zone. Raises argparse.ArgumentTypeError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-08-31T02:15 or 2026-08-31") from error
