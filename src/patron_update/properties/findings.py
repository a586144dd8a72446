"""What the reader and the linter say about a properties file: findings, and the error that stops a file."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.errors import PropertiesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patron_update.domain.messages import Severity

SHOWN_MISTAKES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark about a properties file. ``line`` is the physical line, 1-based; None when a line is missing.

    ``row`` is the line of the CSV where an example begins, where a CSV was looked at.

    Errors mean that the file cannot work as it stands, warnings that it hardly does what was meant.
    """

    code: str
    severity: Severity
    line: int | None
    text: str
    remedy: str
    row: int | None = None

    def __str__(self) -> str:
        """Return the finding as a terminal shows it."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.text} {self.remedy}".rstrip()


class MistakesError(PropertiesError):
    """A properties file that cannot be used; ``name`` is the file, ``findings`` are all its fatal mistakes by line.

    ``warnings`` are what else was noticed; the text of the error leaves them out.
    """

    def __init__(self, name: str, findings: Sequence[Finding], warnings: Sequence[Finding] = ()) -> None:
        self.name = name
        self.warnings = tuple(warnings)
        self.findings = tuple(sorted(findings, key=lambda finding: finding.line or 0))
        shown = [f"{name}, {finding}" for finding in self.findings[:SHOWN_MISTAKES]]
        more = len(self.findings) - SHOWN_MISTAKES
        super().__init__("\n".join(shown) + (f"\n(and {more} more mistakes)" if more > 0 else ""))


class SyntaxMistakeError(ValueError):
    """A piece of text that the language does not have. The reader adds file, line and key."""

    def __init__(self, text: str, remedy: str) -> None:
        self.text = text
        self.remedy = remedy
        super().__init__(f"{text} {remedy}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return 'did you mean …?' for the known word nearest to ``word``, or an empty text."""
    lowered = {name.lower(): name for name in sorted(known, reverse=True)}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.7)
    return f'did you mean "{lowered[near[0]]}"?' if near else ""
