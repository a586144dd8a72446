"""The skip, delete and association rules: their keys, and what several of one kind mean together.

Certain are their modes, maxima and purpose. The vendor's own syntax of a rule is unknown. Ours is ``Skip1={9} equals
T``, a condition as `grammar.read_condition` reads it, and so ``Delete1=…`` and ``Association1=…``, up to the maximum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.template import Condition, If, Template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.properties.model import Settings

SKIP, DELETE, ASSOCIATION = KINDS = ("Skip", "Delete", "Association")
KEY = re.compile(rf"({'|'.join(KINDS)})([1-9][0-9]{{0,5}})")
LOOKS_LIKE_A_RULE = re.compile(r"(skip|delete|association|associate)_?(rule|if|when)?[_.]?\d+.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; ``text`` is its condition as written in the file at ``line``."""

    kind: str
    number: int
    condition: Condition
    text: str = ""
    line: int | None = None

    @property
    def key(self) -> str:
        """Return the key of the rule's line."""
        return f"{self.kind}{self.number}"

    @property
    def template(self) -> Template:
        """Return a template that looks at what the rule looks at; its value means nothing."""
        nothing = Template(parts=())
        choice = If(condition=self.condition, then=nothing, otherwise=nothing)
        return Template(parts=(choice,), text=self.text, line=self.line)


def check_number(kind: str, number: int, settings: Settings) -> None:
    """Raise SyntaxMistakeError when the maximum of the kind does not let a rule with this number count."""
    most = getattr(settings, f"{kind.lower()}_max")
    if number > most:
        raise SyntaxMistakeError(f"{kind}Max is {most}.", f"Number it from 1 to {most}, or raise {kind}Max.")


def all_named(rules: Iterable[Rule]) -> str:
    """Return how a message names rules that hold together."""
    return " and ".join(rule.key for rule in rules)
