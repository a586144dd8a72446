"""Holds a document against its model and tells every mistake in a librarian's words, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from patron_update.jobs import document, keys
from patron_update.jobs.definition import Definition, plain
from patron_update.jobs.mistakes import closest, did_you_mean, refusal, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from patron_update.jobs.document import Document
    from patron_update.jobs.mistakes import KeyPath, Mistake

Model = TypeVar("Model", bound=Definition)

_SECRETS = frozenset(
    ("host", "host_key", "key_file", "login", "password", "port", "private_key", "server", "url", "user", "username"),
)


def validated(path: Path, model: type[Model], *, include: Path, given: Mapping[str, Any] | None = None) -> Model:
    """Return the file at ``path`` as a ``model``; ``given`` are values that the file must not name itself.

    ``include`` is the folder from which relative folders in the file are looked for.

    Raises JobFileError with every mistake of the file on its own line.
    """
    found = document.read(path)
    given = given or {}
    own = [_unknown(found, model, (name,)) for name in given if name in found.values]
    mistakes = [*found.mistakes, *own]
    try:
        result = model.model_validate({**found.values, **given}, context={"include": include})
    except ValidationError as error:
        told = {mistake.key for mistake in mistakes}
        mistakes += [one for one in _explained(found, model, error) if one.key not in told]
    if mistakes:
        raise refusal(mistakes)
    return result


def _explained(found: Document, model: type[Definition], error: ValidationError) -> list[Mistake]:
    details = error.errors(include_url=False)
    unknown = {one["loc"] for one in details if one["type"] == "extra_forbidden"}
    return [
        _mistake(found, model, one)
        for one in details
        if not (one["type"] == "missing" and _is_misspelt(model, one["loc"], unknown))
    ]


def _is_misspelt(model: type[Definition], missing: KeyPath, unknown: set[KeyPath]) -> bool:
    """Tell whether a key is missing only because it was misspelt, which is one mistake and not two."""
    allowed = keys.block_at(model, missing[:-1]).model_fields
    return any(key[:-1] == missing[:-1] and closest(str(key[-1]), allowed) == missing[-1] for key in unknown)


def _mistake(found: Document, model: type[Definition], detail: ErrorDetails) -> Mistake:
    key = detail["loc"] + tuple(detail.get("ctx", {}).get("at", ()))
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown(found, model, key)
    if kind == "missing":
        return found.mistake(key, _missing(model, key))
    text = _TEXTS.get(kind, _own_text)(detail)
    if kind in ("model_type", "model_attributes_type"):
        text += f" Its keys are: {', '.join(keys.block_at(model, key).model_fields)}."
    elif kind in _WITH_EXAMPLE:
        text += _example(model, key)
    return found.mistake(key, text)


def _unknown(found: Document, model: type[Definition], key: KeyPath) -> Mistake:
    word = str(key[-1])
    allowed = [name for name in keys.block_at(model, key[:-1]).model_fields if name != "id"]
    text = "is no key here."
    if key == ("id",):
        text += " The id of a job is the name of its file."
    elif near := did_you_mean(word, allowed):
        text += near
    elif word in _SECRETS and key[:1] == ("source",):
        text += " Server, log-in and host key belong in the Airflow connection, never in a job file."
    elif homes := [block.path for block in keys.blocks(model) if block.path and word in block.model.model_fields]:
        text += f" It belongs under '{homes[0]}'."
    return found.mistake(key, f"{text} Allowed here: {', '.join(allowed)}.", at_key=True)


def _missing(model: type[Definition], key: KeyPath) -> str:
    info = keys.field_at(model, key)
    meaning = f" {' '.join(plain(info.description).split())}" if info and info.description else ""
    return f"is missing.{meaning}{_example(model, key)}"


def _example(model: type[Definition], key: KeyPath) -> str:
    info = keys.field_at(model, key)
    example = keys.example(info) if info else None
    if example is None:
        return ""
    shown_example = f"[{', '.join(map(str, example))}]" if isinstance(example, list) else example
    name = next(part for part in reversed(key) if isinstance(part, str))
    return f" Example: '{name}: {shown_example}'."


def _own_text(detail: ErrorDetails) -> str:
    return detail["msg"]


def _allowed(detail: ErrorDetails) -> str:
    allowed = [word.strip("'") for word in detail["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    near = did_you_mean(str(detail["input"]), allowed)
    return f"found {shown(detail['input'])}; allowed are {', '.join(allowed)}.{near}"


def _number(detail: ErrorDetails) -> str:
    return f"found {shown(detail['input'])}, which is no whole number."


_TEXTS: dict[str, Callable[[ErrorDetails], str]] = {
    "string_type": lambda one: f"found {shown(one['input'])} where a text belongs.",
    "string_too_short": lambda _: "is empty.",
    "string_too_long": lambda one: f"is {len(one['input'])} characters long; the most is {one['ctx']['max_length']}.",
    "string_pattern_mismatch": lambda one: (
        f"found {shown(one['input'])}, with a line break or a control character in it."
    ),
    "int_parsing": _number,
    "int_from_float": _number,
    "int_parsing_size": _number,
    "int_type": _number,
    "greater_than_equal": lambda one: f"found {shown(one['input'])}; the least is {one['ctx']['ge']}.",
    "less_than_equal": lambda one: f"found {shown(one['input'])}; the most is {one['ctx']['le']:,}.",
    "literal_error": _allowed,
    "enum": _allowed,
    "model_type": lambda one: f"found {shown(one['input'])} where a block of keys belongs.",
    "model_attributes_type": lambda one: f"found {shown(one['input'])} where a block of keys belongs.",
    "dict_type": lambda one: f"found {shown(one['input'])} where a block of keys belongs.",
    "tuple_type": lambda one: f"found {shown(one['input'])} where a list belongs.",
    "too_short": lambda _: "is an empty list; name at least one.",
}
_WITH_EXAMPLE = frozenset(
    ("string_type", "string_too_short", "int_parsing", "int_from_float", "int_type", "tuple_type", "too_short"),
)
