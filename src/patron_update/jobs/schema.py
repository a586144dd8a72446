"""Writes the JSON schemas for editors and ``docs/job-files.md``: ``python -m patron_update.jobs.schema [ROOT]``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patron_update.domain.limits import Limit
from patron_update.jobs.definition import plain
from patron_update.jobs.district import District
from patron_update.jobs.guide import guide
from patron_update.jobs.models import JobFile

if TYPE_CHECKING:
    from patron_update.jobs.definition import Definition

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: type[Definition], title: str) -> dict[str, Any]:
    """Return the JSON schema of a file; the field docstrings are its descriptions."""
    return {"$schema": _DIALECT, **_readable(model.model_json_schema()), "title": title}


def _readable(value: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a part of a schema as its readers write it: docstrings as plain text, a limit as ``75%``."""
    if isinstance(value, dict):
        return (
            str(Limit(**value)) if value.keys() == {"share", "count"} else {k: _readable(v) for k, v in value.items()}
        )
    if isinstance(value, list):
        return [_readable(one) for one in value]
    return re.sub(r"(?<!\n)\n(?!\n)", " ", plain(value)) if isinstance(value, str) else value


def generated() -> dict[str, str]:
    """Return the text of each generated file, by its path below the project."""
    schemas = {
        "include/schemas/job.schema.json": schema_of(JobFile, "A scheduled patron update"),
        "include/schemas/district.schema.json": schema_of(District, "The district and its sites"),
    }
    texts = {path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for path, schema in schemas.items()}
    return {**texts, "docs/job-files.md": guide()}


def main(arguments: list[str]) -> int:
    """Write the generated files below the folder named, or below the current one."""
    root = Path(arguments[0]) if arguments else Path.cwd()
    for name, text in generated().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
