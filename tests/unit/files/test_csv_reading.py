from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patron_update.errors import PatronUpdateError, UnreadableFileError
from patron_update.files import scan as scanning
from patron_update.files.reading import look
from patron_update.files.rows import LONGEST_ROW
from patron_update.files.workspace import RunFolder

TEXTS = {"nickname": "c4"}


def test_a_plain_file_is_read_by_duckdb_and_lines_count_from_the_header(converting):
    result = converting("id,site,last\n1,OAK-ES,Ann\n2,OAK-ES,Bob", rows_to_skip=1)

    assert converting.rows("line", "district_id", "last_name") == [(2, "1", "Ann"), (3, "2", "Bob")]
    assert (result.read, result.alive, result.columns, result.delimiter, result.notes) == (2, 2, 3, ",", ())


def test_a_row_with_line_breaks_inside_quotes_counts_as_one_row_at_its_first_line(converting):
    converting('id,site,last\r\n1,OAK-ES,"Ann\r\nMarie"\r\n2,OAK-ES,Bob\r\n', rows_to_skip=1)

    assert converting.rows("line", "last_name") == [(2, "Ann Marie"), (4, "Bob")]


def test_quotes_hide_commas_and_doubled_quotes_stand_for_one(converting):
    converting('1,OAK-ES,"Smith, ""Bob"""\n2,OAK-ES,"Lee\n"\n')

    assert converting.rows("last_name") == [('Smith, "Bob"',), ("Lee",)]


def test_empty_cells_are_empty_texts_and_not_missing(converting):
    converting("1,OAK-ES,\n2,OAK-ES,NULL\n")

    assert converting.rows("last_name") == [("",), ("NULL",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_lines_may_end_with_lf_crlf_or_cr_and_the_last_one_with_nothing(converting, end, last):
    content = end.join(["1,OAK-ES,Ann", "2,OAK-ES,Bob"]) + (end if last else "")
    converting(content)

    assert converting.rows("line", "last_name") == [(1, "Ann"), (2, "Bob")]


def test_blank_lines_are_skipped_rows_wherever_they_stand(converting):
    result = converting("1,OAK-ES,Ann\n\n,,\n2,OAK-ES,Bob\n\n\n")

    assert (result.read, result.alive) == (6, 2)
    assert converting.codes() == [(2, "row_blank"), (3, "row_blank"), (5, "row_blank"), (6, "row_blank")]
    assert converting.rows("line", "outcome")[:4] == [(1, None), (2, "skipped"), (3, "skipped"), (4, None)]


def test_a_blank_row_has_no_key_and_no_site_even_when_the_properties_file_sets_them(converting):
    converting("1,OAK-ES,Ann\n,,\n", {"districtID": "'P ' || c1", "siteShortName": "'OAK-ES'"})

    assert converting.rows("key", "site_short_name", "district_id")[1] == (None, None, None)


def test_rows_with_too_few_columns_are_rejected_and_their_patron_stays_known(converting):
    converting("1,OAK-ES,Ann,A\n2,OAK-ES\n3,OAK-ES,Bob,B\n", TEXTS)

    assert converting.messages() == [(2, "row_too_few_columns", None, None, "2 instead of 4")]
    assert converting.rows("outcome", "key")[1] == ("rejected", "2")


def test_a_row_whose_missing_columns_are_not_used_is_accepted(converting):
    result = converting("id,site,last,note\n1,OAK-ES,Ann,A\n2,OAK-ES,Bob\n", rows_to_skip=1)

    assert (result.alive, converting.messages()) == (2, [])


def test_rows_with_too_many_columns_are_rejected_unless_the_others_are_blank(converting):
    converting("1,OAK-ES,Ann\n2,OAK-ES,Smith,Bob\n3,OAK-ES,Lee,, ,\n")

    assert converting.messages() == [(2, "row_too_many_columns", None, None, "4 instead of 3")]


@pytest.mark.parametrize("dashes", ["---,----,---------", "-----", "------ , ------ , ---"])
def test_dashes_below_a_header_as_sql_server_writes_them_are_no_patron(converting, dashes):
    result = converting(f"number,site,last name\n{dashes}\n1,OAK-ES,-\n2,OAK-ES,Bob\n", rows_to_skip=1)

    assert converting.codes() == [(2, "row_header")]
    assert (result.read, result.alive) == (3, 2)


def test_dashes_that_stand_elsewhere_are_a_row(converting):
    converting("number,site,last name\n1,OAK-ES,Ann\n---,---,---\n", rows_to_skip=1)

    assert "row_header" not in [code for _, code in converting.codes()]


def test_a_map_knows_a_value_whose_accents_stand_apart(converting):
    converting("1,OAK-ES,Jose\u0301\n", {"firstName": "CASE c3 WHEN 'Jos\u00e9' THEN 'found' END"})

    assert converting.rows("first_name", "last_name") == [("found", "Jos\u00e9")]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["Ann", '"An\nn"'])
def test_a_header_that_stands_again_is_no_patron(converting, mark, last):
    header = "number,site,last name\n"
    converting(f"{header}1,OAK-ES,{last}\n{mark}{header}2,ELM-HS,site\n", rows_to_skip=1)

    assert [code for _, code in converting.codes()] == ["row_header"]
    assert converting.rows("outcome", "key") == [(None, "1"), ("skipped", None), (None, "2")]


def test_a_row_like_no_header_is_a_patron(converting):
    converting("1,OAK-ES,Ann\n1,OAK-ES,Ann\n")

    assert [code for _, code in converting.codes()] == ["duplicate_row"]


def test_a_quote_that_never_closes_costs_one_row_and_not_the_rest(converting):
    converting('1,OAK-ES,"Ann\n2,OAK-ES,Bob\n3,OAK-ES,Cid\n')

    assert converting.messages() == [(1, "row_unreadable", None, None, "a quote opens and never closes")]
    assert converting.rows("line", "outcome", "key") == [(1, "rejected", "1"), (2, None, "2"), (3, None, "3")]


def test_a_quote_that_closes_at_the_next_quote_of_another_row_costs_one_row(converting):
    converting('1,OAK-ES,"Ann\n2,OAK-ES,"Bob"\n3,OAK-ES,Cid\n')

    assert converting.codes() == [(1, "row_unreadable")]


def test_a_quote_that_swallows_whole_columns_costs_one_row(converting):
    converting('1,"OAK-ES,Ann\n2,OAK-ES,Bob"\n3,OAK-ES,Cid\n4,OAK-ES,Dee\n')

    assert converting.codes() == [(1, "row_unreadable")]
    assert [outcome for (outcome,) in converting.rows("outcome")] == ["rejected", None, None, None]


@pytest.mark.parametrize(
    ("content", "read", "told"),
    [
        (
            '1,OAK-ES,"Ann,x\n2,OAK-ES,Bob,x\n3,OAK-ES,Cid",x\n4,OAK-ES,Dee,x\n',
            4,
            ["a quoted value holds what looks like rows"],
        ),
        ('1,OAK-ES,Ann,"x\n2,OAK-ES,Bob,x"\n3,OAK-ES,Cid,x\n', 3, ["a quoted value holds what looks like rows"]),
        ('1,OAK-ES,Ann,"12 Main St\nSpringfield, OR, USA"\n2,OAK-ES,Bob,x\n', 2, []),
    ],
)
def test_two_stray_quotes_cost_one_row_and_not_those_between(converting, content, read, told):
    converting(content)

    assert [detail for *_, detail in converting.messages() if detail] == told
    assert (converting.result.read, converting.result.alive) == (read, read - len(told))


def test_a_quote_that_stays_open_for_hundreds_of_lines_is_given_up(converting):
    converting('0,OAK-ES,"Ann\n' + "".join(f"{n},OAK-ES,Bob\n" for n in range(1, 500)) + '500,OAK-ES,"Cid"\n')

    assert converting.codes() == [(1, "row_unreadable")]
    assert converting.result.alive == 500


@pytest.mark.parametrize("before", [0, 20_000])
def test_a_byte_that_is_no_utf_8_is_told_with_its_place_wherever_it_stands(converting, before):
    rows = b"1,OAK-ES,Ann\n" * before

    with pytest.raises(UnreadableFileError, match=f"byte 0xE9 at line {before + 1:,}, column 13 does not exist there"):
        converting(rows + b"2,OAK-ES,Jos\xe9\n" + rows)


@pytest.mark.parametrize("quoted", [b"%s", b'"a%s""c"', b"abcdefghijklmnopqrst%sz"])
@pytest.mark.parametrize(
    "odd",
    [
        "ff",
        "80",
        "c3",
        "c080",
        "c1bf",
        "e282",
        "e09fbf",
        "eda080",
        "f09f98",
        "f08fbfbf",
        "f4908080",
        "f5808080",
        "f888808080",
    ],
)
def test_no_bytes_that_are_no_utf_8_get_by_even_where_nobody_uses_the_column(converting, odd, quoted):
    before = b"1,OAK-ES,Ann,x\n" * 2_000

    with pytest.raises(UnreadableFileError, match=r"The file is not UTF-8: byte 0x\w\w at line 2,001, column"):
        converting(before + b"2,OAK-ES,Bob," + quoted.replace(b"%s", bytes.fromhex(odd)) + b"\n" + before)

    left = converting.folder.file("records.parquet")
    assert not [*left.parent.glob("records*")]


@pytest.mark.parametrize(("lines", "found"), [(LONGEST_ROW, []), (LONGEST_ROW + 1, [(1, "row_unreadable")])])
def test_a_row_may_span_so_many_lines_and_no_more(converting, lines, found):
    converting('1,OAK-ES,"Ann' + "\nLee" * (lines - 1) + '"\n' + "2,OAK-ES,Bob\n" * 300)

    assert [told for told in converting.codes() if told[1] == "row_unreadable"] == found


def test_text_behind_a_closing_quote_is_told(converting):
    converting('1,OAK-ES,"Ann" Lee\n2,OAK-ES,Bob\n')

    assert converting.messages() == [(1, "row_unreadable", None, None, "text follows a closing quote")]


def test_of_a_row_with_broken_quotes_only_what_stands_before_the_first_quote_is_told(converting):
    converting('1,"OAK "East", Room 2",Ann\n"2, or 3 "x"",OAK-ES,Bob\n3,OAK-ES,Cid\n')

    assert converting.codes() == [(1, "row_unreadable"), (2, "row_unreadable")]
    told = ("district_id", "site_short_name", "last_name", "key")
    assert converting.rows(*told) == [("1", "", "", "1"), ("", "", "", None), ("3", "OAK-ES", "Cid", "3")]


def test_a_nul_character_is_told_and_does_not_get_through(converting):
    converting("1,OAK-ES,A\0nn\n2,OAK-ES,Bob\n")

    assert converting.messages() == [(1, "row_unreadable", None, None, "it holds a NUL character")]
    assert converting.rows("last_name")[0] == ("A nn",)


def test_a_value_that_is_longer_than_any_is_told(converting):
    converting("1,OAK-ES," + "A" * 200_000 + "\n\n2,OAK-ES,Bob\n")

    assert converting.messages()[0] == (1, "row_unreadable", None, None, "a value is longer than 131,072 characters")


@pytest.mark.parametrize(("delimiter", "name"), [("\t", "tabs"), (";", "semicolons"), ("|", "vertical bars")])
def test_another_delimiter_is_found_in_the_header_and_told(converting, delimiter, name):
    content = "id,site,last\n1,OAK-ES,Ann\n2,OAK-ES,\n".replace(",", delimiter)
    result = converting(content, rows_to_skip=1)

    assert result.delimiter == delimiter
    assert name in result.notes[0].text
    assert converting.rows("district_id", "last_name") == [("1", "Ann"), ("2", "")]


def test_a_byte_order_mark_is_no_part_of_the_first_value(converting):
    converting(b"\xef\xbb\xbf1,OAK-ES,Ann\n")

    assert converting.rows("district_id") == [("1",)]


def test_a_preamble_is_left_out_row_by_row(converting):
    converting('Export\n"of\ntoday"\nid,site,last\n1,OAK-ES,Ann\n', rows_to_skip=3)

    assert converting.rows("line", "last_name") == [(5, "Ann")]


def test_a_quote_in_the_header_that_swallows_rows_is_refused(converting):
    with pytest.raises(UnreadableFileError, match="at line 1, and closes 2 lines below"):
        converting('id,last,"nick\n1,Moe,a\n2,Nye,b"\n3,Roe,c\n4,Soe,d\n', rows_to_skip=1)


def test_a_heading_of_several_lines_is_one_heading(converting):
    converting('id,last,"nick\nname"\n1,Moe,a\n2,Nye,b\n', {"districtID": "c1", "lastName": "c2"}, rows_to_skip=1)

    assert converting.rows("last_name") == [("Moe",), ("Nye",)]


def test_columns_are_counted_in_the_header_but_the_rows_are_believed(converting):
    assert converting("id,site\n1,OAK-ES,Ann\n2,OAK-ES,Bob\n", rows_to_skip=1).columns == 3
    assert "The header has 2 columns, the rows have 3" in converting.result.notes[0].text


def test_a_declared_number_of_columns_that_is_wrong_is_told(converting):
    assert "says 17 columns; the file has 3" in converting("1,OAK-ES,Ann\n", declared_columns=17).notes[0].text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf\r\n \n", "The file is empty"),
        (b"id,site,last\n", "only a header"),
        (b"id,site,last\n\n,,\n", "only a header"),
        (b"PK\x03\x04 and so on", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (b"<html>", "a web page"),
        ("<?xml version='1.0'?>".encode("utf-16"), "XML"),
        (b'[{"id": 1}]', "JSON"),
        (b"\x00\x01\x00\x00\x00" * 20, "binary data"),
        ("id,site,last\n1,OAK-ES,Ann\n".encode("utf-16-le"), "UTF-16"),
        (b"x" * scanning.LONGEST_FIRST_LINE, "without any line break"),
        (b"id,site\n1,OAK-ES\n", "uses column 3, but the file has 2"),
        ("id,site,last\n1,OAK-ES,José\n".encode("cp1252"), "line 2, column 13"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason_and_leaves_nothing(converting, content, told):
    converting("1,OAK-ES,Ann\n")
    with pytest.raises(UnreadableFileError, match=told):
        converting(content, rows_to_skip=1)

    assert sorted(path.name for path in converting.folder.path.iterdir()) == ["landed.csv", "made", "spill"]


def test_what_was_written_besides_the_landed_file_is_removed_after_the_conversion(converting):
    converting("1,OAK-ES,José\n\n2,OAK-ES,Bob\n".encode("utf-16"), encoding="UTF-16")

    assert not {"decoded.csv", "clean.csv"} & {path.name for path in converting.folder.path.iterdir()}


def test_an_error_of_the_engine_does_not_show_a_value_of_the_file(converting):
    with pytest.raises(PatronUpdateError) as raised:
        converting("1,OAK-ES,Ann\n", {"nickname": "c3::INTEGER::VARCHAR"})

    assert "Ann" not in str(raised.value)
    assert raised.value.__suppress_context__


CELLS = st.sampled_from(
    ["a", "b c", "é", " x", "y ", "", '"q"', '"a,b"', '"say ""hi"""', '"two\nlines"', "#", "\\", "'"]
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)


@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n"]), ended=st.booleans())
def test_what_is_good_csv_is_read_as_pythons_csv_module_reads_it(converting, rows, end, ended):
    content = end.join(",".join(["k", *row]) for row in rows) + (end if ended else "")
    converting(
        content,
        {"districtID": "c1", "siteShortName": "'OAK-ES'", "lastName": "c2", "firstName": "c3", "nickname": "c4"},
    )

    expected = [
        tuple(" ".join(cell.split("\n")).replace("\r", "").strip() for cell in row[1:])
        for row in csv.reader(io.StringIO(content, newline=""), strict=True)
    ]
    assert [(a, b, c) for a, b, c in converting.rows("last_name", "first_name", "nickname")] == expected


NASTY = st.text(alphabet='ab",\n\r \t;é\\', max_size=60)


@given(content=NASTY)
def test_every_physical_line_belongs_to_exactly_one_row_however_broken_the_file(converting, content):
    content = "id,site,last\nk,OAK-ES,first\n" + content
    result = converting(content, rows_to_skip=1)

    lines = len(content.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n"))
    begins = [line for (line,) in converting.rows("line")]
    assert result.read == len(begins) == result.alive + sum(result.outcomes.values())
    assert begins == sorted(set(begins))
    assert begins[0] == 2
    assert all(2 <= line <= lines for line in begins)
    spans = [after - line for line, after in zip(begins, [*begins[1:], lines + 1], strict=True)]
    assert sum(spans) == lines - 1
    assert '"' in content or set(spans) == {1}


@given(content=st.text(alphabet='a",\n \\', max_size=40))
def test_the_fast_reader_and_the_careful_one_agree_whatever_the_file(converting, content, monkeypatch):
    columns = ("line", "outcome", "key", "site_short_name", "last_name")
    content = "id,site,last\nk,OAK-ES,first\n" + content
    converting(content, rows_to_skip=1)
    fast, messages = converting.rows(*columns), converting.messages()

    with monkeypatch.context() as patched:
        patched.setattr("patron_update.files.scan._plain_beginning", lambda *_: False)
        converting(content, rows_to_skip=1)

    assert (converting.rows(*columns), converting.messages()) == (fast, messages)


@pytest.mark.parametrize(
    "row",
    ['"2",OAK-ES, "B"', '2,OAK-ES,  "B"', ' "2",OAK-ES,B', '"2" ,OAK-ES,B', '2,OAK-ES,"B" ', '2,OAK-ES,"B"  '],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_spaces_beside_quotes_are_read_as_pythons_csv_module_reads_them(converting, row, end):
    converting(f"1,OAK-ES,A\n{row}{end}" + ("3,OAK-ES,C" if end else ""))

    read = converting.rows("line", "key", "last_name")
    try:
        cells = next(csv.reader([row + end], strict=True))
    except csv.Error:
        assert converting.codes() == [(2, "row_unreadable")]
    else:
        assert converting.codes() == []
        assert read[1] == (2, cells[0].strip(), cells[2].strip())


def test_order_is_kept_where_many_threads_read(converting):
    converting("".join(f"{n},OAK-ES,Name {n}\n" for n in range(1, 200_001)))

    rows = converting.rows("line", "district_id")
    assert all(str(line) == district_id for line, district_id in rows)
    assert len(rows) == 200_000


@pytest.mark.parametrize("least", [7, 1000])
def test_chunks_and_parts_meet_without_a_gap(converting, monkeypatch, least):
    monkeypatch.setattr("patron_update.files.scan.PIECE", 5)
    monkeypatch.setattr("patron_update.files.pieces.LEAST", least)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    converting('1,OAK-ES,"Ann"\r\n2,OAK-ES,Bob\r\n3,OAK-ES,Cid')
    assert [name for (name,) in converting.rows("last_name")] == ["Ann", "Bob", "Cid"]
    found = look(
        converting.folder.file("landed.csv"),
        RunFolder(path=converting.folder.path),
        encoding="UTF-8",
        rows_to_skip=0,
        declared_columns=None,
    )
    assert (found.scan.plain, found.scan.lines) == (True, 3)


def test_the_header_leads_names_to_columns(converting):
    converting("id,site,name\n1,OAK-ES,Ann\n", rows_to_skip=1)
    assert converting.headers == [("id", "site", "name")]

    converting('"School year\n2026",x\nid,site,name\n1,OAK-ES,Ann\n', rows_to_skip=2)
    assert converting.headers == [("id", "site", "name")]

    converting("1,OAK-ES,Ann\n")
    assert converting.headers == [()]


def test_names_are_refused_when_header_and_rows_do_not_fit(converting):
    with pytest.raises(UnreadableFileError, match="names cannot tell the columns"):
        converting("id,site\n1,OAK-ES,Ann\n", rows_to_skip=1, by_name=True)


def test_a_tab_inside_quotes_belongs_to_the_value_of_a_file_with_tabs(converting):
    converting('1\tOAK-ES\t"Ann\tMarie"\n2\tOAK-ES\tBob\n', delimiter="tab")

    assert converting.rows("last_name") == [("Ann Marie",), ("Bob",)]
    assert converting.messages() == []
