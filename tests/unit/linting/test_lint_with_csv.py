from __future__ import annotations

from hashlib import sha256

import pytest

from patron_update.domain.messages import Severity
from patron_update.errors import UnreadableFileError
from patron_update.linting import lint_csv
from patron_update.properties import parse

MAP = "field_status={4,map_status,omit}\nmap_status_ENR=A\nmap_status_WD=I\n"


def test_a_file_that_fits_has_no_findings(linting):
    assert linting(MAP, ["ENR", "WD", ""]) == {}


def test_a_csv_that_is_not_there_is_no_finding(tmp_path):
    with pytest.raises(UnreadableFileError, match="There is no file"):
        lint_csv(parse("field_lastName={1}", "x"), tmp_path / "nothing.csv")


def test_columns_that_are_not_there_are_told_together_and_hide_nothing_else(linting):
    more = "InputRowsToSkip=1\nSkip1={9} equals X\nfield_firstName={First Nmae}\nfield_gender={4}\n"

    found = linting(more, b"School,Number,Last Name,First Name\nOAK,1001,Moe,Ann\n")

    assert {code: finding.line for code, finding in found.items()} == {
        "column_beyond": 7,
        "column_unknown": 8,
        "gender_invalid": 9,
    }


def test_a_name_for_which_the_rows_have_no_column_is_told_once(linting):
    more = "InputRowsToSkip=1\nfield_firstName={Goes By}\n"

    found = linting(more, b"School,Number,Last Name,First Name,Goes By\nOAK,1001,Moe\nOAK,1002,Roe\n")

    assert "names cannot tell the columns" in str(found["csv_refused"])


def test_values_that_no_map_covers_are_counted_and_the_first_row_is_named(linting):
    finding = linting(MAP, ["ENR", "GRAD", "WD", "XX", "GRAD"])["value_not_in_map"]

    assert (finding.line, finding.row, finding.severity) == (6, 2, Severity.WARNING)
    assert '"GRAD" (2), "XX" (1): 3 rows' in finding.text
    assert "map_status_GRAD" in finding.remedy


def test_a_default_covers_every_value(linting):
    assert linting(MAP + "map_status_default=A", ["ENR", "WD", "GRAD"]) == {}


def test_a_value_that_a_map_has_in_another_spelling_is_told(linting):
    finding = linting(MAP, ["ENR", "wd", "WD"])["value_not_in_map"]

    assert 'The file says "wd", the map "WD"' in finding.remedy


def test_entries_of_a_map_that_never_occur_are_named_with_the_line_of_the_first(linting):
    finding = linting(MAP, ["ENR", "ENR"])["map_value_never_occurs"]

    assert (finding.line, finding.severity) == (8, Severity.INFO)
    assert '"WD"' in finding.text


def test_a_map_of_which_nothing_occurs_is_a_warning(linting):
    found = linting(MAP + "map_status_default=A", ["0", "1"])

    assert found["map_value_never_occurs"].severity is Severity.WARNING


def test_a_map_inside_a_map_is_asked_only_where_it_is_reached(linting):
    maps = "field_homeroom={4,map_a}\nmap_a_1={5,map_b}\nmap_a_default=x\nmap_b_y=yes\n"

    finding = linting(maps, ["1,y", "1,n", "2,z"])["value_not_in_map"]

    assert (finding.row, '"n" (1): 1 row' in finding.text) == (2, True)


def test_a_map_inside_a_condition_is_asked_only_where_it_is_reached(linting):
    maps = "field_homeroom=ISEMPTY({4},{5,map_b},{4})\nmap_b_y=yes\n"

    finding = linting(maps, [",y", "a,n", ",m"])["value_not_in_map"]

    assert '"m" (1): 1 row' in finding.text


def test_a_map_behind_a_regex_is_asked_about_what_the_regex_gives(linting):
    maps = r'field_homeroom={4,regex("(\w+)-.*","{$1}"),map_b}' + "\nmap_b_y=yes\n"

    finding = linting(maps, ["y-1", "n-1"])["value_not_in_map"]

    assert '"n" (1)' in finding.text


def test_a_regex_that_only_python_can_run_is_no_hindrance(linting):
    maps = r'field_homeroom={4,regex("(?=y)(\w)\1","{$1}"),map_b}' + "\nmap_b_y=yes\n"

    assert linting(maps, ["yy"]) == {}


@pytest.mark.parametrize(
    ("pattern", "values", "fitting"),
    [
        ("MM/dd/yyyy", ["2014-02-13", "2015-12-01"], "yyyy-MM-dd"),
        ("MM/dd/yyyy", ["13-FEB-2014"], "dd-MMM-yyyy"),
        ("yyyy-MM-dd", ["20140213"], "yyyyMMdd"),
        ("yyyy-MM-dd", ["13/02/2014", "01/02/2014"], "dd/MM/yyyy"),
    ],
)
def test_dates_that_do_not_parse_come_with_the_pattern_that_reads_them(linting, pattern, values, fitting):
    finding = linting(f"field_birthdate={{4,date,{pattern},omit}}", values)["date_invalid"]

    assert (finding.line, finding.row) == (6, 1)
    assert f'"{values[0]}" (1)' in finding.text
    assert f"{{n,date,{fitting},omit}}" in finding.remedy


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["02/13/2014", "2014-02-13"], "write {n,date,MM/dd/yyyy|yyyy-MM-dd,omit}"),
        (["02/13/2014", "2014-02-13", "2014-02-14"], "write {n,date,MM/dd/yyyy|yyyy-MM-dd,omit}"),
        (["02/03/2014", "02/04/2014", "13/02/2014"], "Correct them in the SIS: dd/MM/yyyy reads them, but changes day"),
        (["02/03/2014", "13/02/2014", "14/02/2014"], "day and month are wrong today in 1 row"),
        (["02/03/2014", "02/04/2014", "13-FEB-2014"], "write {n,date,MM/dd/yyyy|dd-MMM-yyyy,omit}"),
    ],
)
def test_the_pattern_that_reads_the_others_never_spoils_those_that_fit(linting, values, told):
    assert told in linting("field_birthdate={4,date,MM/dd/yyyy,omit}", values)["date_invalid"].remedy


def test_dates_that_no_pattern_reads_are_for_the_sis(linting):
    assert "Correct the dates" in linting("field_birthdate={4,date,MM/dd/yyyy}", ["June"])["date_invalid"].remedy


def test_years_of_two_digits_are_told_with_their_century(linting):
    finding = linting("field_birthdate={4,date,MM/dd/yy}", ["02/13/2014", "02/13/14"])["two_digit_year"]

    assert (finding.line, finding.row) == (6, 2)
    assert "1 row; 38 to 99 are read as 19xx" in finding.text


def test_graduation_years_of_two_digits_are_told(linting):
    assert linting("field_graduationYear={4}", ["2030", "31"])["two_digit_year"].row == 2


FIVE_DIGITS = [str(number) for number in range(12345, 12365)]


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [
        ([*FIVE_DIGITS, "1234"], True),
        ([*FIVE_DIGITS, "01234"], False),
        ([*FIVE_DIGITS, "1234", "123456"], False),
        ([*FIVE_DIGITS, "A123"], False),
        ([str(number) for number in range(1, 20001, 7)], False),
        ([str(number) for number in range(90, 400)], False),
    ],
)
def test_numbers_that_look_as_if_they_had_lost_their_leading_zeros_are_told(linting, numbers, lost):
    found = linting("", "".join(f"OAK,{number},Ann\n" for number in numbers).encode())

    assert ("leading_zeros_lost" in found) == lost


def test_zip_codes_of_three_or_four_digits_have_lost_zeros(linting):
    finding = linting("field_addressPrimaryZipCode={4,omit}", ["02134", "2134", "501", "12345-6789", "", "K1A"])[
        "leading_zeros_lost"
    ]

    assert (finding.line, finding.row) == (6, 2)
    assert "column 4 has fewer than 5 digits in 2 rows" in finding.text


def test_numbers_that_a_spreadsheet_rounded_are_an_error(linting):
    finding = linting("", b"OAK,3.175E+13,Ann\nELM,3.176E+13,Bob\n")["digits_lost"]

    assert (finding.line, finding.row, finding.severity) == (4, 1, Severity.ERROR)


def test_values_that_are_too_long_are_counted_and_not_shown(linting):
    finding = linting("field_nickname={4}", ["x" * 31, "short"])["value_too_long"]

    assert (finding.line, finding.row, finding.text) == (6, 1, "Nickname too long; shortened to fit, in 1 of 2 rows.")


@pytest.mark.parametrize("name", ["JosÃ©", "BjÃ¶rk", "Åsa Ã…kesson", "O&#39;Neil", "Jos?", "Mu?oz", "Jos√©", "Jos�"])
def test_names_that_went_through_a_wrong_encoding_are_told(linting, name):
    finding = linting("field_nickname={4}", ["José", name])["text_garbled"]

    assert (finding.line, finding.row) == (6, 2)
    assert name not in finding.text


@pytest.mark.parametrize("name", ["José", "Åsa", "Ångström", "Ādams", "Ñuñez", "AT&T; x", "Who?!", "Õ"])
def test_names_that_are_right_are_not_told(linting, name):
    assert "text_garbled" not in linting("field_nickname={4}", [name])


def test_a_file_in_another_encoding_than_declared_is_told_at_the_declaration(linting):
    found = linting("CsvTextEncoding=windows-1252\n", "OAK,0001,José\n".encode())["encoding_differs"]

    assert (found.line, found.severity) == (6, Severity.WARNING)


def test_an_encoding_that_is_given_takes_the_place_of_the_declared_one(linting):
    assert linting("", "OAK,0001,José\n".encode("windows-1252"), encoding="windows-1252") == {}


def test_a_password_without_a_user_name_is_counted(linting):
    finding = linting("field_username={4}\nfield_password={5}", ["a,x1", ",x2", "b,"])["password_alone"]

    assert (finding.line, finding.row) == (7, 2)
    assert "1 row" in finding.text


def test_a_password_that_is_the_user_name_is_counted_and_never_shown(linting):
    found = linting("field_username={4}\nfield_password={5}", ["secret1,secret1", "b,other", "c,c"])

    assert "2 rows" in found["password_is_username"].text
    assert not any("secret1" in str(finding) for finding in found.values())


@pytest.mark.parametrize("template", ["{4,map_p}\nmap_p_x=y", "{4,date,MM/dd/yyyy}", "{4}"])
def test_no_finding_shows_what_a_password_is_made_of(linting, template):
    found = linting(f"field_username={{2}}\nfield_password={template}", ["hunter2", "x", "1234"])

    text = "".join(str(finding) for finding in found.values())
    assert "hunter2" not in text
    assert sha256(b"hunter2").hexdigest() not in text


def test_a_barcode_template_that_makes_duplicates_is_told(linting):
    found = linting("field_barcode=P{4}", ["1", "2", "1"])

    finding = found["barcode_shared"]
    assert (finding.line, finding.row) == (6, 1)
    assert "in 2 rows; lines 1 and 3" in finding.text


def test_barcodes_may_be_the_same_at_different_sites(linting):
    assert linting("", b"OAK,0001,Ann\nELM,0002,Bob\n".replace(b"0002", b"0002")) == {}


def test_columns_that_the_csv_does_not_have_are_told_by_field_and_the_rest_is_still_asked(linting):
    found = linting(MAP + "field_gender={9}", ["ENR", "GRAD", "WD"])

    assert (found["column_beyond"].line, found["column_beyond"].severity) == (9, Severity.ERROR)
    assert "value_not_in_map" in found


def test_rows_that_a_rule_skips_are_told_at_its_line(linting):
    finding = linting("Skip3={4} equals T\nSkip2={4} equals Q\nSkipMode=or", ["T", "", ""])["row_skipped_by_rule"]

    assert (finding.line, finding.row) == (7, 1)


def test_a_file_that_cannot_be_read_is_a_finding(linting):
    finding = linting("", b"PK\x03\x04 and so on")["csv_refused"]

    assert (finding.severity, "Excel workbook" in finding.text) == (Severity.ERROR, True)


def test_a_message_about_most_of_the_rows_is_an_error_about_few_a_warning(linting):
    few = linting("", b"OAK,0001,Ann\nOAK,0002,Bob\nOAK,,Cid\n")["district_id_required"]
    most = linting("", b"OAK,,Ann\nOAK,,Bob\nOAK,0003,Cid\n")["district_id_required"]

    assert (few.severity, most.severity) == (Severity.WARNING, Severity.ERROR)


def test_sites_that_the_district_does_not_have_are_counted(linting):
    rows = b"OAK,0001,Ann\n0410,0002,Bob\nELM,0003,Cid\nELM,0004,Dee\n"

    finding = linting("", rows, site_names={"OAK": "OAK", "0410": "OAK"})["site_unknown"]

    assert (finding.line, finding.row) == (2, 3)
    assert '"ELM" (2); 2 rows' in finding.text


def test_rows_that_could_not_be_read_are_not_asked(linting):
    found = linting(MAP, b'OAK,0001,Ann,ENR\nOAK,0002,Bob,WD\nOAK,"0003,Cid,"GRAD\n')

    assert set(found) == {"row_unreadable"}


def test_columns_by_name_are_asked_like_those_by_number(linting):
    text = "InputRowsToSkip=1\nfield_status={Status,map_status}\nmap_status_ENR=A\n"

    finding = linting(text, b"Site,Number,Last,Status\nOAK,0001,Ann,ENR\nOAK,0002,Bob,WD\n")["value_not_in_map"]

    assert finding.row == 3


def test_a_value_of_the_file_does_not_reach_a_terminal_as_a_command(linting):
    finding = linting(MAP, ["ENR", "WD", "\x1b[2J"])["value_not_in_map"]

    assert "\x1b" not in str(finding)


PEOPLE = "OAK,0001,Ann,02/03/2013\nOAK,0002,Bob,02/04/2013\nOAK,0003,Cid,02/05/2013\n"


def test_a_header_that_is_read_as_data_is_told(linting):
    words = linting("", f"School,Number,Last Name,DOB\n{PEOPLE}".encode())["header_as_data"]
    date = linting("field_birthdate={4,date,MM/dd/yyyy}", f"OAK,0000,Zoe,born\n{PEOPLE}".encode())["header_as_data"]

    assert (words.row, words.remedy) == (1, "Write InputRowsToSkip=1.")
    assert 'column 3 says "Last Name"' in words.text
    assert "field_birthdate is a word" in date.text


def test_a_patron_who_is_skipped_as_the_header_is_told_without_a_value(linting):
    finding = linting("InputRowsToSkip=1\nfield_birthdate={4,date,MM/dd/yyyy}", PEOPLE.encode())["data_as_header"]

    assert "a number in column 2, a date in column 4" in finding.text
    assert "0001" not in str(finding)


def test_a_password_that_is_the_district_id_or_the_birth_date_is_told(linting):
    text = "field_username={3}\nfield_password={4}\n"
    assert "District ID in 1 row" in linting(text, b"OAK,0001,Ann,0001\nOAK,0002,Bob,x\n")["password_guessable"].text

    text += "field_birthdate={5,date,yyyy-MM-dd}\n"
    rows = b"OAK,0001,Ann,02032013,2013-02-03\nOAK,0002,Bob,x,2013-02-04\n"
    assert "birth date in 1 row" in linting(text, rows)["password_guessable"].text


def test_maps_inside_lists_rules_and_further_sites_are_asked(linting):
    text = 'field_otherSites={4,split(";"),map_s}\nmap_s_1=OAK\nmap_s_2=ELM\n'
    listed = linting(text, ["1;2;7"])["value_not_in_map"]
    assert 'field_otherSites: the map "s" does not cover "7" (1)' in listed.text

    ruled = linting("Skip1={4,map_t} equals yes\nmap_t_T=yes\nmap_t_N=no\n", ["T", "N", "Q"])
    assert set(ruled) == {"value_not_in_map", "row_skipped_by_rule"}
    assert 'Skip1: the map "t" does not cover "Q"' in ruled["value_not_in_map"].text


def test_a_site_that_the_map_does_not_cover_is_told_with_value_and_map(tmp_path):
    csv = tmp_path / "s.csv"
    csv.write_text("0410,1,Ann\n0999,2,Bob\n", encoding="utf-8")
    text = "field_siteShortName={1,map_site,omit}\nmap_site_0410=OAK\nfield_barcode={2}\nfield_districtID={2}\n"

    (told,) = lint_csv(parse(f"{text}field_lastName={{3}}", "x"), csv)

    assert told.code == "site_unmapped"
    assert '"0999" (1)' in told.text
    assert "Add a line map_site_0999=…" in told.remedy
