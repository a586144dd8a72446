"""The freeze calendar in whole runs."""

from __future__ import annotations

import pytest

ROWS = [f"{number:05d},0{1 + number % 2},C{number},Ames,12" for number in range(1, 31)]


def freeze(district, *ranges):
    said = ", ".join(f"{{ first: {first}, last: {last}, allow: {allow} }}" for first, last, allow in ranges)
    district.job_file.write_text(f"{district.job_file.read_text()}freeze: [{said}]\n")


def test_on_a_frozen_day_no_file_is_fetched_and_the_summary_says_why(district):
    freeze(district, ("2026-06-15", "2026-08-20", "nothing"))
    district.send(*ROWS)

    summary = district.run("--at", "2026-06-15T02:15")

    assert (summary["outcome"], summary["file"], summary["counts"]["read"]) == ("frozen", None, 0)
    assert summary["reasons"][0].startswith(
        "The job's freeze calendar says: no update from 2026-06-15 to 2026-08-20. No file was fetched"
    )
    assert district.patrons() == {}
    assert "No update on this day: the job is frozen" in district.call("summary", "students")[1]


def test_the_day_is_the_one_at_the_jobs_place(district):
    freeze(district, ("2026-06-15", "2026-06-15", "nothing"))
    district.send(*ROWS)

    assert district.run("--at", "2026-06-16T03:00+00:00")["outcome"] == "frozen"
    assert district.run("--at", "2026-06-15T03:00+00:00")["outcome"] == "completed"


def test_a_preview_is_made_on_a_frozen_day(district):
    freeze(district, ("2026-06-15", "2026-08-20", "nothing"))
    district.send(*ROWS)

    summary = district.run("--at", "2026-07-01T02:15", "--preview")

    assert (summary["outcome"], summary["counts"]["added"]) == ("preview", 30)
    assert "freeze calendar says: no update from 2026-06-15 to 2026-08-20" in " ".join(summary["reasons"])


SUMMER = ("2026-06-15", "2026-08-20", "adds")
SATURDAYS = ("2026-06-13T02:15", "2026-06-20T02:15", "2026-08-22T02:15")


def test_while_only_adds_are_let_through_new_patrons_come_and_all_others_stay_as_they_are(district):
    freeze(district, SUMMER)
    district.send(*ROWS)
    district.run("--at", SATURDAYS[0])
    before = district.patrons()
    moved = [row.replace(",12", ",14") for row in ROWS[:5]]
    district.send(*moved, *ROWS[5:25], "99999,01,C99,Bell,12", "99998,02,C98,Bell,12")

    summary = district.run("--at", SATURDAYS[1], "--update", "full")

    counts = summary["counts"]
    assert (counts["added"], counts["held"], counts["unchanged"], counts["updated"]) == (2, 5, 20, 0)
    assert {key: patron for key, patron in district.patrons().items() if not key.startswith("9999")} == before
    assert district.codes(summary) == ["patron_frozen"] * 5
    assert "only new patrons from 2026-06-15 to 2026-08-20" in summary["reasons"][0]
    assert "2 patrons added." in district.call("summary", "students")[1], "nobody is needed for what waits"


def test_after_the_freeze_all_that_has_waited_is_done(district):
    freeze(district, SUMMER)
    district.send(*ROWS)
    district.run("--at", SATURDAYS[0])
    district.send(*(row.replace(",12", ",14") for row in ROWS))
    district.run("--at", SATURDAYS[1])

    allow = "limits: { updated: null }\n"
    district.job_file.write_text(district.job_file.read_text() + allow)
    summary = district.run("--at", SATURDAYS[2], "--update", "incremental")

    assert (summary["outcome"], summary["counts"]["updated"]) == ("completed", 30)
    assert {patron["homeroom"] for patron in district.patrons().values()} == {"14"}


def test_days_of_a_freeze_count_for_nobody_who_is_missing(district):
    freeze(district, SUMMER)
    options = "options: { inactivate_missing: { after_days: 3, after_runs: 2, minimum_records: 1 } }\n"
    district.job_file.write_text(district.job_file.read_text() + options)
    district.send(*ROWS)
    district.run("--at", "2026-06-06T02:15")
    district.send(*ROWS[:-1])
    summaries = [district.run("--at", at) for at in (*SATURDAYS[:2], "2026-06-27T02:15")]

    assert [summary["counts"]["missing_inactivated"] for summary in summaries] == [0, 0, 0]
    assert district.codes(summaries[1]) == ["absence_not_counted"]
    assert district.run("--at", SATURDAYS[2])["counts"]["missing_inactivated"] == 1


def test_the_list_of_jobs_tells_the_frozen_days(district):
    freeze(district, ("2026-06-15", "2026-08-20", "nothing"))

    code, printed, _ = district.call("jobs")

    assert code == 0
    head, week, frozen = printed.splitlines()
    assert head == "students: Students, students.csv"
    assert week.startswith("  02:15 America/Chicago: Full on Saturday; Incremental on Monday; not on Tuesday,")
    assert frozen == "  frozen: no update from 2026-06-15 to 2026-08-20"


@pytest.mark.parametrize(
    ("first", "last", "allow", "told"),
    [
        ("2026-06-31", "2026-08-20", "nothing", "is no day of the calendar"),
        ("June", "2026-08-20", "nothing", "Write a day as year-month-day, such as 2026-06-15"),
        ("2026-08-20", "2026-06-15", "nothing", "before it begins on 2026-08-20"),
        ("2026-06-15", "2026-08-20", "all", "nothing"),
    ],
)
def test_a_wrong_range_is_told_with_its_place(district, first, last, allow, told):
    freeze(district, (first, last, allow))

    code, _, errors = district.call("run", "students")

    assert code == 1
    assert "students.yaml, line " in errors
    assert told in errors
