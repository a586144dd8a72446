"""A properties file and a CSV at hand become records: what the rooms files and properties do together."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from patron_update.conversion import convert_landed, print_records
from patron_update.errors import UnreadableFileError
from patron_update.files.diff import messages
from patron_update.files.records import view
from patron_update.files.workspace import RunFolder
from patron_update.jobs.reading import AS_DECLARED, Reading
from patron_update.properties import parse, read

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
        print_records(read(self.folder / "p.properties"), self.folder / "p.csv", AS_DECLARED, "json", out, today=TODAY)
        return [json.loads(line) for line in out.getvalue().splitlines()]


class Records:
    """Converts texts into the records of a run's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = RunFolder(path=folder)

    def __call__(self, properties: str, csv: str) -> None:
        landed = self.folder.file("landed.csv")
        landed.write_text(csv, encoding="utf-8")
        convert_landed(
            landed,
            self.folder,
            parse(properties, "p.properties"),
            Reading(encoding="UTF-8"),
            secret=bytes(32),
            today=TODAY,
        )

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            query = f"SELECT {', '.join(columns)} FROM ({view(self.folder)}) ORDER BY line"  # noqa: S608 - of this test
            return connection.execute(query).fetchall()

    def messages(self) -> list[tuple[Any, ...]]:
        return [(message.line, message.code, message.detail) for message in messages(self.folder)]


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path)


@pytest.fixture
def converting(tmp_path: Path) -> Converting:
    return Converting(tmp_path)


TODAY = date(2026, 8, 31)
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


RULES = """
InputRowsToSkip=1
field_districtID={ID,omit}
field_barcode={ID,omit}
field_siteShortName={School,omit}
field_lastName={Last Name,omit}
field_otherSites={Others,split(";"),upper}
SkipMode=or
Skip1={Last Name,upper} starts with TEST
Skip2={Status} equals ignore
Delete1={Status} equals gone
Association1={Status} in (second,gone)
"""


def test_rules_say_what_becomes_of_a_row(records):
    rows = [
        "17,OAK,Test Pupil,gone,",
        "18,OAK,Moe,gone,",
        "19,OAK,Roy,second,",
        "20,OAK,Poe,,elm; oak;fir",
        "21,,Doe,ignore,",
    ]
    records(RULES, "\n".join(["ID,School,Last Name,Status,Others", *rows, ""]))

    assert records.rows("line", "outcome", "key", "action", "other_sites") == [
        (2, "skipped", None, "delete", None),
        (3, None, "18", "delete", None),
        (4, None, "19\x1fOAK", "associate", None),
        (5, None, "20", None, "ELM\x1fFIR"),
        (6, "skipped", None, None, None),
    ]
    assert records.messages() == [(2, "row_skipped_by_rule", "Skip1"), (6, "row_skipped_by_rule", "Skip2")]


def test_today_is_the_day_that_it_is_told(converting):
    (record,) = converting(BY_NAME + "field_cardExpires={today+90}", "ID,Last Name,Grade\n17,Moe,KG\n")

    assert record["cardExpires"] == "11/29/2026"


DATES = """
InputRowsToSkip=1
SiteShortNameDefault=OAK-ES
field_districtID={1,omit}
field_birthdate={2,date,yyyy-MM-dd,omit}
field_cardExpires={2}
field_userDefined1={2,date,yyyy-MM-dd}
"""


def test_a_date_that_a_pattern_made_is_kept_as_any_other_is(records):
    sent = ["2012-02-29", "2013-02-29", "0999-12-31", "1000-01-01", "2010-10-05", "", "soon"]
    records(DATES, "\n".join(["ID,Born", *(f"{number},{date}" for number, date in enumerate(sent, 1)), ""]))

    assert records.rows("birthdate", "coalesce(birthdate, '') = coalesce(card_expires, '')", "user_defined_1") == [
        ("02/29/2012", True, "02/29/2012"),
        (None, True, None),
        (None, True, None),
        ("01/01/1000", True, "01/01/1000"),
        ("10/05/2010", True, "10/05/2010"),
        (None, True, ""),
        (None, True, None),
    ]
    assert [line for line, code, _ in records.messages()] == [3, 3, 3, 4, 4, 4, 8, 8, 8]


@pytest.mark.parametrize("accent", ["\u00e9", "e\u0301", "e\\u0301"])
@pytest.mark.parametrize("sent", ["\u00e9", "e\u0301"])
def test_an_accent_is_the_same_whichever_way_properties_file_and_csv_write_it(converting, accent, sent):
    properties = (
        "field_districtID={1}\nfield_barcode={1}\nfield_siteShortName={2}\nfield_lastName=Doe\nfield_firstName={3,map_name,omit}\n"
        f"map_name_Jos{accent}=found\n"
        f'field_middleName={{if({{3}} equals "Jos{accent}",yes)}}\n'
        f"field_nickname={{if({{3}} equals Jos{accent},Ren{accent},no)}}\n"
    )
    (record,) = converting(properties, f"1,OAK-ES,Jos{sent}\n")

    assert (record["firstName"], record["middleName"], record["nickname"]) == ("found", "yes", "Ren\u00e9")
