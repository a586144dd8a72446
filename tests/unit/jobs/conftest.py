"""An include folder to write job files into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

JOB = """\
name: Students
source:
  sftp: { connection: springfield_sis, path: /patrons, file: Student Patrons.csv }
properties: students.properties
schedule: { time: "02:15", timezone: America/Chicago, saturday: full }
"""

DISTRICT = """\
name: Springfield
patron_types: [Student, Staff]
sites:
  - short_name: MAPLE-ES
    name: Maple Elementary School
    aliases: ["0410"]
    access_levels: [Patron, Senior]
    default_access_level: Patron
    default_patron_type: Student
  - short_name: RIVER-MS
    name: Riverside Middle School
    access_levels: [Patron]
    default_access_level: Patron
    default_patron_type: Student
"""


class Include:
    """An include folder; each job file is the smallest sound one, with replacements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "jobs").mkdir()

    def job(self, job_id: str = "students", *changes: tuple[str, str], more: str = "") -> Path:
        return self.write(f"jobs/{job_id}.yaml", self._changed(JOB, changes) + more)

    def district(self, *changes: tuple[str, str]) -> Path:
        return self.write("district.yaml", self._changed(DISTRICT, changes))

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    @staticmethod
    def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text


@pytest.fixture
def include(tmp_path: Path) -> Include:
    return Include(tmp_path)
