"""The options behind a source, ``{source,option,…}``, to steps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.dates import DatePattern, read_pattern
from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.functions import FUNCTIONS, check_call
from patron_update.properties.lines import unescape
from patron_update.properties.regexes import java_regex, read_replacement
from patron_update.properties.template import DateStep, ListStep, MapStep, RegexStep, Step, TextStep

if TYPE_CHECKING:
    from collections.abc import Sequence

Patterns = tuple[DatePattern, ...]

REGEX = "regex"
_TYPE = re.compile(r"(?:text|number|date(?:\s+(.+))?)?", re.IGNORECASE)
_OPTIONS = ("omit", "date", "map_", REGEX, *FUNCTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An option with arguments, as written: texts (escapes and all) and numbers."""

    name: str
    arguments: tuple[str | int, ...]


Option = str | Call


def read_options(options: Sequence[Option], declared: Patterns) -> tuple[tuple[Step, ...], bool]:
    """Return the steps that ``options`` write, and whether they hold ``omit``. Raises SyntaxMistakeError.

    ``declared`` are the date patterns that hold where ``date`` stands without one.
    """
    words = [option.strip() if isinstance(option, str) else option for option in options]
    last = len(words) - 1 if words and words[-1] == "omit" else len(words)
    return _steps(options[:last], declared), "omit" in words


def read_patterns(text: str) -> Patterns:
    """Return the date patterns in ``text``: one, or ours: several that ``|`` separates. Raises SyntaxMistakeError.

    A text that is one pattern as it stands is one, since the vendor's patterns may hold bars: a list of ours never is,
    for each of its patterns has a year of its own.
    """
    try:
        return (read_pattern(text.strip()),)
    except SyntaxMistakeError:
        if "|" not in text:
            raise
    return tuple(read_pattern(each.strip()) for each in text.split("|"))


def read_type(text: str) -> Patterns:
    """Return the date patterns that a column's type declares, none for the other types. Raises SyntaxMistakeError."""
    found = _TYPE.fullmatch(text)
    if not found:
        raise SyntaxMistakeError(f'"{text}" is no type.', "Write text, number or date MM/dd/yyyy.")
    return read_patterns(found[1]) if found[1] else ()


def _steps(options: Sequence[Option], declared: Patterns) -> tuple[Step, ...]:
    steps: list[Step] = []
    for index, option in enumerate(options):
        word = option.strip() if isinstance(option, str) else option
        if word == "date":
            return (*steps, _date(options[index + 1 :], declared))
        if isinstance(word, Call) and word.name == "split" and len(word.arguments) == 1:
            step = _text_step(word)
            return (*steps, ListStep(separator=str(step.arguments[0]), steps=_steps(options[index + 1 :], declared)))
        if word != "omit":
            steps.append(_step(word))
    return tuple(steps)


def _step(word: str | Call) -> Step:
    if isinstance(word, Call):
        return _regex(word) if word.name == REGEX else _text_step(word)
    if word in FUNCTIONS:
        return _text_step(Call(name=word, arguments=()))
    return _map(word)


def _regex(call: Call) -> RegexStep:
    if [type(argument) for argument in call.arguments] != [str, str]:
        raise SyntaxMistakeError("regex( is not followed by two texts in quotes.", 'Write regex("(.*)@.*","{$1}").')
    pattern, text = map(str, call.arguments)
    regex = java_regex(pattern)
    replacement = read_replacement(text.replace('\\"', '"'))
    highest = max((part for part in replacement if isinstance(part, int)), default=0)
    if highest > regex.groups:
        raise SyntaxMistakeError(
            f"The replacement uses group {{${highest}}}; the regex has {regex.groups}.", "Count the parentheses."
        )
    return RegexStep(regex=regex, replacement=replacement)


def _text_step(call: Call) -> TextStep:
    arguments = tuple(unescape(each) if isinstance(each, str) else each for each in call.arguments)
    if any(isinstance(each, str) and "\0" in each for each in arguments):
        raise SyntaxMistakeError("A text holds a character that no value may have.", r"Remove the \u escape.")
    check_call(call.name, arguments)
    return TextStep(function=call.name, arguments=arguments)


def _date(pieces: Sequence[Option], declared: Patterns) -> DateStep:
    """Build a date step from everything behind ``date``: a pattern may hold commas itself."""
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) < len(pieces) or not (any(text.strip() for text in texts) or (declared and not texts)):
        raise SyntaxMistakeError("date is not followed by a pattern alone.", "Write {8,date,MM/dd/yyyy,omit}.")
    return DateStep(patterns=read_patterns(",".join(texts)) if texts else declared)


def _map(option: str) -> MapStep:
    table = option.removeprefix("map_")
    if option == "map_":
        raise SyntaxMistakeError(
            "map_ names no map table.", "Write {4,map_status,omit} and lines map_status_<value>=…."
        )
    if table == option:
        guess = did_you_mean(option, _OPTIONS)
        raise SyntaxMistakeError(
            f'"{option}" is no option of a column; {guess}' if guess else f'"{option}" is no option of a column.',
            f"Options are omit, date,PATTERN, map_<table>, regex(…) and ours: {', '.join(FUNCTIONS)}.",
        )
    return MapStep(table=table)
