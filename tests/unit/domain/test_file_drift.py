"""What is odd about a file beside the one before it; whole faults are in tests/unit/files/test_profile.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from patron_update.domain import file_drift
from patron_update.domain.column_drift import Used
from patron_update.domain.file_profile import ColumnProfile, FileProfile
from patron_update.domain.limits import Limit


def column(**shapes):
    return ColumnProfile(filled=1, digits=0, zeros=0, shapes=shapes)


DIGITS, WORD, MAIL = column(**{"9{7}": 1.0}), column(Aa=1.0), column(**{"a@a.a": 1.0})
FILE = FileProfile(
    size=1000,
    encoding="utf-8",
    delimiter=",",
    header=("Id", "Name", "Mail"),
    columns=(DIGITS, WORD, MAIL),
    sampled=100,
    rows=1000,
    sites={"OAK": 600, "ELM": 400},
)
USED = Used(numbered=frozenset({1, 2, 3}), keys={"District IDs": frozenset({1})})
FIFTH = Limit(share=0.2)


def codes(new, old=FILE, used=USED):
    return [finding.code for finding in file_drift.compared(new, old, used) if finding.grave]


def content(new, old=FILE, by=FIFTH):
    return [finding.code for finding in file_drift.content(new, old, by)]


def test_a_file_like_the_one_before_has_no_finding():
    assert codes(FILE) == content(FILE) == []
    assert list(file_drift.by_itself(FILE, age=timedelta(hours=2), oldest=timedelta(hours=168))) == []


def test_rows_may_rise_and_fall_by_the_share_and_by_no_more():
    assert content(replace(FILE, rows=800)) == content(replace(FILE, rows=1200)) == []
    assert content(replace(FILE, rows=799)) == content(replace(FILE, rows=1201)) == ["rows"]
    assert content(replace(FILE, rows=8), replace(FILE, rows=18)) == [], "of a few rows, ten are no drift"
    (found,) = file_drift.content(replace(FILE, rows=700), FILE, FIFTH)
    assert found.text == (
        "The file has 700 rows; the one applied last had 1,000. These are 300 fewer (30%); the job allows 20%."
    )


@pytest.mark.parametrize(
    ("new", "at"),
    [
        ({"OAK": 600, "ELM": 150}, ("ELM",)),
        ({"OAK": 600, "ELM": 700}, ("ELM",)),
        ({"OAK": 600}, ("ELM",)),
        ({"OAK": 450, "ELM": 300}, ("ELM", "OAK")),
        ({"OAK": 600, "ELM": 400, "ASH": 250}, ("ASH",)),
        ({"OAK": 720, "ELM": 480, "ASH": 9}, ()),
    ],
)
def test_rows_that_differ_at_a_few_sites_alone_are_laid_at_their_door(new, at):
    found = [*file_drift.content(replace(FILE, rows=sum(new.values()), sites=new), FILE, FIFTH)]

    assert (found[0].code, found[0].sites) == ("rows", at)


def test_where_sites_wait_the_next_file_is_held_against_the_one_before():
    applied = replace(FILE, rows=620, sites={"OAK": 610, "ELM": 10}).with_sites_of(FILE, ["ELM"])

    assert (applied.rows, applied.sites) == (1010, {"OAK": 610, "ELM": 400})


def test_sites_are_compared_by_the_names_that_the_district_file_gives_them_now():
    file = replace(FILE, names={"oak": "OAK", "elm": "ELM", "0400": "ELM"})

    assert file.named_now({"oak": "OAK", "elm": "ELMO", "elmo": "ELMO"}).sites == {"OAK": 600, "ELMO": 400}
    assert file.named_now({"oak": "OAK", "elm": "ELM", "0400": "OAK"}).sites == {"OAK": 600}, "which rows, none knows"
    assert file.named_now({"oak": "OAK"}).sites == FILE.sites
    assert FILE.named_now({"elm": "OAK"}).sites == {"OAK": 1000}


def test_a_site_whose_code_changed_is_told_with_the_names_that_are_new():
    (found,) = file_drift.content(replace(FILE, sites={"OAK": 600, "0999": 390}), FILE, FIFTH)

    assert found.text.endswith("Rows name 0999, which those did not: a site may have another code now.")


def test_a_site_that_no_row_names_any_more_is_told_with_its_rows():
    (found,) = file_drift.content(replace(FILE, sites={"OAK": 990}), FILE, FIFTH)

    assert found.text == "No row names ELM, which had 400 rows in the file applied last."


def test_a_renamed_column_with_the_same_kind_of_values_only_warns():
    (found,) = file_drift.compared(replace(FILE, header=("Student", "Name", "Mail")), FILE, USED)

    assert not found.grave
    assert "renamed: 'Id' to 'Student'" in found.text


def test_a_moved_column_stops_where_it_is_used_by_its_number_and_not_where_by_its_name():
    swapped = replace(FILE, header=("Id", "Mail", "Name"), columns=(DIGITS, MAIL, WORD))

    assert codes(swapped) == ["header"]
    assert codes(swapped, used=Used(named=frozenset({1, 2, 3}))) == []
    assert codes(swapped, used=replace(USED, attended=True)) == []


def test_a_column_that_is_new_at_the_end_or_gone_unused_only_warns():
    longer = replace(FILE, header=(*FILE.header, "Bus"), columns=(*FILE.columns, WORD))

    assert codes(longer) == []
    assert codes(FILE, longer) == []
    assert codes(replace(FILE, header=FILE.header[:2], columns=FILE.columns[:2])) == ["header"]


def test_values_under_their_neighbours_names_are_seen_when_two_columns_have_them():
    shifted = replace(FILE, columns=(WORD, DIGITS, WORD))

    assert codes(shifted) == ["columns_shifted"]
    assert codes(replace(FILE, columns=(DIGITS, DIGITS, MAIL))) == []


def test_two_columns_that_hold_each_others_values_are_told_and_one_alone_is_not():
    (found,) = file_drift.compared(replace(FILE, columns=(MAIL, WORD, DIGITS)), FILE, USED)

    assert (found.code, found.grave) == ("columns_shifted", True)
    assert found.text == "The values of column 1, 'Id', and column 3, 'Mail', have changed places."
    assert codes(replace(FILE, columns=(MAIL, WORD, DIGITS)), used=replace(USED, attended=True)) == []


def test_names_of_columns_are_compared_though_one_is_blank_or_stands_twice():
    old = replace(FILE, header=("Id", "", "Mail"))
    moved = replace(FILE, header=("Mail", "", "Id"), columns=(MAIL, WORD, DIGITS))
    twice = replace(FILE, header=("Id", "Mail", "Mail"))

    assert codes(moved, old) == ["header"]
    assert codes(replace(old, header=("Id", "Name", "Mail")), old) == []
    assert codes(replace(old, header=(*old.header, ""), columns=(*old.columns, WORD)), old) == [], "a trailing comma"
    assert codes(twice, twice) == []
    (found,) = file_drift.compared(old, FILE, USED)
    assert (found.code, found.grave) == ("header", False)
    assert "renamed: 'Name' to ''" in found.text


def test_a_missing_header_is_told_once_and_not_as_a_drift():
    lost = replace(FILE, header=(), headless=True)

    assert [found.code for found in file_drift.headless(lost)] == ["header_missing"]
    assert list(file_drift.headless(FILE)) == list(file_drift.compared(lost, FILE, USED)) == []


def test_letters_that_became_question_marks_stop_and_letters_that_are_gone_warn():
    old = replace(FILE, foreign=0.04)
    asked, gone = replace(FILE, questioned=0.04), FILE

    assert codes(asked, old) == ["encoding"]
    assert codes(gone, old) == []
    assert [found.text for new in (asked, gone) for found in file_drift.compared(new, old, USED)] == [
        "Letters beyond A to Z have become question marks; 4.0% of the values had some in the file applied last.",
        "Letters beyond A to Z are gone; 4.0% of the values had some in the file applied last.",
    ]
    assert codes(asked, replace(FILE, questioned=0.04)) == []
    assert codes(replace(FILE, foreign=0.03), old) == []


def test_a_few_rows_are_no_measure_of_columns():
    assert codes(replace(FILE, columns=(WORD, DIGITS, WORD), sampled=19)) == []


def test_keys_of_another_form_are_told_with_both_forms():
    new = replace(FILE, columns=(column(**{"A9{6}": 1.0}), WORD, MAIL))

    (found,) = file_drift.compared(new, FILE, USED)

    assert found.code == "key_format"
    assert "'A999999' in 100% of the rows, formerly '9999999' in 100%" in found.text


def test_lost_zeros_are_told_of_used_columns_and_are_no_other_form_of_a_key():
    padded = ColumnProfile(filled=1, digits=1, zeros=1, shapes={"9{7}": 1.0})
    bare = ColumnProfile(filled=1, digits=1, zeros=0, shapes={"9{5}": 1.0})
    old, new = (replace(FILE, columns=(one, WORD, MAIL)) for one in (padded, bare))

    assert codes(new, old) == ["leading_zeros"]
    assert codes(new, old, Used(numbered=frozenset({2}))) == []


@pytest.mark.parametrize(
    ("new", "grave"),
    [
        ({"encoding": "cp1252"}, [False]),
        ({"encoding": "ascii"}, []),
        ({"garbled": 0.05}, [True]),
        ({"implausible": True}, [True]),
    ],
)
def test_another_encoding_warns_and_garbled_names_stop(new, grave):
    assert [finding.grave for finding in file_drift.compared(replace(FILE, **new), FILE, USED)] == grave


def test_another_delimiter_warns_unless_the_number_of_columns_is_another():
    assert codes(replace(FILE, delimiter=";")) == []
    assert codes(replace(FILE, delimiter=";", header=("Id;Name;Mail",), columns=(WORD,))) == ["delimiter"]
    assert codes(replace(FILE, header=("Id;Name;Mail",), columns=(WORD,))) == ["delimiter"]


def test_an_end_that_is_not_what_it_always_was_means_that_the_file_is_cut():
    assert codes(replace(FILE, ended=False)) == ["truncated"]
    assert codes(replace(FILE, ended=False), replace(FILE, ended=False)) == []
    assert codes(FILE, replace(FILE, footer=True)) == ["truncated"]


def test_the_very_file_was_applied_last_or_earlier_or_never():
    earlier = datetime(2026, 8, 29, tzinfo=UTC)

    assert [found.code for found in file_drift.sent("a", "a", earlier)] == ["identical"]
    assert [found.code for found in file_drift.sent("a", "b", earlier)] == ["sent_before"]
    assert list(file_drift.sent("a", "b", None)) == []


def test_an_old_file_is_told_with_its_age():
    (found,) = file_drift.by_itself(FILE, age=timedelta(days=9, hours=3), oldest=timedelta(hours=168))

    assert found.text == "The file was last written 9 days and 3 hours before this run."


def test_patron_xml_has_no_columns_to_compare():
    xml = FileProfile(size=1000, rows=1000)

    assert codes(xml) == codes(FILE, xml) == []
