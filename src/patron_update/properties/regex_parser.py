"""Java's regex syntax, read into a small tree of nodes that belongs to no engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patron_update.properties import charsets
from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.regex_flags import (
    Flags,
    begin,
    behind_comments,
    boundary,
    cased,
    dot,
    end,
    read_flags,
)
from patron_update.properties.regex_node import Node

if TYPE_CHECKING:
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


_CRLF = Node(kind="sequence", children=tuple(Node(kind="chars", chars=charsets.of(each)) for each in "\r\n"))
_LINE_BREAK = Node(kind="choice", children=(_CRLF, Node(kind="chars", chars=charsets.VERTICAL)))


def parse_regex(pattern: str) -> tuple[Node, int]:
    """Return the tree of ``pattern`` and the number of its groups. Raises SyntaxMistakeError."""
    parser = _Parser(pattern)
    root = parser.choice(frozenset(), depth=0)
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

    def choice(self, flags: Flags, *, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.mistake("too many groups inside each other", "Write it simpler.")
        branches: list[Node] = []
        atoms: list[Node] = []
        while self._more(flags) and self.pattern[self.index] != ")":
            if self.take("|"):
                branches.append(Node(kind="sequence", children=tuple(atoms)))
                atoms = []
            elif (found := read_flags(self.pattern, self.index, flags)) and not found[2]:
                flags, self.index, _ = found
            elif self.take("\\Q"):
                atoms.extend(self._quoted(flags))
                atoms[-1:] = [self._quantified(atom, flags) for atom in atoms[-1:]]
            else:
                atoms.append(self._quantified(self._atom(flags, depth=depth), flags))
        branches.append(Node(kind="sequence", children=tuple(atoms)))
        return branches[0] if len(branches) == 1 else Node(kind="choice", children=tuple(branches))

    def _more(self, flags: Flags) -> bool:
        """Go to the next character that counts; tell whether there is one."""
        self.index = behind_comments(self.pattern, self.index, flags)
        return self.index < len(self.pattern)

    def _quoted(self, flags: Flags) -> list[Node]:
        end_of_quote = self.pattern.find("\\E", self.index)
        text = self.pattern[self.index :] if end_of_quote < 0 else self.pattern[self.index : end_of_quote]
        self.index = len(self.pattern) if end_of_quote < 0 else end_of_quote + 2
        return [_chars(cased(charsets.of(character), flags)) for character in text]

    def _quantified(self, atom: Node, flags: Flags) -> Node:
        while self._more(flags) and (found := _QUANTIFIER.match(self.pattern, self.index)):
            self.index = found.end()
            mode = found[5]
            if not mode and self._more(flags) and self.pattern[self.index] in "?+":
                mode = self.pattern[self.index]
                self.index += 1
            simple = {"*": (0, Node.MANY), "+": (1, Node.MANY), "?": (0, 1)}.get(found[1])
            least = simple[0] if simple else int(found[2])
            most = simple[1] if simple else int(found[4]) if found[4] else Node.MANY if found[3] else least
            if most < least:
                raise self.mistake("a quantifier whose end is before its start", "Write {1,3}, for example.")
            atom = Node(
                kind="repeat",
                text=found[0][: found.start(5) - found.start()] + mode,
                children=(atom,),
                least=least,
                most=most,
            )
        return atom

    def _atom(self, flags: Flags, *, depth: int) -> Node:  # noqa: PLR0911 - one return per kind
        character = self.pattern[self.index]
        if character == "(":
            return self._group(flags, depth=depth)
        self.index += 1
        match character:
            case "[":
                return _chars(self._class(flags, depth=depth))
            case ".":
                return dot(flags)
            case "^":
                return begin(flags)
            case "$":
                return end(flags)
            case "\\":
                return self._escape(flags)
            case "*" | "+" | "?" | "{":
                raise self.mistake(f"nothing before its {character}", f"Write \\{character} for the character itself.")
            case _:
                return _chars(cased(charsets.of(character), flags))

    def _group(self, flags: Flags, *, depth: int) -> Node:
        kind, text = "group", ""
        opening = next((opening for opening in sorted(_GROUPS, reverse=True) if self.take(opening)), None)
        if opening:
            text = _GROUPS[opening]
            kind = {"": "sequence", "?>": "atomic"}.get(text, "look")
        elif found := read_flags(self.pattern, self.index, flags):
            kind, (flags, self.index, _) = "sequence", found
        elif named := re.compile(r"\(\?<([A-Za-z][A-Za-z0-9]*)>").match(self.pattern, self.index):
            self.index = named.end()
            self.groups += 1
            if self.names.setdefault(named[1], self.groups) != self.groups:
                raise self.mistake(f"two groups with the name {named[1]}", "Give each a name of its own.")
        elif self.pattern.startswith("(?", self.index):
            raise self.mistake(
                "a group of a kind that is not supported", "Use (…), (?:…), (?=…), (?<=…) or a flag such as (?i)."
            )
        else:
            self.index += 1
            self.groups += 1
        inner = self.choice(flags, depth=depth + 1)
        if not self.take(")"):
            raise self.mistake("a parenthesis that never closes", "Write \\( for the character itself.")
        if text.startswith("?<"):
            self._check_lookbehind(inner)
        return Node(kind=kind, text=text, children=(inner,))

    def _check_lookbehind(self, inner: Node) -> None:
        least, most = inner.width()
        if most >= Node.MANY:
            raise self.mistake("a lookbehind without a greatest length", "Write {1,20} for +, for example.")
        greedy = any(node.kind in {"group", "atomic"} or node.text.endswith("+", 1) for node in inner.walk())
        if least != most and greedy:
            raise self.mistake(
                "a group or a possessive repetition in a lookbehind of several lengths",
                "Write (?:…) for (…) in it, or one lookbehind for each length with | between them.",
            )

    def _escape(self, flags: Flags) -> Node:  # noqa: PLR0911 - one return per kind
        rest = self.pattern[self.index : self.index + 1]
        if rest and rest in "bB":
            self.index += 1
            return boundary(rest, flags)
        if rest in {"A", "z", "Z"}:
            self.index += 1
            return Node(kind="start", text=r"\A") if rest == "A" else Node(kind="end")
        if rest and rest in "123456789":
            self.index += 1
            return Node(kind="back", text=rest)
        if rest == "R":
            self.index += 1
            return _LINE_BREAK
        if rest == "X":
            self.index += 1
            return Node(kind="cluster", text=r"\X")
        if rest == "G":
            raise self.mistake(
                r"\G, the end of the match before; a value is searched but once", r"Write ^ for the beginning."
            )
        if name := _NAMED_BACK.match(self.pattern, self.index):
            self.index = name.end()
            # A name that is not there yet is no group that there is: the check at the end refuses it.
            return Node(kind="back", text=str(self.names.get(name[1], Node.MANY)))
        chars = self._escaped_set(flags)
        return _chars(cased(chars, flags, folded=_single(chars)))

    def _escaped_set(self, flags: Flags) -> CharSet:
        """Read what follows a backslash, inside a class or outside."""
        if found := _HEXADECIMAL.match(self.pattern, self.index):
            self.index = found.end()
            code = int(found[4], 8) if found[4] else int(found[1] or found[2] or found[3], 16)
            if code <= charsets.LAST:
                return ((code, code),)
        if found := _PROPERTY.match(self.pattern, self.index):
            self.index = found.end()
            chars = charsets.named(found[2] or found[3], ignore_case="i" in flags, unicode="U" in flags)
            return charsets.without(chars) if found[1] == "P" else chars
        letter = self.pattern[self.index : self.index + 1]
        self.index += 1
        if letter.lower() in _SETS and letter:
            chars = charsets.of_all(letter.lower()) if "U" in flags and letter in "wWdDsS" else _SETS[letter.lower()]
            return chars if letter.islower() else charsets.without(chars)
        if letter in _CONTROLS:
            return charsets.of(_CONTROLS[letter])
        if not letter or (letter.isascii() and letter.isalnum()):
            raise self.mistake(f"the escape \\{letter}, which is not supported", "Double the backslash to mean one.")
        return charsets.of(letter)

    def _class(self, flags: Flags, *, depth: int) -> CharSet:
        """Read a character class behind its bracket: ranges, nested classes (union) and ``&&`` (intersection)."""
        if depth > DEEPEST:
            raise self.mistake("too many classes inside each other", "Write it simpler.")
        negated = self.take("^")
        chars: CharSet = ()
        result: CharSet | None = None
        first = True
        while True:
            more = self._more(flags)
            if not first and self.take("]"):
                break
            first = False
            if not more:
                raise self.mistake("a bracket that never closes", "Write \\[ for the character itself.")
            if self.take("&&"):
                result, chars = chars if result is None else charsets.both(result, chars), ()
            elif self.take("["):
                chars = charsets.merged((*chars, *self._class(flags, depth=depth + 1)))
            else:
                chars = charsets.merged((*chars, *self._class_item(flags)))
        whole = chars if result is None else charsets.both(result, chars)
        return charsets.without(whole) if negated else whole

    def _class_item(self, flags: Flags) -> CharSet:
        low = self._class_char(flags)
        self._more(flags)
        next_two = self.pattern[self.index : self.index + 2]
        single = _single(low)
        if single and next_two[:1] == "-" and next_two[1:] not in {"]", "[", ""}:
            self.index += 1
            self._more(flags)
            high = self._class_char(flags)
            if len(high) != 1 or high[0][1] < low[0][0]:
                raise self.mistake("a range whose end is before its start", "Write [a-z], for example.")
            low = ((low[0][0], high[0][1]),)
        return cased(low, flags, folded=single)

    def _class_char(self, flags: Flags) -> CharSet:
        if self.take("\\"):
            return self._escaped_set(flags)
        self.index += 1
        return charsets.of(self.pattern[self.index - 1])


def _chars(chars: CharSet) -> Node:
    return Node(kind="chars", chars=chars)


def _single(chars: CharSet) -> bool:
    return len(chars) == 1 and chars[0][0] == chars[0][1]
