from __future__ import annotations

import csv
import io
from uuid import UUID

import pandas as pd
import pytest

from patron_update.domain.fields import FIELDS
from patron_update.domain.outcomes import Outcome
from patron_update.errors import PatronUpdateError
from patron_update.files import diff
from patron_update.files.diff import Split

SUITE = "a suite"
FILE = "1,OAK-ES,Ann\n2,OAK-ES,Bob\n3,ELM-HS,Cid\n\n,OAK-ES,Dee\n5,OAK-ES,Eve\n5,OAK-ES,Eva\n6,OAK-ES\n"
MESSAGE_COLUMNS = ["line", "code", "field", "value", "detail"]
NO_MESSAGES = pd.DataFrame(columns=MESSAGE_COLUMNS, dtype=object)


@pytest.fixture
def marked(converting):
    """Return a function that splits the records by marks: key -> fingerprint, or True for the record's own.

    ``people``: key -> District ID of the patron, where that is another.
    """

    def split(marks, people=()) -> Split:
        own = dict(converting.rows("key", "fingerprint"))
        path = converting.folder.file("marks.csv")
        with path.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("key", "fingerprint", "district_id"))
            for key, value in marks.items():
                writer.writerow((key, f"{own[key]:032x}" if value is True else value, dict(people).get(key)))
        return diff.split(converting.folder, path)

    return split


def staged(converting):
    return list(csv.reader(io.StringIO(b"".join(diff.changed_rows(converting.folder)).decode(), newline="")))


def test_records_are_split_by_their_fingerprints(converting, marked):
    converting(FILE)

    found = marked({"1": True, "2": "0" * 32, "9": "1" * 32})

    assert found == Split(unchanged=1, changed=2, missing=1, keyless=1)
    assert sorted(row[1] for row in staged(converting)) == ["2", "3"]


@pytest.mark.parametrize("mark", ["", "0123456789abcdef" * 2])
def test_without_a_fingerprint_or_with_one_of_another_making_a_record_is_looked_at_again(converting, marked, mark):
    converting("1,OAK-ES,Ann\n")

    assert marked({"1": mark}) == Split(unchanged=0, changed=1, missing=0, keyless=0)


def test_an_unchanged_record_is_looked_at_again_when_a_changed_one_means_its_patron(converting, marked):
    converting("1,OAK-ES,Ann\n2,OAK-ES,Bob\n3,ELM-HS,Cid\n")

    assert marked({"1": True, "2": True, "3": ""}, {"2": "3"}).changed == 2
    assert marked({"1": True, "2": True, "3": ""}, {"3": "2"}).changed == 2
    assert marked({"1": True, "2": True, "3": ""}, {"3": "7", "1": "7"}).changed == 2
    assert marked({"1": True, "2": True, "3": ""}, {"1": "2"}).changed == 1


def test_a_key_on_a_rejected_or_held_row_is_not_missing(converting, marked):
    converting(FILE)

    assert marked({"5": "x", "6": "x", "7": "x"}).missing == 1
    assert b"".join(diff.missing_keys(converting.folder)) == b'"7"\n'


def test_nothing_missing_is_no_bytes(converting, marked):
    converting("1,OAK-ES,Ann\n")
    marked({"1": True})

    assert list(diff.missing_keys(converting.folder)) == []
    assert list(diff.changed_rows(converting.folder)) == []


def test_outcomes_by_site_count_every_row_that_is_not_staged(converting, marked):
    result = converting(FILE)
    found = marked({"1": True})

    outcomes = diff.outcomes_by_site(converting.folder)

    assert outcomes == {
        ("OAK-ES", Outcome.UNCHANGED): 1,
        ("", Outcome.SKIPPED): 1,
        ("OAK-ES", Outcome.REJECTED): 2,
        ("OAK-ES", Outcome.HELD): 2,
    }
    assert sum(outcomes.values()) + found.changed == result.read


def test_staged_rows_have_line_key_fingerprint_and_the_fields_in_order(converting, marked):
    converting("1,OAK-ES,Ann\n")
    marked({})

    (row,) = staged(converting)
    fingerprint = converting.rows("fingerprint")[0][0]
    assert len(row) == 5 + len(FIELDS)
    assert row[:7] == ["1", "1", str(UUID(int=fingerprint)), "OAK-ES", r"\N", "1", "Ann"]


def test_missing_empty_and_a_value_that_looks_like_missing_are_told_apart(converting, marked):
    converting(
        '1,OAK-ES,\\N,"a ""b"", c"\n',
        {"firstName": "''", "middleName": "NULL", "nickname": "c4"},
    )
    marked({})

    (line,) = b"".join(diff.changed_rows(converting.folder)).decode().splitlines()
    assert line.split(",", 6)[6].startswith(r'"\N","",\N,"a ""b"", c",\N')


def test_marks_may_hold_commas_quotes_and_separators(converting, marked):
    converting('"a,""b",OAK-ES,Ann,P 1\n', {"barcode": "c4"})
    assert marked({'a,"b': True}).unchanged == 1

    converting("1,OAK-ES,Ann,P 1\n", {"barcode": "c4"}, match_using_district_id=False)
    assert marked({"OAK-ES\x1fP 1": True}).unchanged == 1


def test_rows_that_are_held_out_are_rejected_and_told(converting, marked):
    converting("1,OAK-ES,Ann\n2,OAK-ES,Bob\n")
    messages = pd.DataFrame(
        [[2, "expectation_rejected", "lastName", "Bob", "is Ann"], [None, "expectation_warning", None, None, "x"]],
        columns=MESSAGE_COLUMNS,
    ).astype({"line": "Int64"})

    diff.hold_out(converting.folder, (2,), messages)

    assert converting.rows("outcome") == [(None,), ("rejected",)]
    assert marked({"2": "x"}) == Split(unchanged=0, changed=1, missing=0, keyless=0)
    told = list(csv.reader(io.StringIO(b"".join(diff.message_rows(converting.folder)).decode())))
    assert told == [
        [r"\N", "expectation_warning", r"\N", r"\N", r"\N", r"\N", r"\N", "x"],
        ["2", "expectation_rejected", "OAK-ES", "2", r"\N", "lastName", "Bob", "is Ann"],
    ]


def test_holding_out_again_forgets_what_was_held_out_before(converting):
    converting("1,OAK-ES,Ann\n2,OAK-ES,Bob\n")
    diff.hold_out(converting.folder, [1], NO_MESSAGES)
    diff.hold_out(converting.folder, [], NO_MESSAGES)

    assert converting.rows("outcome") == [(None,), (None,)]
    assert list(diff.message_rows(converting.folder)) == []


def test_converting_again_forgets_what_was_held_out_before(converting):
    converting("1,OAK-ES,Ann\n")
    diff.hold_out(converting.folder, [1], NO_MESSAGES)

    assert converting("1,OAK-ES,Ann\n").alive == 1


def test_messages_come_by_line_with_the_patron_they_speak_of(converting):
    converting("1,0410,Ann,P 1,X\n,OAK-ES,Bob,P 2,M\n", {"barcode": "c4", "gender": "c5"})

    told = list(csv.reader(io.StringIO(b"".join(diff.message_rows(converting.folder)).decode())))
    assert told == [
        ["1", "gender_invalid", "OAK-ES", "1", "P 1", "gender", "X", r"\N"],
        ["2", "district_id_required", "OAK-ES", "", "P 2", "districtID", r"\N", r"\N"],
    ]


def test_batches_hold_the_living_records_and_the_columns_asked_for(converting):
    converting(FILE, {"nickname": "nullif(c3, 'Ann')", "firstName": "''"})

    frames = list(diff.batches(converting.folder, ("nickname", "first_name"), 100_000, SUITE))

    assert [list(frame.columns) for frame in frames] == [["line", "nickname", "first_name"]]
    frame = frames[0]
    assert frame["line"].tolist() == [1, 2, 3]
    assert frame["nickname"].isna().tolist() == [True, False, False]
    assert frame["first_name"].tolist() == ["", "", ""]


def test_batches_are_bounded_and_together_the_whole(converting):
    converting("".join(f"{n},OAK-ES,Name\n" for n in range(1, 10_001)))

    frames = list(diff.batches(converting.folder, ("last_name",), 3000, SUITE))

    assert max(len(frame) for frame in frames) <= 3000
    assert [line for frame in frames for line in frame["line"]] == list(range(1, 10_001))


def test_records_that_passed_are_left_out_of_later_batches_until_they_change(converting):
    converting(FILE, {"nickname": "c3"})
    assert diff.passed(converting.folder, ("nickname",), SUITE)["rows"] == 0
    diff.keep_passed(converting.folder, [2], SUITE)

    converting(FILE.replace("Ann", "Anne"), {"nickname": "c3"})
    (frame,) = diff.batches(converting.folder, ("nickname",), 100_000, SUITE)
    figures = diff.passed(converting.folder, ("nickname",), SUITE)

    assert frame["line"].tolist() == [1, 2]
    assert figures == {"rows": 1, "present": {"nickname": 1}, "filled": {"nickname": 1}}


def test_another_suite_judges_every_record(converting):
    converting(FILE)
    diff.keep_passed(converting.folder, [], SUITE)

    (frame,) = diff.batches(converting.folder, ("last_name",), 100_000, "another suite")
    assert frame["line"].tolist() == [1, 2, 3]

    diff.keep_passed(converting.folder, [], "another suite")
    assert len(list(converting.folder.path.parent.glob("passed-*"))) == 1


def test_what_passed_is_kept_for_the_owner_only(converting):
    converting(FILE)
    diff.keep_passed(converting.folder, [], SUITE)

    (kept,) = converting.folder.path.parent.glob("passed-*")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_figures_count_living_records_without_missing_and_blank_values(converting):
    converting("1,OAK-ES,Ann,a\n2,OAK-ES,Bob,a\n3,OAK-ES,Cid,\n4,OAK-ES,Dee,\n,OAK-ES,Eve,b\n", {"username": "c4"})

    assert diff.figures(converting.folder, ("username", "last_name")) == {
        "row_count": 4,
        "columns": {"username": {"distinct": 1, "duplicates": 1}, "last_name": {"distinct": 4, "duplicates": 0}},
    }


def test_asking_for_changes_before_the_comparison_tells_so(converting):
    converting("1,OAK-ES,Ann\n")

    with pytest.raises(PatronUpdateError, match="not compared yet"):
        list(diff.changed_rows(converting.folder))


def test_what_the_comparison_writes_is_private(converting, marked):
    converting(FILE)
    marked({})
    list(diff.message_rows(converting.folder))

    names = ("changed.csv", "missing.csv", "messages.csv", "unstaged.json")
    assert {converting.folder.file(name).stat().st_mode & 0o777 for name in names} == {0o600}
