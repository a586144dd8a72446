"""The JSON schema of suite files, for editors: ``python -m patron_update.validation.schema [FILE]`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patron_update.domain.fields import FIELDS
from patron_update.domain.fields import Kind as FieldKind
from patron_update.validation.catalogue import CATALOGUE, ROW_OPTIONS, Consequence, Form, Scope

if TYPE_CHECKING:
    from patron_update.validation.catalogue import Kind

DEFAULT_PLACE = Path("include/schemas/expectations.schema.json")

_TEXTS = {"type": "array", "minItems": 1, "items": {"type": "string"}}
_FORMS: dict[Form, dict[str, Any]] = {
    # Not "format": "regex": editors hold that against JavaScript's dialect, these are Python's.
    Form.REGEX: {"type": "string"},
    Form.REGEXES: _TEXTS,
    Form.TEXTS: _TEXTS,
    Form.TEXT: {"type": "string"},
    Form.WHOLE: {"type": "integer", "minimum": 0},
    Form.BOUND: {"type": ["number", "string"]},
    Form.SHARE: {"type": "number", "minimum": 0, "maximum": 1},
    Form.FLAG: {"type": "boolean"},
    Form.ANY_OR_ALL: {"enum": ["any", "all"]},
}
_OPTION_TEXTS = {
    "mostly": "The share of the judged rows that must meet it, over the whole file. Only with severity stop.",
    "skip_blank": "true: a blank value is not judged, like a missing one. Default: false.",
}


def schema() -> dict[str, Any]:
    """Return the JSON schema of a suite file."""
    names = [field.name for field in FIELDS if field.kind is not FieldKind.PASSWORD]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Expectation suite",
        "$defs": {"column": {"enum": names, "description": "The field, as in the properties file without field_."}},
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "expectations"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "description": "What the suite is called."},
            "expectations": {"type": "array", "items": {"oneOf": [_expectation(kind) for kind in CATALOGUE.values()]}},
        },
    }


def text() -> str:
    """Return the schema as the committed file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _expectation(kind: Kind) -> dict[str, Any]:
    about_rows = kind.scope is Scope.ROWS
    severities = [each for each in Consequence if about_rows or each is not Consequence.REJECT]
    options = ROW_OPTIONS if about_rows else {}
    properties: dict[str, Any] = {
        "expect": {"const": kind.name, "description": kind.about},
        "severity": {
            "enum": [each.value for each in severities],
            "description": "warn: a message. reject: the row is held out. stop: nothing of the file is applied.",
        },
        "note": {"type": "string", "minLength": 1, "description": "What the message says is expected."},
    }
    if kind.needs_column:
        properties["column"] = {"$ref": "#/$defs/column"}
    for name, form in {**kind.arguments, **options}.items():
        properties[name] = {**_FORMS[form], "description": _OPTION_TEXTS.get(name, f"{form.value.capitalize()}.")}
    required = ["expect", *(["column"] if kind.needs_column else []), "severity", "note", *kind.required]
    made = {"type": "object", "additionalProperties": False, "properties": properties, "required": required}
    if kind.one_of:
        made["anyOf"] = [{"required": [name]} for name in kind.one_of]
    return made


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text(), encoding="utf-8")
