"""What a properties file means for one file on one day: numbers for the columns that have names, a date for today."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from patron_update.errors import NamesMissingError
from patron_update.properties.findings import did_you_mean
from patron_update.properties.template import BLANKS, Source, Today

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from patron_update.properties.model import Properties


def for_file(properties: Properties, header: Sequence[str], today: dt.date) -> Properties:
    """Return ``properties`` with the number, in ``header``, of every column that has a name, and with ``today``'s date.

    Raises NamesMissingError, naming every name that the header does not have or has more than once, but nothing else
    of the header: it may be a patron. Case and blanks around a name do not count. The fingerprint stays: neither the
    order of a file's columns nor the day is part of what is meant.
    """
    problems = {name: problem for name in sorted(properties.names_used) if (problem := problem_of(name, header))}
    if problems:
        remedy = "Correct the names in braces in the properties file, or have the SIS export the columns again."
        raise NamesMissingError(" ".join([*problems.values(), remedy]), problems)

    def known(source: Source) -> Source:
        return replace(source, on=today) if isinstance(source, Today) else source

    return numbered(properties, header).with_sources(known)


def numbered(properties: Properties, header: Sequence[str]) -> Properties:
    """Return ``properties`` with the number, in ``header``, of every column that it has once under its name."""

    def known(source: Source) -> Source:
        found = _columns(source, header) if isinstance(source, str) else []
        return found[0] if len(found) == 1 else source

    return properties.with_sources(known)


def problem_of(name: str, header: Sequence[str]) -> str:
    """Return what is wrong with ``name`` as the name of a column in ``header``; an empty text for nothing."""
    found = _columns(name, header)
    if len(found) == 1:
        return ""
    if found:
        return f'The header has "{name}" {len(found)} times (columns {", ".join(map(str, found))}).'
    guess = did_you_mean(name, [column.strip(BLANKS) for column in header])
    return f'The header has no column "{name}"' + (f"; {guess}" if guess else ".")


def _columns(name: str, header: Sequence[str]) -> list[int]:
    """Return the numbers of the columns that ``name`` fits: in the same case, or else in any."""
    found = [number for number, column in enumerate(header, 1) if _folded(column) == _folded(name)]
    same = [number for number in found if header[number - 1].strip(BLANKS) == name]
    return same or found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip(BLANKS)).casefold()
