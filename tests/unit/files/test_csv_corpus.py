"""A corpus of nasty files, made here: what is read is held against Python's csv module, and every line is counted."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.domain.fields import BLANKS
from patron_update.domain.outcomes import Outcome
from patron_update.errors import UnreadableFileError
from patron_update.files import reading
from patron_update.files.delimiter import DELIMITERS

WIDTH = 4
FIELDS = {"districtID": "c1", "siteShortName": "'OAK-ES'", "lastName": "c2", "firstName": "c3", "nickname": "c4"}
COLUMNS = ("district_id", "last_name", "first_name", "nickname")
HEADER = ["Number", "Last", "First", "Goes by"]
NASTY_CELLS = [
    *("", " ", "Ann", " Ann ", "O'Neil", 'Smith, "Bob"', '"', '""', ",", ";", "|", "\t", "a,b;c|d\te", "NULL", "null"),
    *("two\nlines", "two\r\nlines", "\n", "#comment", "\\", '\\"', "\\N", "'", "=1+1", "-3", "1e5", "007", "€", "é"),
    *("e\u0301", "中文", "😀", "x" * 30, "sep=;", "true", "2026-08-31", "\u00a0", "\u2028", "\x0b", "\x85"),
]
ENCODINGS = {
    "UTF-8": "utf-8",
    "UTF-8 with a mark": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
}


def written(rows, *, delimiter=",", end="\r\n", quoting=csv.QUOTE_MINIMAL, ended=True) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue() if ended else out.getvalue().removesuffix(end)


def cleaned(cell: str) -> str:
    """Return a cell as records hold it: control characters and line breaks are one space, blanks around are gone."""
    return unicodedata.normalize("NFC", re.sub(r"[\x01-\x1f\x7f]+", " ", cell)).strip(BLANKS)


def read_by_python(text: str, delimiter: str = ",") -> list[tuple[str, ...]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [tuple(map(cleaned, row)) for row in rows]


def numbered(rows) -> list[list[str]]:
    """Return rows that begin with a number, so that none is blank, a duplicate or a footer."""
    return [[f"N{number}", *row] for number, row in enumerate(rows, 1)]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", DELIMITERS.values())
def test_nasty_cells_are_read_as_python_reads_them_whatever_quotes_ends_and_separates_them(
    converting, delimiter, end, quoting
):
    rows = numbered(zip(NASTY_CELLS, NASTY_CELLS[1:] + NASTY_CELLS[:1], NASTY_CELLS[7:] + NASTY_CELLS[:7], strict=True))
    text = written([HEADER, *rows], delimiter=delimiter, end=end, quoting=quoting)

    converting(text, FIELDS, rows_to_skip=1)

    assert converting.rows(*COLUMNS) == read_by_python(text, delimiter)[1:]


@pytest.mark.parametrize(("name", "codec"), ENCODINGS.items())
def test_every_unicode_encoding_gives_the_same_rows(converting, name, codec):
    rows = numbered((cell, "é", "x") for cell in NASTY_CELLS)
    text = written([HEADER, *rows])

    converting(text.encode(codec), FIELDS, rows_to_skip=1, encoding=name.removesuffix(" with a mark"))

    assert converting.rows(*COLUMNS) == read_by_python(text)[1:]


TEXT = st.text(
    alphabet=st.one_of(st.sampled_from(",;|\t\"\n\r \\'#é"), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=12,
)


@given(
    rows=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6),
    delimiter=st.sampled_from([*DELIMITERS]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ended=st.booleans(),
)
def test_whatever_python_writes_is_read_as_python_reads_it(converting, rows, delimiter, end, quoting, ended):
    separator = DELIMITERS[delimiter]
    if quoting == csv.QUOTE_MINIMAL:  # Python does not quote a lone CR, which ends a line wherever it is not quoted
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    text = written([HEADER, *numbered(rows)], delimiter=separator, end=end, quoting=quoting, ended=ended)

    result = converting(text, FIELDS, rows_to_skip=1, delimiter=delimiter)

    assert result.delimiter == separator
    found = [tuple(map(cleaned, row)) for row in converting.rows(*COLUMNS)]
    assert found == read_by_python(text, separator)[1:]


PIECES = [
    *(
        "1,Ann,A,x",
        '2,"Ann",A,x',
        '3,"An\nn",A,x',
        '4,"Ann',
        '5,Ann"',
        '6,"A"nn,A,x',
        "7,Ann",
        "8,Ann,A,x,y",
        "",
        ",,,",
    ),
    *(",,,", "9,A\0nn,A,x", " ", '"', '""', '10,"Ann" ,A,x', '11, "Ann",A,x', '"12","A ""B""",A,x', "13;Ann;A;x"),
    "Total: 3",
]


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=8), end=st.sampled_from(["\n", "\r\n", "\r"]), last=st.booleans()
)
def test_every_line_is_a_record_a_reject_or_a_skip_however_the_pieces_are_put_together(converting, pieces, end, last):
    text = end.join([",".join(HEADER), "0,Zoe,Z,z", *pieces]) + (end if last else "")

    result = converting(text, FIELDS, rows_to_skip=1)

    physical = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    begins = [line for (line,) in converting.rows("line")]
    spans = [after - line for line, after in zip(begins, [*begins[1:], len(physical) + 1], strict=True)]
    assert sum(spans) + 1 == len(physical)
    assert min(spans) >= 1
    outcomes = [outcome for (outcome,) in converting.rows("outcome")]
    assert result.read == len(outcomes) == result.alive + sum(result.outcomes.values())
    assert set(outcomes) <= {None, Outcome.SKIPPED, Outcome.REJECTED, Outcome.HELD}
    silent = {line for line, outcome in zip(begins, outcomes, strict=True) if outcome}
    assert silent <= {line for line, _ in converting.codes()}


def test_the_fast_reader_is_used_wherever_every_line_is_a_row(converting, monkeypatch):
    monkeypatch.setattr(reading.Landed, "careful_source", None)
    for end, quoting in product(["\n", "\r\n"], [csv.QUOTE_MINIMAL, csv.QUOTE_ALL]):
        cells = [cell for cell in NASTY_CELLS if not set(cell) & set('\n\r"')]
        text = written([HEADER, *numbered((cell, "A", "x") for cell in cells)], end=end, quoting=quoting)
        converting(text, FIELDS, rows_to_skip=1)

        assert converting.rows(*COLUMNS) == read_by_python(text)[1:]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Total: 3"], [(3, "row_footer")]),
        (["Total,,,3"], [(3, "row_footer")]),
        (["(1,503 rows affected)"], [(3, "row_footer")]),
        (["1503 rows selected."], [(3, "row_footer")]),
        (["", "Records: 3", ""], [(3, "row_blank"), (4, "row_footer"), (5, "row_blank")]),
        (["End of Report", "Generated on 2026-08-31 at 02:15 AM"], [(3, "row_footer"), (4, "row_footer")]),
        (
            ["(2 rows affected)", "", "Completion time: 2026-08-30T02:15:00.12-05:00"],
            [(3, "row_footer"), (4, "row_blank"), (5, "row_footer")],
        ),
        (["\x1a"], [(3, "row_footer")]),
        (["EOF"], [(3, "row_footer")]),
    ],
)
def test_lines_at_the_end_that_count_or_close_the_rows_are_skipped_and_told(converting, lines, told):
    result = converting("\n".join([",".join(HEADER), "1,Ann,A,x", *lines]) + "\n", FIELDS, rows_to_skip=1)

    assert converting.codes() == told
    assert (result.alive, result.outcomes) == (1, {Outcome.SKIPPED: len(lines)})


@pytest.mark.parametrize("last", ["0012345", "Total,Ann,A,x", "12345,Smith", "Ann", "12345,End,B"])
def test_a_last_row_that_may_be_a_patron_is_no_footer(converting, last):
    converting("\n".join([",".join(HEADER), "1,Ann,A,x", last]) + "\n", FIELDS, rows_to_skip=1)

    assert "row_footer" not in [code for _, code in converting.codes()]


def test_what_looks_like_a_footer_is_a_row_when_others_follow(converting):
    converting("\n".join([",".join(HEADER), "Total,,,3", "1,Ann,A,x"]) + "\n", FIELDS, rows_to_skip=1)

    assert [outcome for (outcome,) in converting.rows("outcome")] == [None, None]


def test_a_file_of_a_header_and_a_footer_holds_no_patrons(converting):
    with pytest.raises(UnreadableFileError, match="only a header"):
        converting(",".join(HEADER) + "\nTotal: 0\n", FIELDS, rows_to_skip=1)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_a_delimiter_is_found_by_the_rows_that_it_parts_alike(converting, delimiter):
    rows = [["1", "Smith, Ann", "A", "x"], ["2", "Lee, Bob", "B", "y"]]

    result = converting(written(rows, delimiter=delimiter), FIELDS)

    assert (result.delimiter, [note.code for note in result.notes]) == (delimiter, ["delimiter_found"])
    assert converting.rows("last_name") == [("Smith, Ann",), ("Lee, Bob",)]


def test_a_comma_file_whose_values_hold_other_delimiters_stays_one(converting):
    assert converting("1,a|b;c,A,x\n2,d|e;f,B,y\n", FIELDS).delimiter == ","


def test_the_delimiter_that_the_job_names_is_used_without_a_note(converting):
    result = converting("1|a,b|A|x\n2|c,d,e|B|y\n", FIELDS, delimiter="pipe")

    assert (result.delimiter, result.notes) == ("|", ())
    assert converting.rows("last_name") == [("a,b",), ("c,d,e",)]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_that_names_the_delimiter_is_no_row(converting, first):
    result = converting(f"{first}\r\nNumber;Last;First;Goes by\r\n1;Ann;A;x\r\n", FIELDS, rows_to_skip=1)

    assert (result.delimiter, result.read, result.header) == (";", 1, ("Number", "Last", "First", "Goes by"))
    assert converting.rows("line", "last_name") == [(3, "Ann")]


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(converting, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_LINE", 1000)
    with pytest.raises(UnreadableFileError, match="Line 3 is longer than 1,000 characters"):
        converting("1,Ann,A,x\n2,Bob,B,y\n3," + "z" * 2000 + ",C,z\n", FIELDS)


def test_more_columns_than_any_export_has_are_refused(converting):
    with pytest.raises(UnreadableFileError, match="1,001 columns"):
        converting(",".join(map(str, range(1_001))) + "\n", FIELDS)


def test_a_zip_archive_by_the_name_of_a_csv_is_refused(converting):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("patrons.csv", "1,Ann,A,x\n")
    with pytest.raises(UnreadableFileError, match="zip archive"):
        converting(archive.getvalue(), FIELDS)


@pytest.mark.parametrize("content", ["1,José,A,x\n\x81".encode("latin-1"), "Number\n".encode("utf-16")])
def test_a_file_that_is_refused_while_it_is_decoded_leaves_nothing(converting, content):
    with pytest.raises(UnreadableFileError):
        converting(content, FIELDS, rows_to_skip=1, encoding="windows-1252")

    assert not {"decoded.csv", "clean.csv"} & {path.name for path in converting.folder.path.iterdir()}
