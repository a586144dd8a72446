"""The operators of conditions, all of them ours: what each means, and the same as DuckDB SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.properties.findings import SyntaxMistakeError, did_you_mean
from patron_update.properties.regexes import compiled
from patron_update.properties.template import BLANKS, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.properties.template import Template

_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?"
_DATE = "[0-9]{2}/[0-9]{2}/[0-9]{4}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator; ``meaning`` of subject and values is None where it cannot be told."""

    meaning: Callable[..., bool | None]
    sql: Callable[..., str]
    values: bool = True


def _empty(subject: str) -> bool:
    return not subject.strip(BLANKS)


def _compared(subject: str, value: str) -> int | None:
    """Return -1, 0 or 1 for two numbers or two dates (MM/DD/YYYY), None for anything else."""
    both = (subject, value)
    if all(re.fullmatch(_NUMBER, each) for each in both):
        one, other = map(float, both)
        return (one > other) - (one < other)
    if all(re.fullmatch(_DATE, each) for each in both):
        first, second = (each[6:] + each[:5] for each in both)
        return (first > second) - (first < second)
    return None


def _than(sign: int) -> Callable[[str, str], bool | None]:
    def meaning(subject: str, value: str) -> bool | None:
        compared = _compared(subject, value)
        return None if compared is None else compared == sign

    return meaning


def _than_sql(sign: str) -> Callable[[str, str], str]:
    def sql(subject: str, value: str) -> str:
        number, date = (
            " AND ".join(f"regexp_full_match({each}, '{pattern}')" for each in (subject, value))
            for pattern in (_NUMBER, _DATE)
        )
        numbers = f"try_cast({subject} AS DOUBLE) {sign} try_cast({value} AS DOUBLE)"
        first, second = (f"(right({each}, 4) || left({each}, 5))" for each in (subject, value))
        return f"CASE WHEN {number} THEN {numbers} WHEN {date} THEN {first} {sign} {second} END"

    return sql


def _part(name: str, meaning: Callable[[str, str], bool]) -> Operator:
    """Return an operator that asks for a part of a text; an empty text is no part of anything."""
    return Operator(
        meaning=lambda subject, value: value != "" and meaning(subject, value),
        sql=lambda subject, value: f"({value} <> '' AND {name}({subject}, {value}))",
    )


OPERATORS = {
    "equals": Operator(
        meaning=lambda subject, value: subject == value, sql=lambda subject, value: f"({subject} = {value})"
    ),
    "in": Operator(
        meaning=lambda subject, *values: subject in values,
        sql=lambda subject, *values: f"({subject} IN ({', '.join(values)}))",
    ),
    "contains": _part("contains", lambda subject, value: value in subject),
    "starts with": _part("starts_with", str.startswith),
    "ends with": _part("ends_with", str.endswith),
    "matches": Operator(meaning=lambda subject, regex: bool(compiled(regex).search(subject)), sql=str, values=False),
    "empty": Operator(meaning=_empty, sql=str, values=False),
    "greater than": Operator(meaning=_than(1), sql=_than_sql(">")),
    "less than": Operator(meaning=_than(-1), sql=_than_sql("<")),
}
"""By name. Of ``matches`` and ``empty`` the compiler knows the SQL: it depends on the regex, and on the subject."""

_SIGNS = {
    "=": "equals",
    "==": "equals",
    "!=": "not equals",
    "<>": "not equals",
    ">": "greater than",
    ">=": "not less than",
    "<": "less than",
    "<=": "not greater than",
}
"""What other languages have for our operators."""
_SIGN = re.compile(r"\s*([=!<>]+)")
_JOINING = {"and", "or", "&&", "||"}
_NAMES = "|".join(OPERATORS).replace(" ", r"\s+")
_WORDS = re.compile(rf"\s*(?:is\s+)?(not\s+)?({_NAMES})(?![A-Za-z])", re.IGNORECASE)


def read_operator(text: str, index: int) -> tuple[str, bool, int]:
    """Return the operator at ``index`` of ``text``, whether it is negated, and the index behind it.

    Raises SyntaxMistakeError.
    """
    found = _WORDS.match(text, index)
    if not found:
        sign = _SIGN.match(text, index)
        word = sign[1] if sign else " ".join(text[index:].split()[:2])
        guess = did_you_mean(word, OPERATORS) or did_you_mean(word.partition(" ")[0], OPERATORS)
        guess = f'did you mean "{_SIGNS[word]}"?' if word in _SIGNS else guess
        raise SyntaxMistakeError(
            f'"{word}" is no operator; {guess}' if guess else f'"{word}" is no operator.',
            f"Operators are {', '.join(OPERATORS)}, each also with not.",
        )
    return " ".join(found[2].lower().split()), bool(found[1]), found.end()


def refuse_joined(value: Template) -> None:
    """Raise SyntaxMistakeError when ``value`` holds "and", a column and an operator: a second condition was meant."""
    for before, _, after in zip(value.parts, value.parts[1:], value.parts[2:], strict=False):
        if not (isinstance(before, Literal) and isinstance(after, Literal)):
            continue
        word = before.text.split()[-1:]
        if word and word[0].lower() in _JOINING and _WORDS.match(after.text):
            raise SyntaxMistakeError(
                f'"{word[0]}" does not join two conditions.',
                "Put one if into the other, or write two rules: Skip1 and Skip2 with SkipMode=and, or SkipMode=or.",
            )
