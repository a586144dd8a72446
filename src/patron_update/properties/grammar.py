r"""Read a value template or a condition from its text.

Certain: ``{n}``, ``{n,omit}``, ``{n,date,PATTERN,omit}``, ``{n,map_t,omit}``, ``{n,regex("p","{$1}")}``, ISEMPTY with
three arguments, literals, and all of them joined. Ours: several steps in one reference run from left to right, blanks
around the arguments of ISEMPTY and around options do not count, ``\{`` and ``\}`` are the characters themselves. Ours
too, and all inside braces, where the vendor's converter has nothing but the above: ``{Last Name}`` is the column that
has this name in the header, ``{"Name, last"}`` the same for a name with commas; ``{if(condition,a,b)}``,
``{coalesce(a,b,…)}`` and ``{today+n}`` stand in a column's place; the options are in `functions`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patron_update.properties.conditions import OPERATORS, read_operator, refuse_joined
from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.lines import read_escape, unescape
from patron_update.properties.options import REGEX, Call, Option, Patterns, read_options
from patron_update.properties.regexes import java_regex
from patron_update.properties.template import (
    BLANKS,
    Coalesce,
    Condition,
    If,
    Literal,
    Part,
    Reference,
    Source,
    Template,
    Today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 20
HIGHEST_COLUMN = 10_000

_ISEMPTY = "ISEMPTY("
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_QUOTED = re.compile(rf"\s*{_TEXT}\s*", re.DOTALL)
_ARGUMENT = re.compile(rf"\s*(?:{_TEXT}|(-?[0-9]{{1,6}}))\s*([,)])", re.DOTALL)
_CALL = re.compile(rf"\s*({'|'.join([REGEX, *FUNCTIONS])})\s*\(")
_ANY_CALL = re.compile(r"\s*([A-Za-z]+)\s*\(")
_SOURCE_CALL = re.compile(r"\s*(if|coalesce)\(", re.IGNORECASE)
_TODAY = re.compile(r"today\s*(?:([+-])\s*([0-9]{1,5}))?", re.IGNORECASE)
_BLANK = re.compile(r"\s*")
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")


def read_template(text: str, line: int | None = None, dates: Mapping[int, Patterns] | None = None) -> Template:
    """Return the template that ``text`` (as written, escapes and all) writes. Raises SyntaxMistakeError.

    ``dates`` are the declared date patterns by column.
    """
    parts = _Parser(text, dates or {}).parts(stops="", depth=0)
    return Template(parts=parts, text=text, line=line)


def read_condition(text: str, dates: Mapping[int, Patterns]) -> Condition:
    """Return the condition that ``text`` writes, all of it. Raises SyntaxMistakeError."""
    return _Parser(text, dates).condition(stops="", depth=0)


class _Parser:
    """One pass over a text."""

    def __init__(self, text: str, dates: Mapping[int, Patterns]) -> None:
        self.text = text
        self.dates = dates
        self.index = 0

    def parts(self, *, stops: str, depth: int) -> tuple[Part, ...]:
        """Read up to one of ``stops`` outside braces and inner parentheses, or to the end."""
        if depth > DEEPEST:
            raise SyntaxMistakeError("A function stands too deep inside others.", f"Use at most {DEEPEST} levels.")
        parts: list[Part] = []
        literal: list[str] = []
        inner = 0
        while self.index < len(self.text):
            character = self.text[self.index]
            if not inner and character in stops:
                break
            if character == "{" or self.text.startswith(_ISEMPTY, self.index):
                _add_literal(parts, literal)
                parts.append(self._reference(depth) if character == "{" else self._isempty(depth))
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

    def condition(self, *, stops: str, depth: int) -> Condition:
        """Read a reference, an operator and what it compares with, up to one of ``stops`` or to the end."""
        self._skip_blanks()
        if not self._at("{"):
            raise SyntaxMistakeError("A condition begins with a column.", 'Write {9} equals "T", for example.')
        begin = self.index
        parts: tuple[Part, ...] = (self._reference(depth),)
        subject = Template(parts=parts, text=self.text[begin : self.index])
        operator, negated, self.index = read_operator(self.text, self.index)
        values: tuple[Template, ...] = ()
        regex = None
        if operator == "matches":
            regex = java_regex(self._quoted_pattern())
        elif operator == "in":
            values = self._list(depth)
        elif OPERATORS[operator].values:
            values = (self._argument(stops, depth),)
            if not values[0].text:
                raise SyntaxMistakeError(f'"{operator}" needs a value.', 'Write "is empty", or "" for an empty text.')
        for value in values:
            refuse_joined(value)
        self._skip_blanks()
        if self.index < len(self.text) and not (stops and self.text[self.index] in stops):
            raise SyntaxMistakeError(
                f"Character {self.index + 1}, behind the condition, is not expected.",
                "One condition has one operator; put a text with commas in double quotes.",
            )
        return Condition(subject=subject, operator=operator, values=values, regex=regex, negated=negated)

    def _quoted_pattern(self) -> str:
        found = _QUOTED.match(self.text, self.index)
        if not found:
            raise SyntaxMistakeError("matches is not followed by a regex in quotes.", 'Write matches "^T".')
        self.index = found.end()
        return found[1]

    def _list(self, depth: int) -> tuple[Template, ...]:
        self._skip_blanks()
        if not self._at("("):
            raise SyntaxMistakeError("in is not followed by a list.", "Write in (PK,KG).")
        self.index += 1
        return self._arguments("in (", depth)

    def _arguments(self, name: str, depth: int) -> tuple[Template, ...]:
        """Read arguments up to the closing parenthesis."""
        arguments = [self._argument(",)", depth)]
        while self._comma(name):
            arguments.append(self._argument(",)", depth))
        return tuple(arguments)

    def _comma(self, name: str) -> bool:
        """Step over a comma (True) or the closing parenthesis (False)."""
        self.index += 1
        before = self.text[self.index - 1 : self.index]
        if not before:
            raise SyntaxMistakeError(f"{name} never closes.", "Close it with ')'.")
        return before == ","

    def _argument(self, stops: str, depth: int) -> Template:
        """Read an argument of ours: a template without the blanks around it, or a text in double quotes."""
        begin = self.index
        quoted = _QUOTED.match(self.text, self.index)
        if quoted and (quoted.end() == len(self.text) or self.text[quoted.end()] in stops):
            self.index = quoted.end()
            parts: list[Part] = []
            _add_literal(parts, list(unescape(quoted[1])))
            return Template(parts=tuple(parts), text=quoted[0].strip())
        found = self.parts(stops=stops, depth=depth + 1)
        return Template(parts=_stripped(found), text=self.text[begin : self.index].strip())

    def _character(self) -> str:
        if self.text[self.index] == "\\":
            piece, self.index = read_escape(self.text, self.index)
            return piece
        self.index += 1
        return self.text[self.index - 1]

    def _at(self, character: str) -> bool:
        return self.text.startswith(character, self.index)

    def _skip_blanks(self) -> None:
        found = _BLANK.match(self.text, self.index)
        self.index = found.end() if found else self.index

    def _isempty(self, depth: int) -> If:
        start = self.index + 1
        self.index += len(_ISEMPTY)
        arguments: list[Template] = []
        while True:
            begin = self.index
            parts = self.parts(stops=",)", depth=depth + 1)
            arguments.append(Template(parts=_stripped(parts), text=self.text[begin : self.index].strip()))
            if not self._comma(f"ISEMPTY( at character {start}"):
                break
        if len(arguments) != len(("tested", "then", "otherwise")):
            raise SyntaxMistakeError(
                f"ISEMPTY at character {start} has {len(arguments)} arguments; it takes three.",
                r"Write ISEMPTY({5},{4},{5}); a comma that belongs to a text is written \,.",
            )
        tested, then, otherwise = arguments
        return If(condition=Condition(subject=tested, operator="empty"), then=then, otherwise=otherwise)

    def _reference(self, depth: int) -> Reference:
        start = self.index + 1
        self.index += 1
        source = self._source(start, depth)
        options: list[Option] = []
        while self._separator(start) == ",":
            options.append(self._option(start))
        declared = self.dates.get(source, ()) if isinstance(source, int) else ()
        steps, omit = read_options(options, declared)
        return Reference(source=source, steps=steps, omit=omit)

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
            if not character:
                raise SyntaxMistakeError(f"'{{' at character {start} never closes.", "Close it with '}'.")
            if character == "{":
                raise SyntaxMistakeError(
                    f"'{{' at character {self.index + 1} stands inside the braces that open at character {start}.",
                    "Close those before it; functions are options behind a column, {1,upper}; ISEMPTY stands outside.",
                )
            piece.append(self._character())
        return "".join(piece)

    def _source(self, start: int, depth: int) -> Source:
        quoted = _QUOTED.match(self.text, self.index)
        if quoted:
            self.index = quoted.end()
            return _name(unescape(quoted[1]), quoted=True)
        call = _SOURCE_CALL.match(self.text, self.index)
        if call:
            self.index = call.end()
            source = (
                self._if(depth)
                if call[1].lower() == "if"
                else Coalesce(alternatives=self._arguments("coalesce(", depth))
            )
            self._skip_blanks()
            return source
        text = self._piece(start).strip()
        today = _TODAY.fullmatch(text)
        if today:
            return Today(days=int(f"{today[1] or '+'}{today[2] or 0}"))
        return _number(text) if text.isascii() and text.isdigit() else _name(text, quoted=False)

    def _if(self, depth: int) -> If:
        condition = self.condition(stops=",)", depth=depth + 1)
        branches = self._arguments("if(", depth) if self._comma("if(") else ()
        if not 1 <= len(branches) <= len(("then", "otherwise")):
            raise SyntaxMistakeError(
                f"if has {len(branches)} results behind its condition; it takes one or two.",
                'Write {if({9} equals "T",yes,no)}; put a text with commas in double quotes.',
            )
        then, otherwise = (*branches, Template(parts=()))[:2]
        return If(condition=condition, then=then, otherwise=otherwise)

    def _option(self, start: int) -> Option:
        call = _CALL.match(self.text, self.index)
        if not call:
            self._refuse_unknown_call()
            return self._piece(start)
        self.index = call.end()
        arguments: list[str | int] = []
        closed = ""
        while closed != ")":
            found = _ARGUMENT.match(self.text, self.index)
            if not found:
                example = FUNCTIONS[call[1]].example if call[1] in FUNCTIONS else 'regex("(.*)@.*","{$1}")'
                raise SyntaxMistakeError(
                    f"{call[1]}( is not followed by texts in quotes and numbers.", f"Write {example}."
                )
            self.index = found.end()
            arguments.append(int(found[2]) if found[2] else found[1])
            closed = found[3]
        self._skip_blanks()
        return Call(name=call[1], arguments=tuple(arguments))

    def _refuse_unknown_call(self) -> None:
        call = _ANY_CALL.match(self.text, self.index)
        guess = did_you_mean(call[1], [REGEX, *FUNCTIONS]) if call else ""
        if call and guess:
            raise SyntaxMistakeError(
                f'"{call[1]}(" is no option of a column; {guess}', "Functions are written in small letters."
            )


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


def _number(text: str) -> int:
    if not 1 <= int(text[:6]) <= HIGHEST_COLUMN:
        raise SyntaxMistakeError(f"{{{text}}} is no column.", f"Columns are counted from 1 to {HIGHEST_COLUMN:,}.")
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
