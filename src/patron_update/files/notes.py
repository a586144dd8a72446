"""What stood out about a file as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One remark about a whole file, its remedy included; it names no patron. ``code`` is stable."""

    code: str
    text: str

    def __str__(self) -> str:
        """Return the text alone."""
        return self.text
