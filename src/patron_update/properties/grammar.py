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
from patron_update.properties.cursor import Cursor, add_literal, column_name, column_number, stripped
from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.functions import FUNCTIONS
from patron_update.properties.lines import unescape
from patron_update.properties.options import REGEX, Call, Option, Patterns, read_options
from patron_update.properties.regexes import java_regex
from patron_update.properties.template import (
    Coalesce,
    Condition,
    If,
    Part,
    Reference,
    Source,
    Template,
    Today,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST = 20

_ISEMPTY = "ISEMPTY("
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_QUOTED = re.compile(rf"\s*{_TEXT}\s*", re.DOTALL)
_ARGUMENT = re.compile(rf"\s*(?:{_TEXT}|(-?[0-9]{{1,6}}))\s*([,)])", re.DOTALL)
_CALL = re.compile(rf"\s*({'|'.join([REGEX, *FUNCTIONS])})\s*\(")
_ANY_CALL = re.compile(r"\s*([A-Za-z]+)\s*\(")
_SOURCE_CALL = re.compile(r"\s*(if|coalesce)\(", re.IGNORECASE)
_TODAY = re.compile(r"today\s*(?:([+-])\s*([0-9]{1,5}))?", re.IGNORECASE)


def read_template(text: str, line: int | None = None, dates: Mapping[int, Patterns] | None = None) -> Template:
    """Return the template that ``text`` (as written, escapes and all) writes. Raises SyntaxMistakeError.

    ``dates`` are the declared date patterns by column.
    """
    parts = _Parser(text, dates or {}).parts(stops="", depth=0)
    return Template(parts=parts, text=text, line=line)


def read_condition(text: str, dates: Mapping[int, Patterns]) -> Condition:
    """Return the condition that ``text`` writes, all of it. Raises SyntaxMistakeError."""
    return _Parser(text, dates).condition(stops="", depth=0)


class _Parser(Cursor):
    """One pass over a text."""

    def __init__(self, text: str, dates: Mapping[int, Patterns]) -> None:
        super().__init__(text)
        self.dates = dates

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
                add_literal(parts, literal)
                parts.append(self._reference(depth) if character == "{" else self._isempty(depth))
                continue
            if character == "}":
                raise SyntaxMistakeError(
                    f"'}}' at character {self.index + 1} closes nothing.", r"Remove it, or write \} for the character."
                )
            if stops:
                inner += {"(": 1, ")": -1}.get(character, 0)
            literal.append(self.character())
        add_literal(parts, literal)
        return tuple(parts)

    def condition(self, *, stops: str, depth: int) -> Condition:
        """Read a reference, an operator and what it compares with, up to one of ``stops`` or to the end."""
        self.skip_blanks()
        if not self.at("{"):
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
        self.skip_blanks()
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
        self.skip_blanks()
        if not self.at("("):
            raise SyntaxMistakeError("in is not followed by a list.", "Write in (PK,KG).")
        self.index += 1
        return self._arguments("in (", depth)

    def _arguments(self, name: str, depth: int) -> tuple[Template, ...]:
        """Read arguments up to the closing parenthesis."""
        arguments = [self._argument(",)", depth)]
        while self.comma(name):
            arguments.append(self._argument(",)", depth))
        return tuple(arguments)

    def _argument(self, stops: str, depth: int) -> Template:
        """Read an argument of ours: a template without the blanks around it, or a text in double quotes."""
        begin = self.index
        quoted = _QUOTED.match(self.text, self.index)
        if quoted and (quoted.end() == len(self.text) or self.text[quoted.end()] in stops):
            self.index = quoted.end()
            parts: list[Part] = []
            add_literal(parts, list(unescape(quoted[1])))
            return Template(parts=tuple(parts), text=quoted[0].strip())
        found = self.parts(stops=stops, depth=depth + 1)
        return Template(parts=stripped(found), text=self.text[begin : self.index].strip())

    def _isempty(self, depth: int) -> If:
        start = self.index + 1
        self.index += len(_ISEMPTY)
        arguments: list[Template] = []
        while True:
            begin = self.index
            parts = self.parts(stops=",)", depth=depth + 1)
            arguments.append(Template(parts=stripped(parts), text=self.text[begin : self.index].strip()))
            if not self.comma(f"ISEMPTY( at character {start}"):
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
        while self.separator(start) == ",":
            options.append(self._option(start))
        declared = self.dates.get(source, ()) if isinstance(source, int) else ()
        steps, omit = read_options(options, declared)
        return Reference(source=source, steps=steps, omit=omit)

    def _source(self, start: int, depth: int) -> Source:
        quoted = _QUOTED.match(self.text, self.index)
        if quoted:
            self.index = quoted.end()
            return column_name(unescape(quoted[1]), quoted=True)
        call = _SOURCE_CALL.match(self.text, self.index)
        if call:
            self.index = call.end()
            source = (
                self._if(depth)
                if call[1].lower() == "if"
                else Coalesce(alternatives=self._arguments("coalesce(", depth))
            )
            self.skip_blanks()
            return source
        text = self.piece(start).strip()
        today = _TODAY.fullmatch(text)
        if today:
            return Today(days=int(f"{today[1] or '+'}{today[2] or 0}"))
        return column_number(text) if text.isascii() and text.isdigit() else column_name(text, quoted=False)

    def _if(self, depth: int) -> If:
        condition = self.condition(stops=",)", depth=depth + 1)
        branches = self._arguments("if(", depth) if self.comma("if(") else ()
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
            return self.piece(start)
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
        self.skip_blanks()
        return Call(name=call[1], arguments=tuple(arguments))

    def _refuse_unknown_call(self) -> None:
        call = _ANY_CALL.match(self.text, self.index)
        guess = did_you_mean(call[1], [REGEX, *FUNCTIONS]) if call else ""
        if call and guess:
            raise SyntaxMistakeError(
                f'"{call[1]}(" is no option of a column; {guess}', "Functions are written in small letters."
            )
