"""Walks the models: which keys a block has, what each means, and where else a key could belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

from patron_update.jobs.definition import Definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from patron_update.jobs.mistakes import KeyPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of keys: the way to it (``[]`` marks a list) and its model."""

    path: str
    model: type[Definition]


def blocks(model: type[Definition], path: str = "") -> Iterator[Block]:
    """Yield the blocks of a model from the top down, in the order of their keys."""
    yield Block(path=path, model=model)
    for name, info in model.model_fields.items():
        inner = inner_model(info)
        if inner is not None:
            mark = "[]" if is_list(info) else ""
            yield from blocks(inner, f"{path}.{name}{mark}".removeprefix("."))


def inner_model(info: FieldInfo) -> type[Definition] | None:
    """Return the model of a field that holds a block, or a list of blocks."""
    return _model_in(info.annotation)


def is_list(info: FieldInfo) -> bool:
    """Tell whether a field holds a list."""
    return get_origin(info.annotation) is tuple


def field_at(model: type[Definition], key: KeyPath) -> FieldInfo | None:
    """Return the field that ``key`` leads to, or the list that holds it; None when there is no such field."""
    info: FieldInfo | None = None
    for part in key:
        if isinstance(part, str):
            info = model.model_fields.get(part)
            if info is None:
                return None
            model = inner_model(info) or model
    return info


def block_at(model: type[Definition], key: KeyPath) -> type[Definition]:
    """Return the model of the block that ``key`` leads to or lies in."""
    for part in key:
        info = model.model_fields.get(part) if isinstance(part, str) else None
        model = (inner_model(info) if info else None) or model
    return model


def example(info: FieldInfo) -> Any:  # noqa: ANN401 - whatever the field holds
    """Return the first example of a field, or None when it has none."""
    return info.examples[0] if info.examples else None


def _model_in(annotation: Any) -> type[Definition] | None:  # noqa: ANN401 - whatever stands in an annotation
    if isinstance(annotation, type) and issubclass(annotation, Definition):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
