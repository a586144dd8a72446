"""Java's regex syntax, read into a small tree of nodes that belongs to no engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from patron_update.properties import charsets
from patron_update.properties.findings import SyntaxMistakeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.properties.charsets import CharSet

DEEPEST = 50

_QUANTIFIER = re.compile(r"(?:([*+?])|\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\})([?+]?)")
_HEXADECIMAL = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|0([0-3]?[0-7]{1,2})")
_PROPERTY = re.compile(r"([pP])(?:\{([A-Za-z0-9_= -]+)\}|([A-Z]))")
_NAMED_BACK = re.compile("k<([A-Za-z][A-Za-z0-9]*)>")
_GROUPS = {"(?:": "", "(?>": "?>", "(?=": "?=", "(?!": "?!", "(?<=": "?<=", "(?<!": "?<!"}
_SETS = {
    "d": charsets.DIGIT,
    "w": charsets.WORD,
    "s": charsets.SPACE,
    "h": charsets.HORIZONTAL,
    "v": charsets.VERTICAL,
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A piece of a regex.

    ``kind`` is chars, sequence, choice, group, repeat, look, atomic, back, start, end or boundary;
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


_CRLF = Node(kind="sequence", children=tuple(Node(kind="chars", chars=charsets.of(each)) for each in "\r\n"))
_LINE_BREAK = Node(kind="choice", children=(_CRLF, Node(kind="chars", chars=charsets.VERTICAL)))


def parse_regex(pattern: str) -> tuple[Node, int]:
    """Return the tree of ``pattern`` and the number of its groups. Raises SyntaxMistakeError."""
    parser = _Parser(pattern)
    root = parser.choice(ignore_case=False, dot_all=False, depth=0)
    if parser.index < len(pattern):
        raise parser.mistake("a closing parenthesis too many", "Write \\) for the character itself.")
    if any(node.kind == "back" and int(node.text) > parser.groups for node in root.walk()):
        raise parser.mistake("a reference to a group that it does not have", "Count the opening parentheses.")
    return root, parser.groups


class _Parser:
    """One pass over a pattern. Flags travel down as arguments and change for the rest of their group, as in Java."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.index = 0
        self.groups = 0
        self.names: dict[str, int] = {}

    def mistake(self, what: str, remedy: str) -> SyntaxMistakeError:
        return SyntaxMistakeError(f'The regex "{self.pattern}" has {what}.', remedy)

    def take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.index):
            return False
        self.index += len(text)
        return True

    def choice(self, *, ignore_case: bool, dot_all: bool, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.mistake("too many groups inside each other", "Write it simpler.")
        branches: list[Node] = []
        atoms: list[Node] = []
        while self.index < len(self.pattern) and self.pattern[self.index] != ")":
            if self.take("|"):
                branches.append(Node(kind="sequence", children=tuple(atoms)))
                atoms = []
            elif flags := re.compile(r"\(\?([is]*)(?:-([is]+))?\)").match(self.pattern, self.index):
                self.index = flags.end()
                ignore_case, dot_all = _flags(flags, ignore_case=ignore_case, dot_all=dot_all)
            elif self.take("\\Q"):
                atoms.extend(self._quoted(ignore_case=ignore_case))
                atoms[-1:] = [self._quantified(atom) for atom in atoms[-1:]]
            else:
                atoms.append(self._quantified(self._atom(ignore_case=ignore_case, dot_all=dot_all, depth=depth)))
        branches.append(Node(kind="sequence", children=tuple(atoms)))
        return branches[0] if len(branches) == 1 else Node(kind="choice", children=tuple(branches))

    def _quoted(self, *, ignore_case: bool) -> list[Node]:
        end = self.pattern.find("\\E", self.index)
        text = self.pattern[self.index :] if end < 0 else self.pattern[self.index : end]
        self.index = len(self.pattern) if end < 0 else end + 2
        return [_chars(charsets.of(character), ignore_case=ignore_case) for character in text]

    def _quantified(self, atom: Node) -> Node:
        while found := _QUANTIFIER.match(self.pattern, self.index):
            self.index = found.end()
            simple = {"*": (0, Node.MANY), "+": (1, Node.MANY), "?": (0, 1)}.get(found[1])
            least = simple[0] if simple else int(found[2])
            most = simple[1] if simple else int(found[4]) if found[4] else Node.MANY if found[3] else least
            if most < least:
                raise self.mistake("a quantifier whose end is before its start", "Write {1,3}, for example.")
            atom = Node(kind="repeat", text=found[0], children=(atom,), least=least, most=most)
        return atom

    def _atom(self, *, ignore_case: bool, dot_all: bool, depth: int) -> Node:  # noqa: PLR0911 - one return per kind
        character = self.pattern[self.index]
        if character == "(":
            return self._group(ignore_case=ignore_case, dot_all=dot_all, depth=depth)
        self.index += 1
        match character:
            case "[":
                return _chars(self._class(ignore_case=ignore_case, depth=depth), ignore_case=False)
            case ".":
                return Node(kind="chars", chars=charsets.without(() if dot_all else charsets.LINE_END))
            case "^":
                return Node(kind="start", text=r"\A")
            case "$":
                # Java also stops before a last line end; a value is trimmed before it gets here and has none.
                return Node(kind="end")
            case "\\":
                return self._escape(ignore_case=ignore_case)
            case "*" | "+" | "?" | "{":
                raise self.mistake(f"nothing before its {character}", f"Write \\{character} for the character itself.")
            case _:
                return _chars(charsets.of(character), ignore_case=ignore_case)

    def _group(self, *, ignore_case: bool, dot_all: bool, depth: int) -> Node:
        kind, text = "group", ""
        flags = re.compile(r"\(\?([is]*)(?:-([is]+))?:").match(self.pattern, self.index)
        opening = next((opening for opening in sorted(_GROUPS, reverse=True) if self.take(opening)), None)
        if opening:
            text = _GROUPS[opening]
            kind = {"": "sequence", "?>": "atomic"}.get(text, "look")
        elif flags:
            kind, self.index = "sequence", flags.end()
            ignore_case, dot_all = _flags(flags, ignore_case=ignore_case, dot_all=dot_all)
        elif named := re.compile(r"\(\?<([A-Za-z][A-Za-z0-9]*)>").match(self.pattern, self.index):
            self.index = named.end()
            self.groups += 1
            if self.names.setdefault(named[1], self.groups) != self.groups:
                raise self.mistake(f"two groups with the name {named[1]}", "Give each a name of its own.")
        elif self.pattern.startswith("(?", self.index):
            raise self.mistake("a group of a kind that is not supported", "Use (…), (?:…), (?i) or (?s).")
        else:
            self.index += 1
            self.groups += 1
        inner = self.choice(ignore_case=ignore_case, dot_all=dot_all, depth=depth + 1)
        if not self.take(")"):
            raise self.mistake("a parenthesis that never closes", "Write \\( for the character itself.")
        return Node(kind=kind, text=text, children=(inner,))

    def _escape(self, *, ignore_case: bool) -> Node:
        rest = self.pattern[self.index : self.index + 1]
        if rest and rest in "bB":
            self.index += 1
            return Node(kind="boundary", text="\\" + rest)
        if rest in {"A", "z", "Z"}:
            self.index += 1
            return Node(kind="start", text=r"\A") if rest == "A" else Node(kind="end")
        if rest and rest in "123456789":
            self.index += 1
            return Node(kind="back", text=rest)
        if rest == "R":
            self.index += 1
            return _LINE_BREAK
        if name := _NAMED_BACK.match(self.pattern, self.index):
            self.index = name.end()
            # A name that is not there yet is no group that there is: the check at the end refuses it.
            return Node(kind="back", text=str(self.names.get(name[1], Node.MANY)))
        return _chars(self._escaped_set(ignore_case=ignore_case), ignore_case=ignore_case)

    def _escaped_set(self, *, ignore_case: bool) -> CharSet:
        """Read what follows a backslash, inside a class or outside."""
        if found := _HEXADECIMAL.match(self.pattern, self.index):
            self.index = found.end()
            code = int(found[4], 8) if found[4] else int(found[1] or found[2] or found[3], 16)
            if code <= charsets.LAST:
                return ((code, code),)
        if found := _PROPERTY.match(self.pattern, self.index):
            self.index = found.end()
            chars = charsets.named(found[2] or found[3], ignore_case=ignore_case)
            return charsets.without(chars) if found[1] == "P" else chars
        letter = self.pattern[self.index : self.index + 1]
        self.index += 1
        if letter.lower() in _SETS and letter:
            chars = _SETS[letter.lower()]
            return chars if letter.islower() else charsets.without(chars)
        if letter in _CONTROLS:
            return charsets.of(_CONTROLS[letter])
        if not letter or (letter.isascii() and letter.isalnum()):
            raise self.mistake(f"the escape \\{letter}, which is not supported", "Double the backslash to mean one.")
        return charsets.of(letter)

    def _class(self, *, ignore_case: bool, depth: int) -> CharSet:
        """Read a character class behind its bracket: ranges, nested classes (union) and ``&&`` (intersection)."""
        if depth > DEEPEST:
            raise self.mistake("too many classes inside each other", "Write it simpler.")
        negated = self.take("^")
        chars: CharSet = ()
        result: CharSet | None = None
        first = True
        while first or not self.take("]"):
            first = False
            if self.index >= len(self.pattern):
                raise self.mistake("a bracket that never closes", "Write \\[ for the character itself.")
            if self.take("&&"):
                result, chars = chars if result is None else charsets.both(result, chars), ()
            elif self.take("["):
                chars = charsets.merged((*chars, *self._class(ignore_case=ignore_case, depth=depth + 1)))
            else:
                chars = charsets.merged((*chars, *self._class_item(ignore_case=ignore_case)))
        whole = chars if result is None else charsets.both(result, chars)
        return charsets.without(whole) if negated else whole

    def _class_item(self, *, ignore_case: bool) -> CharSet:
        low = self._class_char(ignore_case=ignore_case)
        next_two = self.pattern[self.index : self.index + 2]
        single = len(low) == 1 and low[0][0] == low[0][1]
        if single and next_two[:1] == "-" and next_two[1:] not in {"]", "[", ""}:
            self.index += 1
            high = self._class_char(ignore_case=ignore_case)
            if len(high) != 1 or high[0][1] < low[0][0]:
                raise self.mistake("a range whose end is before its start", "Write [a-z], for example.")
            low = ((low[0][0], high[0][1]),)
        return charsets.any_case(low) if ignore_case else low

    def _class_char(self, *, ignore_case: bool) -> CharSet:
        if self.take("\\"):
            return self._escaped_set(ignore_case=ignore_case)
        self.index += 1
        return charsets.of(self.pattern[self.index - 1])


def _chars(chars: CharSet, *, ignore_case: bool) -> Node:
    return Node(kind="chars", chars=charsets.any_case(chars) if ignore_case else chars)


def _flags(found: re.Match[str], *, ignore_case: bool, dot_all: bool) -> tuple[bool, bool]:
    on, off = found[1], found[2] or ""
    return (ignore_case or "i" in on) and "i" not in off, (dot_all or "s" in on) and "s" not in off
