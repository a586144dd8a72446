"""Remarks as text for a terminal, as JSON, and as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from patron_update.linting.codes import meaning

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patron_update.linting.remarks import Remark

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def to_text(remarks: Sequence[Remark], csv: Path | None = None) -> str:  # noqa: ARG001 - the formats share one shape
    """Return one line a remark."""
    return "\n".join(map(str, remarks))


def to_json(remarks: Sequence[Remark], csv: Path | None = None) -> str:
    """Return an object: ``csv`` (the file looked at, or null), numbers by severity, and the list of remarks."""
    counts = {severity: sum(remark.severity == severity for remark in remarks) for severity in _LEVELS}
    listed = [
        {
            "path": str(remark.path),
            "line": remark.line,
            "severity": remark.severity,
            "code": remark.code,
            "text": remark.text,
            "remedy": remark.remedy,
            "row": remark.row,
        }
        for remark in remarks
    ]
    found = {"csv": str(csv) if csv else None, "counts": counts, "remarks": listed}
    return json.dumps(found, indent=2, ensure_ascii=False)


def to_sarif(remarks: Sequence[Remark], csv: Path | None = None) -> str:
    """Return a SARIF log with one run. The example row of a remark is a related location in the CSV."""
    codes = sorted({remark.code for remark in remarks})
    driver = {
        "name": "patron-update",
        "version": version("patron-update"),
        "rules": [{"id": code, "shortDescription": {"text": meaning(code)}} for code in codes],
    }
    results = [_result(remark, codes.index(remark.code), csv) for remark in remarks]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(remark: Remark, rule: int, csv: Path | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": remark.code,
        "ruleIndex": rule,
        "level": _LEVELS[remark.severity],
        "message": {"text": remark.message},
        "locations": [_location(remark.path, remark.line)],
    }
    if csv and remark.row:
        example = {"id": 1, **_location(csv, remark.row), "message": {"text": "An example."}}
        result["relatedLocations"] = [example]
    return result


def _location(path: Path, line: int | None) -> dict[str, Any]:
    """Return a SARIF location: relative where the path is, as code scanning needs it."""
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}
