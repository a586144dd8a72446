"""Profiles of real files, and the faults that are known in the field, made from the sample district's."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from patron_update.domain import file_drift
from patron_update.domain.column_drift import Used
from patron_update.embedded.samples import generate
from patron_update.errors import UnreadableFileError
from patron_update.files import profile as profiles
from patron_update.files.profile import profile_of
from patron_update.files.reading import look

PROJECT = Path(__file__).parents[3]
AGE = timedelta()
USED = Used(numbered=frozenset(range(1, 25)), keys={"District IDs": frozenset({1}), "barcodes": frozenset({24})})


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """Return the text of the students' file on both nights, of another seed than the committed ones."""
    folder = tmp_path_factory.mktemp("nights")
    generate(folder, seed=7, students=1500)
    return [(folder / f"night{night}" / "Student Patrons.csv").read_text("utf-8") for night in (1, 2)]


@pytest.fixture
def profiled(tmp_path, folder):
    def make(text, encoding="UTF-8", declared="UTF-8"):
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode(encoding))
        found = look(path, folder, encoding=declared, rows_to_skip=1, declared_columns=None)
        return profile_of(found, path.stat().st_size)

    return make


def cells_changed(text, change, header=lambda names: names):
    """Return the file with ``change`` made to the cells of every row of full width, and ``header`` to the header."""
    names, *rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    csv.writer(out).writerows([header(names), *(change(row) if len(row) == len(names) else row for row in rows)])
    return out.getvalue()


def put_in(cells):
    return [*cells[:2], "Bus", *cells[2:]]


def swapped(cells):
    """Return the row with grade (column 8) and birth date (column 10) in each other's place."""
    return [*cells[:7], cells[9], cells[8], cells[7], *cells[10:]]


FAULTS = {
    "cut in a row": (lambda text: text[: len(text) // 2 + 50].rstrip(), "truncated"),
    "cut in the last column": (lambda text: text.rstrip()[:-3], "truncated"),
    "an unknown delimiter": (lambda text: text.replace(",", "~"), "delimiter"),
    "a column put in": (lambda text: cells_changed(text, put_in, put_in), "header"),
    "a column taken out": (lambda text: cells_changed(text, lambda row: row[1:], lambda row: row[1:]), "header"),
    "shifted right": (lambda text: cells_changed(text, lambda row: [*row[:5], "", *row[5:-1]]), "columns_shifted"),
    "shifted left": (lambda text: cells_changed(text, lambda row: [*row[:7], *row[8:], ""]), "columns_shifted"),
    "zeros lost": (lambda text: cells_changed(text, lambda row: [cell.lstrip("0") for cell in row]), "leading_zeros"),
    "keys with a letter": (lambda text: cells_changed(text, lambda row: [f"S{row[0]}", *row[1:]]), "key_format"),
    "other cards": (lambda text: cells_changed(text, lambda row: [*row[:-1], f"P {row[-1][-6:]}"]), "key_format"),
    "decoded wrongly": (lambda text: text.encode().decode("cp1252", "replace"), "encoding"),
    "question marks": (lambda text: text.encode("ascii", "replace").decode(), "encoding"),
    "without a header": (lambda text: text.partition("\n")[2], "header_missing"),
    "two columns swapped": (lambda text: cells_changed(text, swapped), "columns_shifted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_field_is_found_and_first(fault, nights, profiled):
    make, code = FAULTS[fault]

    found = list(file_drift.by_itself(profiled(make(nights[1])), age=AGE, oldest=AGE))
    found += file_drift.headless(profiled(make(nights[1])))
    found += file_drift.compared(profiled(make(nights[1])), profiled(nights[0]), USED)

    assert [finding.code for finding in found if finding.grave][:1] == [code]


def test_a_clean_night_has_no_finding(nights, profiled):
    assert list(file_drift.compared(profiled(nights[1]), profiled(nights[0]), USED)) == []


def test_a_profile_holds_no_value_of_a_patron(nights, profiled):
    told = repr(profiled(nights[0]).as_dict())

    values = {cell for row in csv.reader(io.StringIO(nights[0])) for cell in row if len(cell) > 3}
    header = next(csv.reader(io.StringIO(nights[0])))
    assert not {value for value in values - {*header} if repr(value) in told}


def test_what_stands_where_a_header_should_may_be_a_patron_and_is_not_kept(profiled):
    assert profiled("12,Ames,Ada\n13,Bell,Ben\n").header == ()
    assert profiled("Id,Last Name,Address 2\n13,Bell,Ben\n").header == ("Id", "Last Name", "Address 2")


def test_a_header_with_digits_or_blanks_or_a_name_twice_is_one_and_a_row_is_none(profiled):
    rows = "12,(413) 555-0101,(413) 555-0102,,Y\n13,(413) 555-0103,,,N\n"

    odd = profiled(f"504 Plan,Phone 1,Phone 2,,Phone 2\n{rows}")
    assert (odd.headless, odd.header) == (False, ("504 Plan", "Phone 1", "Phone 2", "", "Phone 2"))
    lost = profiled(f"11,(413) 555-0100,,,Y\n{rows}")
    assert (lost.headless, lost.header) == (True, ())


def test_a_large_file_is_judged_by_rows_from_all_over_it(profiled, monkeypatch):
    monkeypatch.setattr(profiles, "PIECE", 2048)
    rows = [f"{number:06d},Ames\n" if number < 40_000 else f"S{number:05d},Ames\n" for number in range(80_000)]

    found = profiled("Id,Name\n" + "".join(rows))

    assert found.sampled <= profiles.MOST_ROWS
    assert found.columns[0].shapes["9{6}"] == pytest.approx(0.5, abs=0.1)


def test_a_file_of_another_encoding_is_told_as_such_and_not_as_garbled(profiled):
    rows = "1,OAK-ES,Ann\n" * 3_000 + "2,OAK-ES,José\n" * 3_000

    with pytest.raises(UnreadableFileError, match="not UTF-8: byte 0xE9 at line 3,002, column 13"):
        profiled("id,site,last\n" + rows, encoding="cp1252")


def test_the_school_year_is_read_from_a_column_that_names_it(profiled):
    assert profiled("Id,School Year\n1,SY2025-26\n2,2025-2026\n3,25/26\n").year_said == 2026
    assert profiled("Id,School Year\n1,\n").year_said is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds_are_known(profiled, end):
    found = profiled(end.join(["Id,Name", "1,Ames", "2,Bell", ""]))

    assert (found.sampled, found.ended, found.cut) == (2, True, None)
