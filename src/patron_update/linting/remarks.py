"""A remark: one thing to look at in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from patron_update.properties import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to look at. ``severity`` is error (it cannot work), warning (it is hardly meant) or info.

    ``line`` is the line of ``path`` that it is about, ``row`` the line of the CSV where an example begins.
    """

    path: Path
    severity: str
    code: str
    text: str
    remedy: str = ""
    line: int | None = None
    row: int | None = None

    @classmethod
    def of(cls, path: Path, finding: Finding) -> Remark:
        """Return the finding about the properties file at ``path``."""
        return cls(
            path=path,
            severity=finding.severity.value,
            code=finding.code,
            text=finding.text,
            remedy=finding.remedy,
            line=finding.line,
            row=finding.row,
        )

    @property
    def message(self) -> str:
        """Return what it is, an example, and what to do."""
        example = f"For example line {self.row:,} of the CSV." if self.row else ""
        return " ".join(part for part in (self.text, example, self.remedy) if part)

    def __str__(self) -> str:
        """Return the remark as a terminal shows it; a text that begins with the path does not name it twice."""
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: "
        if self.text.startswith(str(self.path)):
            place = ""
        return f"{self.severity}: {place}{self.message} [{self.code}]"
