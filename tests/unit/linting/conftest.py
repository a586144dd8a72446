"""Lints a properties file and a CSV that a test writes in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from patron_update.jobs.reading import Reading
from patron_update.linting import lint_csv
from patron_update.properties import Finding, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Linting = Callable[..., dict[str, Finding]]

HEAD = "CsvTextEncoding=UTF-8\n"
SOUND = "field_siteShortName={1}\nfield_barcode=P{2}\nfield_districtID={2}\nfield_lastName={3}\n"
"""Four lines, so that what a test adds stands on line 6 of the file."""


@pytest.fixture
def linting(tmp_path: Path) -> Linting:
    """Return a function: lines of properties and the cells of rows (or bytes) to findings by code.

    Every row begins with a sound site, number and name; line 1 is the first row. Findings of one code must be one,
    and each says what to do.
    """

    def found(properties: str, rows: list[str] | bytes, **options: Any) -> dict[str, Finding]:
        csv = tmp_path / "patrons.csv"
        lines = [f"OAK,{number:07},Name {number},{row}" for number, row in enumerate(rows, 1001)]
        csv.write_bytes(rows if isinstance(rows, bytes) else "\n".join(lines).encode())
        findings = lint_csv(parse(HEAD + SOUND + properties, "x"), csv, Reading(**options))
        assert all(finding.remedy for finding in findings), [str(finding) for finding in findings]
        by_code = {finding.code: finding for finding in findings}
        assert len(by_code) == len(findings), [str(finding) for finding in findings]
        return by_code

    return found
