"""What a suite says about rows and files. Great Expectations itself runs here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from patron_update.domain.fields import BY_NAME
from patron_update.domain.messages import CATALOGUE as MESSAGES
from patron_update.domain.messages import SHOWN_LENGTH, Message
from patron_update.errors import JobFileError
from patron_update.validation import Judge, Suite, judge
from patron_update.validation.catalogue import CATALOGUE, Consequence
from patron_update.validation.suite import Expectation

NO_FIGURES = {"row_count": 0, "columns": {}}


def expectation(expect, column=None, severity="warn", *, mostly=1.0, skip_blank=False, **arguments):
    return Expectation(
        kind=CATALOGUE[expect],
        severity=Consequence(severity),
        note="the note",
        column=BY_NAME[column] if column else None,
        arguments=arguments,
        mostly=mostly,
        skip_blank=skip_blank,
        line=7,
    )


def suite_of(*expectations):
    return Suite(name="Suite", path=Path("suite.yaml"), expectations=expectations)


def frame(first_line=2, **columns):
    import pandas as pd

    length = len(next(iter(columns.values())))
    return pd.DataFrame({"line": range(first_line, first_line + length), **columns})


def failing(judgement):
    return [int(line) for line in judgement.messages["line"]]


def test_a_warning_names_line_field_value_and_what_was_expected():
    suite = suite_of(expectation("expect_column_values_to_be_in_set", "gradeLevel", value_set=["KG", "1"]))

    judgement = judge(suite, [frame(grade_level=["KG", "13"])], NO_FIGURES)

    assert judgement.messages.to_dict("records") == [
        {"line": 3, "code": "expectation_warning", "field": "gradeLevel", "value": "13", "detail": "the note"}
    ]
    assert (judgement.rejected, judgement.stops, judgement.warnings) == ((), (), 1)


def test_a_row_that_fails_a_rejecting_expectation_is_held_out_once_and_told_for_each():
    suite = suite_of(
        expectation("expect_column_values_to_match_regex", "districtID", "reject", regex="^[0-9]+$"),
        expectation("expect_column_value_lengths_to_be_between", "districtID", "reject", max_value=3),
    )

    judgement = judge(suite, [frame(district_id=["1", "12x45", "abc"])], NO_FIGURES)

    assert judgement.rejected == (3, 4)
    assert failing(judgement) == [3, 3, 4]
    assert set(judgement.messages["code"]) == {"expectation_rejected"}
    assert judgement.warnings == 0


@pytest.mark.parametrize(
    ("expect", "arguments", "fails"),
    [
        ("expect_column_values_to_not_be_null", {}, [None, ""]),
        ("expect_column_values_to_be_null", {}, ["A1", "b2"]),
        ("expect_column_values_to_match_regex", {"regex": "^[A-Z]"}, ["", "b2"]),
        ("expect_column_values_to_match_regex", {"regex": "^[A-Z]", "skip_blank": True}, ["b2"]),
        ("expect_column_values_to_not_match_regex", {"regex": "1"}, ["A1"]),
        ("expect_column_values_to_match_regex_list", {"regex_list": ["A", "b"]}, [""]),
        ("expect_column_values_to_match_regex_list", {"regex_list": ["A", "1"], "match_on": "all"}, ["", "b2"]),
        ("expect_column_values_to_not_match_regex_list", {"regex_list": ["A", "x"]}, ["A1"]),
        ("expect_column_values_to_be_in_set", {"value_set": ["A1", ""]}, ["b2"]),
        ("expect_column_values_to_not_be_in_set", {"value_set": ["A1", ""]}, ["", "A1"]),
        ("expect_column_value_lengths_to_equal", {"value": 2}, [""]),
        ("expect_column_value_lengths_to_be_between", {"min_value": 0, "max_value": 1}, ["A1", "b2"]),
        ("expect_column_values_to_match_strftime_format", {"strftime_format": "A%m"}, ["", "b2"]),
    ],
)
def test_a_missing_value_is_judged_only_where_null_is_meant_and_a_blank_one_is_a_value(expect, arguments, fails):
    suite = suite_of(expectation(expect, "homeroom", **arguments))

    judgement = judge(suite, [frame(homeroom=[None, "", "A1", "b2"])], NO_FIGURES)

    assert [message["value"] for message in judgement.messages.to_dict("records")] == fails


@pytest.mark.parametrize(
    ("bounds", "fails"),
    [
        ({"min_value": 2020.0, "max_value": 2030.0}, ["2031", "", "soon", "nan"]),
        ({"min_value": 2020.0}, ["", "soon", "nan"]),
        ({"max_value": 2030.0, "strict_max": True, "skip_blank": True}, ["2030", "2031", "soon", "nan"]),
    ],
)
def test_what_is_no_number_does_not_lie_between_numbers(bounds, fails):
    suite = suite_of(expectation("expect_column_values_to_be_between", "graduationYear", **bounds))

    judgement = judge(suite, [frame(graduation_year=[None, "2030", "2031", "", "soon", "nan"])], NO_FIGURES)

    assert [message["value"] for message in judgement.messages.to_dict("records")] == fails


def test_dates_are_compared_as_dates():
    bounds = {"min_value": date(2005, 9, 1), "max_value": date(2020, 8, 31)}
    suite = suite_of(expectation("expect_column_values_to_be_between", "birthdate", **bounds))

    judgement = judge(
        suite, [frame(birthdate=["08/31/2005", "09/01/2005", "08/31/2020", "1.9.2010", None])], NO_FIGURES
    )

    assert list(judgement.messages["value"]) == ["08/31/2005", "1.9.2010"]


def test_a_stop_counts_over_all_batches_before_it_decides():
    batches = [frame(2, last_name=["", "Ngo"]), frame(4, last_name=["Ngo", "Ngo"])]
    stop = {"expect": "expect_column_values_to_not_be_null", "column": "lastName", "severity": "stop"}

    tolerant = judge(suite_of(expectation(**stop, mostly=0.75)), batches, NO_FIGURES)
    strict = judge(suite_of(expectation(**stop, mostly=0.9)), batches, NO_FIGURES)

    assert tolerant.stops == ()
    assert strict.stops == ("Last Name: 1 of 4 rows do not meet 'the note' (line 2); at least 90% of them must.",)
    assert strict.rejected == ()


def test_a_stop_names_the_first_lines_and_no_value():
    suite = suite_of(expectation("expect_column_values_to_be_null", "lastName", "stop"))

    (stop,) = judge(suite, [frame(last_name=["Okonkwo"] * 9)], NO_FIGURES).stops

    assert "9 of 9 rows" in stop
    assert "(lines 2, 3, 4, 5, 6, …)" in stop
    assert "Okonkwo" not in stop


@pytest.mark.parametrize(("rows", "stops"), [(0, 1), (1, 0), (999_999, 0), (1_000_000, 1)])
def test_the_row_count_comes_from_the_figures_and_not_from_the_batches(rows, stops):
    count = expectation("expect_table_row_count_to_be_between", severity="stop", min_value=1, max_value=999_999)

    judgement = judge(suite_of(count), [frame(last_name=["Ngo"])], {"row_count": rows, "columns": {}})

    assert len(judgement.stops) == stops
    assert all(f"{rows:,} rows" in stop for stop in judgement.stops)


def test_a_warning_about_the_whole_file_is_one_message_without_a_line():
    suite = suite_of(
        expectation("expect_column_values_to_be_unique", "username"),
        expectation("expect_column_unique_value_count_to_be_between", "siteShortName", max_value=3),
        expectation("expect_table_row_count_to_equal", severity="stop", value=5),
    )
    figures = {
        "row_count": 5,
        "columns": {"username": {"distinct": 3, "duplicates": 2}, "site_short_name": {"distinct": 3, "duplicates": 2}},
    }

    judgement = judge(suite, [], figures)

    (message,) = judgement.messages.to_dict("records")
    assert judgement.messages["line"].isna().all()
    assert message["detail"] == "User Name: 2 rows repeat another row's value; expected: the note"
    assert judgement.stops == ()
    assert Message(code=message["code"], detail=message["detail"]).cause == f"{message['detail']}."


def test_every_message_is_in_the_catalogue_and_keeps_only_the_start_of_a_long_value():
    suite = suite_of(expectation("expect_column_values_to_be_in_set", "homeroom", value_set=["A"]))

    judgement = judge(suite, [frame(homeroom=["x" * 500])], NO_FIGURES)

    assert set(judgement.messages["code"]) <= set(MESSAGES)
    assert len(judgement.messages["value"][0]) == SHOWN_LENGTH


def test_every_failing_row_is_told_however_many_there_are():
    suite = suite_of(expectation("expect_column_values_to_be_in_set", "homeroom", "reject", value_set=["A"]))

    judgement = judge(suite, [frame(homeroom=[f"room {n}" for n in range(20_000)])], NO_FIGURES)

    assert failing(judgement) == list(range(2, 20_002))
    assert len(judgement.rejected) == 20_000
    assert judgement.messages["value"].iloc[-1] == "room 19999"


def test_batches_and_one_frame_give_the_same_judgement():
    suite = suite_of(expectation("expect_column_values_to_match_regex", "homeroom", "reject", regex="[0-4]$"))
    rooms = [str(number) for number in range(30)]

    whole = judge(suite, [frame(homeroom=rooms)], NO_FIGURES)
    parts = judge(suite, [frame(2, homeroom=rooms[:11]), frame(13, homeroom=rooms[11:])], NO_FIGURES)

    assert parts.rejected == whole.rejected != ()
    assert parts.messages.equals(whole.messages)


@pytest.mark.parametrize(("skip_blank", "of"), [(False, 6), (True, 4)])
def test_rows_that_are_known_to_pass_count_as_if_they_were_judged(skip_blank, of):
    suite = suite_of(
        expectation("expect_column_values_to_be_in_set", "homeroom", "stop", value_set=["1"], skip_blank=skip_blank)
    )
    passed = {"rows": 7, "present": {"homeroom": 5}, "filled": {"homeroom": 3}}

    (stop,) = judge(suite, [frame(homeroom=["2", None])], NO_FIGURES, passed).stops

    assert f"1 of {of} rows do not meet" in stop


def test_the_lines_that_fail_are_told_whatever_follows_from_it():
    expectations = [
        expectation("expect_column_values_to_not_be_in_set", "homeroom", severity, value_set=[severity], mostly=mostly)
        for severity, mostly in (("warn", 1.0), ("reject", 1.0), ("stop", 0.1))
    ]

    judgement = judge(suite_of(*expectations), [frame(homeroom=["warn", "fine", "reject", "stop"])], NO_FIGURES)

    assert judgement.failing == {2, 4, 5}
    assert judgement.stops == ()


def test_a_judge_can_be_asked_batch_by_batch_and_an_empty_batch_is_no_problem():
    judging = Judge(suite_of(expectation("expect_column_values_to_not_be_null", "homeroom", "stop")))

    assert judging.batch(frame(homeroom=[])).rejected == ()
    assert judging.batch(frame(homeroom=[None])).stops == ()
    assert len(judging.conclude(NO_FIGURES).stops) == 1


def test_an_expectation_that_great_expectations_cannot_judge_names_its_line_and_no_value():
    suite = suite_of(expectation("expect_column_value_lengths_to_be_between", "lastName", min_value="three"))

    with pytest.raises((JobFileError, ValueError, TypeError)) as caught:
        judge(suite, [frame(last_name=["Okonkwo"])], NO_FIGURES)

    assert "Okonkwo" not in str(caught.value)


def test_the_judgement_shows_no_patron_in_its_repr():
    suite = suite_of(expectation("expect_column_values_to_be_null", "lastName", "reject"))

    assert "Okonkwo" not in repr(judge(suite, [frame(last_name=["Okonkwo"])], NO_FIGURES))


def test_no_time_is_spent_on_a_fingerprint_of_the_batch(monkeypatch):
    from great_expectations.execution_engine import pandas_execution_engine

    made = []
    monkeypatch.setattr(pandas_execution_engine, "hash_pandas_dataframe", made.append)

    judge(suite_of(expectation("expect_column_values_to_not_be_null", "homeroom")), [frame(homeroom=["1"])], NO_FIGURES)

    assert made == []
