r"""Read a value template from its text.

Certain: ``{n}``, ``{n,omit}``, ``{n,date,PATTERN,omit}``, ``{n,map_t,omit}``, ``{n,regex("p","{$1}")}``, ISEMPTY with
three arguments, literals, and all of them joined. Ours: several steps in one reference run from left to right, blanks
around the arguments of ISEMPTY and around options do not count, ``\{`` and ``\}`` are the characters themselves.
"""

from __future__ import annotations

import re

from patron_update.properties.dates import read_pattern
from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.lines import read_escape
from patron_update.properties.regexes import java_regex, read_replacement
from patron_update.properties.template import (
    Column,
    DateStep,
    IsEmpty,
    Literal,
    MapStep,
    Part,
    RegexStep,
    Step,
    Template,
)

DEEPEST = 20
OPTIONS = ("omit", "date", "map_", "regex(")
HIGHEST_COLUMN = 10_000

_CALL = "ISEMPTY("
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
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

    def _reference(self) -> Column:
        start = self.index + 1
        self.index += 1
        pieces: list[str | RegexStep] = []
        piece: list[str] = []
        while True:
            character = self.text[self.index : self.index + 1]
            if character in {"", "{"}:
                raise SyntaxMistakeError(f"'{{' at character {start} never closes.", "Close it with '}'.")
            if character in {",", "}"}:
                pieces.append("".join(piece))
                piece = []
                self.index += 1
                if character == "}":
                    return _column(pieces)
            elif "".join(piece).strip() == "regex" and character == "(":
                pieces.append(self._regex())
                piece = []
                if self.text[self.index : self.index + 1] not in {",", "}"}:
                    raise SyntaxMistakeError("Something stands behind regex(…).", "Put a comma or '}' there.")
                if self.text[self.index] == ",":
                    self.index += 1
                else:
                    self.index += 1
                    return _column(pieces)
            else:
                piece.append(self._character())

    def _regex(self) -> RegexStep:
        found = re.compile(rf"\({_QUOTED.pattern},{_QUOTED.pattern}\)\s*", re.DOTALL).match(self.text, self.index)
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


def _column(pieces: list[str | RegexStep]) -> Column:
    number = _number(pieces[0])
    options = pieces[1:]
    omit = bool(options) and isinstance(options[-1], str) and options[-1].strip() == "omit"
    steps: list[Step] = []
    remaining = options[:-1] if omit else options
    while remaining:
        option, remaining = remaining[0], remaining[1:]
        if isinstance(option, str) and option.strip() == "omit":
            omit = True
        elif isinstance(option, str) and option.strip() == "date":
            steps.append(_date(remaining))
            break
        else:
            steps.append(option if isinstance(option, RegexStep) else _map(option.strip()))
    return Column(number=number, steps=tuple(steps), omit=omit)


def _number(piece: str | RegexStep) -> int:
    text = piece.strip() if isinstance(piece, str) else "regex"
    if not (text.isascii() and text.isdigit()):
        raise SyntaxMistakeError(f"{{{text}}} names no column.", "Write the number of a column: {1} is the first.")
    if not 1 <= int(text) <= HIGHEST_COLUMN:
        raise SyntaxMistakeError(f"{{{text}}} is no column.", "Columns are counted from 1.")
    return int(text)


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
