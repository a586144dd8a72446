"""A piece of a regex, in a small tree that belongs to no engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.properties.charsets import CharSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A piece of a regex.

    ``kind`` is chars, sequence, choice, group, repeat, look, atomic, back, start, end, boundary or cluster;
    ``text`` is the piece's own syntax where both engines share it (a quantifier, for example); ``least`` and ``most``
    belong to a repeat.
    """

    MANY: ClassVar[int] = 1_000_000

    kind: str
    text: str = ""
    children: tuple[Node, ...] = ()
    chars: CharSet = ()
    least: int = 1
    most: int = 1

    def walk(self) -> Iterator[Node]:
        """Yield the node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def width(self) -> tuple[int, int]:
        """Return the least and the most characters that it takes; `MANY` stands for no bound that is known."""
        inner = [child.width() for child in self.children]
        match self.kind:
            case "chars":
                return 1, 1
            case "sequence" | "group" | "atomic":
                least, most = sum(each[0] for each in inner), sum(each[1] for each in inner)
            case "choice":
                least, most = min(each[0] for each in inner), max(each[1] for each in inner)
            case "repeat":
                least, most = inner[0][0] * self.least, inner[0][1] * self.most
            case "back" | "cluster":
                least, most = 0, self.MANY
            case _:
                least, most = 0, 0
        return least, min(most, self.MANY)
