"""Java date patterns, read strictly: the whole value must be one real date.

Certain: the pattern letters are those of Java's SimpleDateFormat; the result is MM/DD/YYYY. As in Java, ``M`` and
``MM``, ``d`` and ``dd`` take one or two digits each; month names are English, short or long, in any case; numbers that
touch (``yyyyMMdd``) take exactly as many digits as the pattern has letters. Ours: nothing may follow the date, 02/30 is
no date, ``yyyy`` wants four digits, the first no 0, two-digit years 38-99 are 19xx and 00-37 are 20xx (the rule of the
vendor's older products), a missing month or day is 01, time parts are read and dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import groupby

from patron_update.properties.findings import SyntaxMistakeError

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WINDOW = "38"
"""The first two-digit year of the last century."""

_YEAR = "[1-9][0-9]{3}"
_NAMED = 3
_IGNORED = {
    **dict.fromkeys("HhkKms", "[0-9]{1,2}"),
    "S": "[0-9]{1,9}",
    "a": "[AaPp][Mm]",
    "Z": "[+-][0-9]{4}",
    "X": "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
    "z": "[A-Za-z]{1,5}(?:[+-][0-9]{2}:[0-9]{2})?",
}
_PIECE = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letter>[A-Za-z])(?P=letter)*|(?P<other>[^A-Za-z'])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePattern:
    """A date pattern. ``regex`` (Python and RE2 read it alike) matches whole values; ``groups`` numbers its y, M and d.

    ``strptime`` is a format that gives the same date for every value that ``regex`` matches, where there is one.
    """

    text: str
    regex: str
    groups: dict[str, int]
    named_month: bool
    short_year: bool
    strptime: str | None

    def __hash__(self) -> int:
        """Return the hash of the pattern's text, which decides the rest."""
        return hash(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    letter: str
    """Empty for literal text."""
    text: str

    @property
    def numeric(self) -> bool:
        return self.letter in set("yHhkKmsSd") or (self.letter in set("ML") and len(self.text) < _NAMED)


def read_pattern(text: str) -> DatePattern:
    """Return the pattern that ``text`` writes. Raises SyntaxMistakeError."""
    tokens = _tokens(text)
    letters = [token.letter for token in tokens if token.letter in {"y", "M", "d"}]
    if "y" not in letters or len(letters) != len(set(letters)):
        raise SyntaxMistakeError(
            f'The date pattern "{text}" must hold the year once, and month and day at most once.',
            "Write MM/dd/yyyy, for example.",
        )
    touching = _touching(tokens)
    pairs = list(zip(tokens, touching, strict=True))
    strptime = "".join(_strptime(token, touches=touches) or "\0" for token, touches in pairs)
    return DatePattern(
        text=text,
        regex=rf"\A{''.join(_regex(token, touches=touches) for token, touches in pairs)}\z",
        groups={letter: number for number, letter in enumerate(letters, start=1)},
        named_month=any(token.letter == "M" and not token.numeric for token in tokens),
        short_year=any(token.letter == "y" and len(token.text) < _NAMED for token in tokens),
        strptime=None if "\0" in strptime or len(letters) != len("yMd") else strptime,
    )


def to_date(pattern: DatePattern, value: str) -> dt.date | None:
    """Return the date that ``value`` writes in ``pattern``, or None."""
    found = re.fullmatch(pattern.regex.removeprefix(r"\A").removesuffix(r"\z"), value)
    if not found:
        return None
    year, month, day = (found[pattern.groups[letter]] if letter in pattern.groups else "1" for letter in "yMd")
    if pattern.named_month:
        month = str([name[:3] for name in MONTHS].index(month[:3].lower()) + 1)
    if len(year) == len("yy"):
        year = ("19" if year >= WINDOW else "20") + year
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _tokens(text: str) -> list[_Token]:
    tokens, end = [], 0
    for piece in _PIECE.finditer(text):
        if piece.start() != end:
            break
        end = piece.end()
        letter = {"L": "M"}.get(piece["letter"] or "", piece["letter"] or "")
        if letter and letter not in _IGNORED and letter not in {"y", "M", "d", "E"}:
            raise SyntaxMistakeError(
                f'The date pattern "{text}" holds the letter {letter}, which is not supported.',
                "Years are y, months M, days d; besides them E, and H h k K m s S a z Z X for time parts, are known. "
                "Put other words in single quotes.",
            )
        literal = piece["other"] or ((piece["quoted"] or "").replace("''", "'") or "'")
        tokens.append(_Token(letter=letter, text=piece[0] if letter else literal))
    if end != len(text) or not text:
        raise SyntaxMistakeError(f'The date pattern "{text}" is incomplete.', "Write MM/dd/yyyy, for example.")
    return tokens


def _touching(tokens: list[_Token]) -> list[bool]:
    runs = [list(run) for _, run in groupby(tokens, key=lambda token: token.numeric)]
    return [run[0].numeric and len(run) > 1 for run in runs for _ in run]


def _regex(token: _Token, *, touches: bool) -> str:
    width = len(token.text)
    if not token.letter:
        return re.escape(token.text)
    if token.letter == "E":
        return _names(WEEKDAYS)
    if token.letter == "y":
        short = "[0-9]{2}" if touches else f"{_YEAR}|[0-9]{{2}}"
        return f"({_YEAR if width >= _NAMED else short})"
    digits = f"[0-9]{{{width}}}" if touches and width > 1 else "[0-9]{1,2}"
    if token.letter in {"M", "d"}:
        return f"({digits if token.numeric else _names(MONTHS)})"
    return digits if touches and width > 1 else _IGNORED[token.letter]


def _names(names: tuple[str, ...]) -> str:
    both = [spelling for name in names for spelling in dict.fromkeys((name, name[:3]))]
    return f"(?:{'|'.join(''.join(f'[{c.upper()}{c}]' for c in spelling) for spelling in both)})"


def _strptime(token: _Token, *, touches: bool) -> str | None:
    """Return the format of ``token``, or None where strptime would not read exactly what the regex matches."""
    if not token.letter:
        return token.text if token.text in {"/", "-", "."} else None
    if token.letter == "y":
        return "%Y" if len(token.text) >= _NAMED else None
    if token.letter in {"M", "d"} and token.numeric and not (touches and len(token.text) == 1):
        return {"M": "%m", "d": "%d"}[token.letter]
    return None
