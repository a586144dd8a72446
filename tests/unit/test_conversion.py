"""A properties file and a CSV at hand become records: what the rooms files and properties do together."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from patron_update.conversion import print_records
from patron_update.errors import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path


class Converting:
    """Converts texts in a folder and gives the records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, properties: str, csv: str) -> list[dict[str, str]]:
        (self.folder / "p.properties").write_text("CsvTextEncoding=UTF-8\n" + properties, encoding="utf-8")
        (self.folder / "p.csv").write_text(csv, encoding="utf-8")
        out = io.StringIO()
        print_records(self.folder / "p.properties", self.folder / "p.csv", "json", None, out, date(2026, 8, 31))
        return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def converting(tmp_path: Path) -> Converting:
    return Converting(tmp_path)


BY_NAME = """
InputRowsToSkip=1
SiteShortNameDefault=OAK-ES
field_districtID={ID,omit}
field_barcode={Grade,map_barcode,omit}
field_lastName={Last Name,omit}
map_barcode_KG=K{ID}
"""


def test_with_names_the_order_of_the_columns_may_change(converting):
    one = converting(BY_NAME, "ID,Last Name,Grade\n17,Núñez,KG\n")
    other = converting(BY_NAME, "\ufeffgrade,ID,Email,last name \nKG,17,,Núñez\n")

    assert one == other
    assert (one[0]["barcode"], one[0]["lastName"]) == ("K17", "Núñez")


def test_a_renamed_column_stops_the_file_before_anything_is_converted(converting):
    with pytest.raises(UnreadableFileError, match='no column "Last Name"; did you mean "LastName"'):
        converting(BY_NAME, "ID,LastName,Grade\n17,Núñez,KG\n")
