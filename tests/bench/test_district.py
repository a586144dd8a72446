"""The benchmark's district: the same from the same seed, and day two as different as is told."""

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench import district

ROWS = 4000


def rows(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return {row["Student Number"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    folder = tmp_path_factory.mktemp("district")
    return [rows(file) for file in district.make(folder / "include", folder, ROWS)]


def test_a_district_has_25_columns_and_as_many_rows_as_asked_for(days):
    assert len(days[0]) == ROWS
    assert {len(row) for day in days for row in day.values()} == {25}


def test_day_two_has_so_many_changed_new_gone_and_conflicting_rows(days):
    one, two = days
    both = one.keys() & two.keys()
    claiming = {key for key in both if one[key]["Card Number"] != two[key]["Card Number"]}

    assert len(two.keys() - one.keys()) == len(one.keys() - two.keys()) == ROWS * 0.005
    assert len([key for key in both - claiming if one[key] != two[key]]) == pytest.approx(ROWS * 0.01, abs=4)
    assert len(claiming) == ROWS * 0.001


def test_a_conflicting_row_claims_the_barcode_of_another_patron_of_its_site(days):
    one, two = days
    owners = {(row["School Number"], row["Card Number"]): key for key, row in one.items()}

    for key in one.keys() & two.keys():
        row = two[key]
        if row["Card Number"] != one[key]["Card Number"]:
            assert owners[row["School Number"], row["Card Number"]] not in {None, key}


def test_the_same_seed_makes_the_same_files(days, tmp_path):
    again = [rows(file) for file in district.make(tmp_path / "include", tmp_path, ROWS)]

    assert again == days
