"""Walking over the text of a template: characters and escapes, separators, and the small things that stand alone."""

from __future__ import annotations

import re
import unicodedata

from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.lines import read_escape
from patron_update.properties.template import BLANKS, Literal, Part

HIGHEST_COLUMN = 10_000

_BLANK = re.compile(r"\s*")
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")


class Cursor:
    """A place in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0

    def character(self) -> str:
        """Return the next character, or what the next escape stands for."""
        if self.text[self.index] == "\\":
            piece, self.index = read_escape(self.text, self.index)
            return piece
        self.index += 1
        return self.text[self.index - 1]

    def at(self, character: str) -> bool:
        """Tell whether ``character`` comes next."""
        return self.text.startswith(character, self.index)

    def skip_blanks(self) -> None:
        """Step over blanks."""
        found = _BLANK.match(self.text, self.index)
        self.index = found.end() if found else self.index

    def comma(self, name: str) -> bool:
        """Step over a comma (True) or the closing parenthesis (False)."""
        self.index += 1
        before = self.text[self.index - 1 : self.index]
        if not before:
            raise SyntaxMistakeError(f"{name} never closes.", "Close it with ')'.")
        return before == ","

    def separator(self, start: int) -> str:
        """Step over what ends an option, and return it: a comma or the closing brace."""
        character = self.text[self.index : self.index + 1]
        if character not in {",", "}"}:
            raise SyntaxMistakeError(
                f"Character {self.index + 1}, inside the braces that open at character {start}, is not expected.",
                "Put a comma or '}' there.",
            )
        self.index += 1
        return character

    def piece(self, start: int) -> str:
        """Read up to a comma or the closing brace of what opened at ``start``."""
        piece: list[str] = []
        while (character := self.text[self.index : self.index + 1]) not in {",", "}"}:
            if not character:
                raise SyntaxMistakeError(f"'{{' at character {start} never closes.", "Close it with '}'.")
            if character == "{":
                raise SyntaxMistakeError(
                    f"'{{' at character {self.index + 1} stands inside the braces that open at character {start}.",
                    "Close those before it; functions are options behind a column, {1,upper}; ISEMPTY stands outside.",
                )
            piece.append(self.character())
        return "".join(piece)


def add_literal(parts: list[Part], literal: list[str]) -> None:
    """Add the characters of ``literal`` to ``parts`` as one text in NFC, as conditions find the CSV's; empty it."""
    text = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), "".join(literal))
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise SyntaxMistakeError("A text holds a character that no value may have.", r"Remove the \u escape.")
    if text:
        parts.append(Literal(text=unicodedata.normalize("NFC", text)))
    literal.clear()


def stripped(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return ``parts`` without the blanks around them."""
    result = list(parts)
    if result and isinstance(result[0], Literal):
        result[0] = Literal(text=result[0].text.lstrip())
    if result and isinstance(result[-1], Literal):
        result[-1] = Literal(text=result[-1].text.rstrip())
    return tuple(part for part in result if part != Literal(text=""))


def column_number(text: str) -> int:
    """Return the number of a column."""
    if not 1 <= int(text[:6]) <= HIGHEST_COLUMN:
        raise SyntaxMistakeError(f"{{{text}}} is no column.", f"Columns are counted from 1 to {HIGHEST_COLUMN:,}.")
    return int(text)


def column_name(text: str, *, quoted: bool) -> str:
    """Return the name of a column; outside quotes it must hold a letter, so that a slip is not taken for a name."""
    name = text.strip(BLANKS)
    if not name or not (quoted or any(character.isalpha() for character in name)):
        raise SyntaxMistakeError(
            f"{{{text}}} names no column.",
            "Write the number of a column, {1} is the first, or its name in the header: {Last Name}.",
        )
    return name
