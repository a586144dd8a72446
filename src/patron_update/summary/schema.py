"""The JSON schema of the Job Summary: ``python -m patron_update.summary.schema [FILE]`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from patron_update.summary.model import Summary

DEFAULT_PLACE = Path("include/schemas/summary.schema.json")


def text() -> str:
    """Return the schema of what `to_json` gives, as the committed file holds it."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**dialect, **Summary.model_json_schema(mode="serialization")}, indent=2) + "\n"


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text(), encoding="utf-8")
