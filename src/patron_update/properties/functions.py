"""Our functions on texts, all of them: what each means, and the same as DuckDB SQL.

None belongs to the vendor's language. They are written as options, ``{4,substring(1,1),upper}``, where the vendor's
converter knows nothing of the kind. An empty text stays empty whatever the function. Characters and parts are counted
from 1, from the end with negative numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.findings import SyntaxMistakeError
from patron_update.properties.sql import quoted, stripped
from patron_update.properties.template import BLANKS

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1000
"""The highest number that a function takes: no field is longer."""

_WORD_ENDS = " -'\u2019.,/()&"
"""What a capital follows in a title."""
_CLASS = re.escape(_WORD_ENDS)
_WORDS = rf"[{_CLASS}]+|[^{_CLASS}]+"
# What Python maps to two characters and DuckDB to one.
_UPPER, _LOWER = {"ß": "ẞ"}, {"İ": "i"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of a text and of ``arguments`` (their types, of which the last ``optional`` may be missing)."""

    example: str
    meaning: Callable[..., str]
    sql: Callable[..., str]
    arguments: tuple[type[str | int], ...] = ()
    optional: int = 0
    long: bool = False
    """The SQL uses its value more than once."""


def upper(text: str) -> str:
    """Return ``text`` in capitals, each character on its own, as DuckDB does it: its length stays."""
    return "".join(_one(c.upper(), _one(c.title(), _UPPER.get(c, c))) for c in text)


def lower(text: str) -> str:
    """Return ``text`` in small letters, each character on its own."""
    return "".join(_one(c.lower(), _LOWER.get(c, c)) for c in text)


def _one(mapped: str, otherwise: str) -> str:
    return mapped if len(mapped) == 1 else otherwise


def _title(text: str) -> str:
    return "".join(upper(word[:1]) + lower(word[1:]) for word in re.findall(_WORDS, text))


def _title_sql(value: str) -> str:
    words = f"regexp_extract_all({value}, {quoted(_WORDS)})"
    return f"array_to_string(list_transform({words}, lambda w: upper(substr(w, 1, 1)) || lower(substr(w, 2))), '')"


def _pad(text: str, character: str, width: int) -> str:
    return text.rjust(width, character) if text else ""


def _pad_sql(value: str, character: str, width: int) -> str:
    return f"CASE WHEN {value} = '' THEN '' ELSE repeat({quoted(character)}, {width} - length({value})) || {value} END"


def _substring(text: str, start: int, length: int = LONGEST) -> str:
    rest = text[start - 1 :] if start > 0 else text[start:]
    return rest[:length]


def _substring_sql(value: str, start: int, length: int | None = None) -> str:
    rest = f"substr({value}, {start})" if start > 0 else f"right({value}, {-start})"
    return rest if length is None else f"left({rest}, {length})"


def _split(text: str, separator: str, part: int) -> str:
    parts = text.split(separator)
    return parts[part - (part > 0)].strip(BLANKS) if abs(part) <= len(parts) else ""


def _split_sql(value: str, separator: str, part: int) -> str:
    return stripped(f"split_part({value}, {quoted(separator)}, {part})")


FUNCTIONS = {
    "trim": Function(example="trim", meaning=lambda text: text.strip(BLANKS), sql=stripped, long=True),
    "upper": Function(example="upper", meaning=upper, sql=lambda value: f"upper({value})"),
    "lower": Function(example="lower", meaning=lower, sql=lambda value: f"lower({value})"),
    "title": Function(example="title", meaning=_title, sql=_title_sql),
    "pad": Function(example='pad("0",8)', meaning=_pad, sql=_pad_sql, arguments=(str, int), long=True),
    "substring": Function(
        example="substring(1,1)", meaning=_substring, sql=_substring_sql, arguments=(int, int), optional=1
    ),
    "split": Function(
        example='split(",",1)', meaning=_split, sql=_split_sql, arguments=(str, int), optional=1, long=True
    ),
    "replace": Function(
        example='replace("-","")',
        meaning=lambda text, old, new: text.replace(old, new),
        sql=lambda value, old, new: f"replace({value}, {quoted(old)}, {quoted(new)})",
        arguments=(str, str),
    ),
}
"""By name. ``split`` without a number makes a list: `template.ListStep`."""


def check_call(name: str, arguments: tuple[str | int, ...]) -> None:
    """Raise SyntaxMistakeError unless the function ``name`` takes ``arguments``."""
    function = FUNCTIONS[name]
    types = tuple(type(argument) for argument in arguments)
    fewest = len(function.arguments) - function.optional
    fits = types == function.arguments[: len(types)] and fewest <= len(types) <= len(function.arguments)
    problem = None if fits else "takes other arguments: texts in double quotes, numbers without"
    if fits and any(isinstance(each, int) and not 1 <= abs(each) <= LONGEST for each in arguments):
        problem = f"counts from 1, up to {LONGEST}"
    elif fits and (name == "pad" and (len(str(arguments[0])) != 1 or int(arguments[1]) < 1)):
        problem = "takes one character and a width"
    elif fits and name in {"split", "replace"} and not arguments[0]:
        problem = "needs a text to look for"
    elif fits and name == "substring" and int(arguments[-1]) < 1 < len(arguments):
        problem = "takes a number of characters, 1 or more"
    if problem:
        raise SyntaxMistakeError(f"{name} {problem}.", f"Write {function.example}, for example.")
