"""A small district of a test's own: its include folder, its drop folder, its patron database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patron_update.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DISTRICT = """
name: Test District
patron_types: [Student]
sites:
  - {short_name: OAK, name: Oak School, aliases: ["01"], kind: library, access_levels: [Patron],
     default_access_level: Patron, default_patron_type: Student}
  - {short_name: ELM, name: Elm School, aliases: ["02"], kind: library, access_levels: [Patron],
     default_access_level: Patron, default_patron_type: Student}
"""
JOB = """
name: Students
source:
  directory: {{ path: {drop}, file: students.csv }}
properties: students.properties
schedule: {{ time: "02:15", timezone: America/Chicago, monday: incremental, saturday: full }}
"""
PROPERTIES = """
CsvTextEncoding=UTF-8
MatchUsingDistrictID=true
InputRowsToSkip=1
field_districtID={1,omit}
field_siteShortName={2,omit}
field_barcode={3,omit}
field_lastName={4,omit}
field_homeroom={5}
"""
HEADER = "id,school,card,last,room\n"


@dataclass(frozen=True)
class DistrictAtHand:
    """Runs the command line on the district and returns what it printed."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    @property
    def job_file(self) -> Path:
        return self.folder / "include" / "jobs" / "students.yaml"

    def send(self, *rows: str, header: str = HEADER) -> None:
        (self.drop / "students.csv").write_text(header + "".join(f"{row}\n" for row in rows), "utf-8")

    def call(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main(arguments)
        return code, *self.capsys.readouterr()

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run the job; return its Job Summary."""
        _, printed, errors = self.call("run", "students", "--json", *arguments)
        assert printed, errors
        return dict(json.loads(printed))

    def patrons(self) -> dict[str, dict[str, Any]]:
        """Return the stored patrons by District ID."""
        _, printed, _ = self.call("patrons")
        return {patron["districtID"]: patron for patron in map(json.loads, printed.splitlines())}

    def codes(self, summary: dict[str, Any]) -> list[str]:
        return [message["code"] for message in summary["messages"]]


def made(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str) -> DistrictAtHand:
    """Make the district below ``folder`` and point the command line at it."""
    for name in ("include/jobs", "include/properties", "include/expectations", "drop"):
        (folder / name).mkdir(parents=True)
    (folder / "include" / "district.yaml").write_text(DISTRICT)
    (folder / "include" / "jobs" / "students.yaml").write_text(JOB.format(drop=folder / "drop"))
    (folder / "include" / "properties" / "students.properties").write_text(PROPERTIES)
    monkeypatch.setenv("PATRON_UPDATE_INCLUDE", str(folder / "include"))
    monkeypatch.setenv("PATRON_UPDATE_HOME", str(folder / "home"))
    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", url)
    return DistrictAtHand(folder=folder, capsys=capsys)
