r"""Read a value template from its text.

Certain: ``{n}``, ``{n,omit}``, ``{n,date,PATTERN,omit}``, ``{n,map_t,omit}``, ``{n,regex("p","{$1}")}``, ISEMPTY with
three arguments, literals, and all of them joined. Ours: several steps in one reference run from left to right, blanks
around the arguments of ISEMPTY and around options do not count, ``\{`` and ``\}`` are the characters themselves,
``{Last Name}`` is the column that has this name in the header, ``{"Name, last"}`` the same for a name with commas.
"""

from __future__ import annotations

import re

from patron_update.properties.dates import read_pattern
from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.lines import read_escape, unescape
from patron_update.properties.regexes import java_regex, read_replacement
from patron_update.properties.template import (
    BLANKS,
    DateStep,
    IsEmpty,
    Literal,
    MapStep,
    Part,
    Reference,
    RegexStep,
    Step,
    Template,
)

DEEPEST = 20
OPTIONS = ("omit", "date", "map_", "regex(")
HIGHEST_COLUMN = 10_000

_CALL = "ISEMPTY("
_TEXT = r'\s*"((?:[^"\\]|\\.)*)"\s*'
_QUOTED = re.compile(_TEXT, re.DOTALL)
_TWO_TEXTS = re.compile(rf"{_TEXT},{_TEXT}\)\s*", re.DOTALL)
_REGEX = re.compile(r"\s*regex\s*\(")
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")


def read_template(text: str, line: int | None = None) -> Template:
    """Return the template that ``text`` (as written, escapes and all) writes. Raises SyntaxMistakeError."""
    parts = _Parser(text).parts(stops="", depth=0)
    return Template(parts=parts, text=text, line=line)


class _Parser:
    """One pass over a template's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0

    def parts(self, *, stops: str, depth: int) -> tuple[Part, ...]:
        """Read up to one of ``stops`` outside braces and inner parentheses, or to the end."""
        if depth > DEEPEST:
            raise SyntaxMistakeError("ISEMPTY stands too deep inside itself.", f"Use at most {DEEPEST} levels.")
        parts: list[Part] = []
        literal: list[str] = []
        inner = 0
        while self.index < len(self.text):
            character = self.text[self.index]
            if not inner and character in stops:
                break
            if character == "{" or self.text.startswith(_CALL, self.index):
                _add_literal(parts, literal)
                parts.append(self._reference() if character == "{" else self._call(depth))
                continue
            if character == "}":
                raise SyntaxMistakeError(
                    f"'}}' at character {self.index + 1} closes nothing.", r"Remove it, or write \} for the character."
                )
            if stops:
                inner += {"(": 1, ")": -1}.get(character, 0)
            literal.append(self._character())
        _add_literal(parts, literal)
        return tuple(parts)

    def _character(self) -> str:
        if self.text[self.index] == "\\":
            piece, self.index = read_escape(self.text, self.index)
            return piece
        self.index += 1
        return self.text[self.index - 1]

    def _call(self, depth: int) -> IsEmpty:
        start = self.index + 1
        self.index += len(_CALL)
        arguments: list[Template] = []
        while True:
            begin = self.index
            parts = self.parts(stops=",)", depth=depth + 1)
            arguments.append(Template(parts=_stripped(parts), text=self.text[begin : self.index].strip()))
            if self.index >= len(self.text):
                raise SyntaxMistakeError(f"ISEMPTY( at character {start} never closes.", "Close it with ')'.")
            self.index += 1
            if self.text[self.index - 1] == ")":
                break
        if len(arguments) != len(("tested", "then", "otherwise")):
            raise SyntaxMistakeError(
                f"ISEMPTY at character {start} has {len(arguments)} arguments; it takes three.",
                r"Write ISEMPTY({5},{4},{5}); a comma that belongs to a text is written \,.",
            )
        return IsEmpty(tested=arguments[0], then=arguments[1], otherwise=arguments[2])

    def _reference(self) -> Reference:
        start = self.index + 1
        self.index += 1
        column = self._column(start)
        options: list[str | RegexStep] = []
        while self._separator(start) == ",":
            options.append(self._option(start))
        return _reference(column, options)

    def _separator(self, start: int) -> str:
        character = self.text[self.index : self.index + 1]
        if character not in {",", "}"}:
            raise SyntaxMistakeError(
                f"Character {self.index + 1}, inside the braces that open at character {start}, is not expected.",
                "Put a comma or '}' there.",
            )
        self.index += 1
        return character

    def _piece(self, start: int) -> str:
        piece: list[str] = []
        while (character := self.text[self.index : self.index + 1]) not in {",", "}"}:
            if character in {"", "{"}:
                raise SyntaxMistakeError(f"'{{' at character {start} never closes.", "Close it with '}'.")
            piece.append(self._character())
        return "".join(piece)

    def _column(self, start: int) -> int | str:
        quoted = _QUOTED.match(self.text, self.index)
        if quoted:
            self.index = quoted.end()
            return _name(unescape(quoted[1]), quoted=True)
        text = self._piece(start).strip()
        return _number(text) if text.isascii() and text.isdigit() else _name(text, quoted=False)

    def _option(self, start: int) -> str | RegexStep:
        call = _REGEX.match(self.text, self.index)
        if not call:
            return self._piece(start)
        self.index = call.end()
        return self._regex()

    def _regex(self) -> RegexStep:
        found = _TWO_TEXTS.match(self.text, self.index)
        if not found:
            raise SyntaxMistakeError("regex( is not followed by two texts in quotes.", 'Write regex("(.*)@.*","{$1}").')
        self.index = found.end()
        regex = java_regex(found[1])
        replacement = read_replacement(found[2].replace('\\"', '"'))
        highest = max((part for part in replacement if isinstance(part, int)), default=0)
        if highest > regex.groups:
            raise SyntaxMistakeError(
                f"The replacement uses group {{${highest}}}; the regex has {regex.groups}.", "Count the parentheses."
            )
        return RegexStep(regex=regex, replacement=replacement)


def _add_literal(parts: list[Part], literal: list[str]) -> None:
    text = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), "".join(literal))
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise SyntaxMistakeError("A text holds a character that no value may have.", r"Remove the \u escape.")
    if text:
        parts.append(Literal(text=text))
    literal.clear()


def _stripped(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    result = list(parts)
    if result and isinstance(result[0], Literal):
        result[0] = Literal(text=result[0].text.lstrip())
    if result and isinstance(result[-1], Literal):
        result[-1] = Literal(text=result[-1].text.rstrip())
    return tuple(part for part in result if part != Literal(text=""))


def _reference(column: int | str, options: list[str | RegexStep]) -> Reference:
    words = [option.strip() if isinstance(option, str) else option for option in options]
    last = len(words) - 1 if words and words[-1] == "omit" else len(words)
    steps: list[Step] = []
    for index, word in enumerate(words[:last]):
        if word == "date":
            steps.append(_date(options[index + 1 : last]))
            break
        if word != "omit":
            steps.append(_map(word) if isinstance(word, str) else word)
    return Reference(column=column, steps=tuple(steps), omit="omit" in words)


def _number(text: str) -> int:
    if not 1 <= int(text[:6]) <= HIGHEST_COLUMN:
        raise SyntaxMistakeError(f"{{{text}}} is no column.", "Columns are counted from 1.")
    return int(text)


def _name(text: str, *, quoted: bool) -> str:
    """Return the name of a column; outside quotes it must hold a letter, so that a slip is not taken for a name."""
    name = text.strip(BLANKS)
    if not name or not (quoted or any(character.isalpha() for character in name)):
        raise SyntaxMistakeError(
            f"{{{text}}} names no column.",
            "Write the number of a column, {1} is the first, or its name in the header: {Last Name}.",
        )
    return name


def _date(pieces: list[str | RegexStep]) -> DateStep:
    """Build a date step from everything behind ``date``: a pattern may hold commas itself."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    pattern = ",".join(texts).strip()
    if not pattern or len(texts) < len(pieces):
        raise SyntaxMistakeError("date is not followed by a pattern alone.", "Write {8,date,MM/dd/yyyy,omit}.")
    return DateStep(pattern=read_pattern(pattern))


def _map(option: str) -> MapStep:
    table = option.removeprefix("map_")
    if table == option or not table:
        guess = did_you_mean(option, OPTIONS)
        raise SyntaxMistakeError(
            f'"{option}" is no option of a column; {guess}' if guess else f'"{option}" is no option of a column.',
            'Options are omit, date,PATTERN, map_<table> and regex("…","…").',
        )
    return MapStep(table=table)
