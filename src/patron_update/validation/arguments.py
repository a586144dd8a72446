"""The arguments of an expectation: checked and brought into the form in which they are judged."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from patron_update.domain.fields import Field, Kind
from patron_update.validation.catalogue import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.validation.document import Place


def checked(form: Form, name: str, value: Any, column: Field | None, place: Place) -> Any:  # noqa: ANN401 - YAML
    """Return ``value`` as it is judged. Raises JobFileError when it does not have the form of the argument ``name``."""
    try:
        if form is Form.BOUND:
            return _bound(value, column)
        return _READ[form](value)
    except (TypeError, ValueError) as error:
        raise place.problem(f"{name} must be {form.value}; {error}.") from error


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"it is {value!r}")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(f"it is {value!r}")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"it is {value!r}")
    return float(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict | None):
        raise TypeError(f"it is {value!r}")
    raise TypeError(f"YAML reads {value!r} as {type(value).__name__}, but records hold text: write it in quotes")


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not value:
        raise TypeError("it is not a list with at least one element")
    return [_text(element) for element in value]


def _regex(value: object) -> str:
    text = _text(value)
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is none: {error}") from error
    return text


def _any_or_all(value: object) -> str:
    if value not in {"any", "all"}:
        raise ValueError(f"it is {value!r}")
    return str(value)


def _bound(value: object, column: Field | None) -> float | date:
    if column is not None and column.kind is Kind.DATE:
        return _date(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"it is {value!r}")
    return float(value)


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    for pattern in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(value), pattern).date()  # noqa: DTZ007 - a date has no time zone
        except ValueError:
            continue
    raise ValueError(f"{value!r} is no date")


_READ: dict[Form, Callable[[object], Any]] = {
    Form.REGEX: _regex,
    Form.REGEXES: lambda value: [_regex(element) for element in _texts(value)],
    Form.TEXTS: _texts,
    Form.TEXT: _text,
    Form.WHOLE: _whole,
    Form.SHARE: _share,
    Form.FLAG: _flag,
    Form.ANY_OR_ALL: _any_or_all,
}
