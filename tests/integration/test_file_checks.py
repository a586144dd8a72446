"""Checks of the file in whole runs: what stops leaves everything as it was, what warns is told."""

from __future__ import annotations

import os
import threading
import time

import psycopg
import pytest

from patron_update.store import PatronStore

ROWS = [f"{number:05d},0{1 + number % 2},C{number},Ames,12" for number in range(1, 61)]


def profile(database_url):
    with PatronStore(database_url) as store:
        return store.job_state("students").file_profile


def reasons(summary):
    return " ".join(summary["reasons"])


def allow(district, **checks):
    said = ", ".join(f"{key}: {value}" for key, value in checks.items())
    district.job_file.write_text(f"{district.job_file.read_text()}file_checks: {{ {said} }}\n")


def test_the_profile_of_a_file_is_stored_when_it_is_applied_and_at_no_other_time(district, database_url):
    district.send(*ROWS)
    district.run("--preview")
    with PatronStore(database_url) as store:
        assert store.job_state("students") is None
    district.run()

    stored = profile(database_url)

    assert (stored["rows"], stored["sites"]) == (60, {"ELM": 30, "OAK": 30})
    assert stored["header"] == ["id", "school", "card", "last", "room"]
    assert stored["columns"][0]["shapes"] == {"9{5}": 1.0}
    assert "Ames" not in str(stored)


def test_a_check_that_stops_leaves_everything_as_it_was_and_says_what_to_do(district, database_url):
    allow(district, rows="stop")
    district.send(*ROWS)
    district.run()
    before, stored = district.patrons(), profile(database_url)
    district.send(*ROWS[:45])

    summary = district.run()

    assert summary["outcome"] == "failed"
    assert summary["reasons"][0].startswith("Nothing was written. The file has 45 rows; the one applied last had 60.")
    assert "raise 'rows_by' under 'file_checks' in the job file" in summary["reasons"][0]
    assert (district.patrons(), profile(database_url)) == (before, stored)


def test_a_file_with_many_rows_fewer_waits_for_approval_of_exactly_what_it_would_do(district, database_url):
    district.send(*ROWS)
    district.run()
    before, stored = district.patrons(), profile(database_url)
    district.send(*ROWS[:44], ROWS[44].replace("Ames", "Amos"))

    held = district.run()

    assert (held["outcome"], held["counts"]["updated"], held["changes_listed"]) == ("held", 1, True)
    assert held["reasons"][0].startswith("Nothing was written. The file has 45 rows; the one applied last had 60.")
    assert f"`patron-update approve {held['run_id']}` applies exactly that" in held["reasons"][0]
    assert (district.patrons(), profile(database_url)) == (before, stored)

    code, printed, _ = district.call("approve", str(held["run_id"]), "--by", "ann")

    assert (code, "Approved by ann on " in printed) == (0, True)
    assert district.patrons()["00045"]["lastName"] == "Amos"
    assert profile(database_url)["rows"] == 45


@pytest.mark.parametrize("count", [90, 45])
def test_within_what_the_job_allows_nobody_is_asked_about_rows(district, count):
    allow(district, rows_by="50%")
    district.send(*ROWS)
    district.run()
    district.send(*(ROWS + [row.replace("00", "10", 1).replace("C", "D") for row in ROWS])[:count])

    assert district.run()["outcome"] == "completed"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("ask", "A limit is passed, so the update would wait. The file has 45 rows"),
        ("stop", "This stops a run that is no preview: The file has 45 rows"),
    ],
)
def test_a_preview_tells_what_would_stop_the_run_or_have_it_wait_and_shows_its_changes(district, action, told):
    allow(district, rows=action)
    district.send(*ROWS)
    district.run()
    district.send(*ROWS[:45])

    summary = district.run("--preview")

    assert (summary["outcome"], summary["counts"]["unchanged"]) == ("preview", 45)
    assert told in reasons(summary)


def test_a_check_that_only_warns_is_told_in_the_summary_of_the_finished_run(district):
    district.send(*ROWS)
    district.run()
    allow(district, rows="warn")
    district.send(*ROWS[:45])

    summary = district.run()

    assert summary["outcome"] == "completed"
    assert "The file has 45 rows; the one applied last had 60." in reasons(summary)


def test_a_check_that_is_off_says_nothing(district):
    district.send(*ROWS)
    district.run()
    allow(district, rows="off")
    district.send(*ROWS[:45])

    summary = district.run()

    assert summary["outcome"] == "completed"
    assert "rows; the one" not in reasons(summary)


def test_the_same_file_again_is_told_and_what_waits_is_tried_again(district):
    district.send(*ROWS, "99999,03,C99,Bell,12")
    district.run()

    again = district.run()

    assert again["outcome"] == "completed"
    assert "The file is the one that this job applied last, byte for byte." in reasons(again)
    assert (again["counts"]["unchanged"], again["counts"]["rejected"]) == (60, 1)
    assert district.codes(again) == ["site_unknown"]


def test_yesterdays_file_is_told_with_its_day(district):
    district.send(*ROWS)
    district.run()
    district.send(*ROWS, "99999,01,C99,Bell,12")
    district.run()
    district.send(*ROWS)

    summary = district.run()

    assert "The same file, byte for byte, was applied on " in reasons(summary)
    allow(district, sent_before="stop")
    district.send(*ROWS, "99999,01,C99,Bell,12")
    assert district.run()["outcome"] == "failed"


def test_a_header_that_leads_the_numbers_astray_stops_until_the_properties_file_follows(district):
    district.send(*ROWS)
    district.run()
    swapped = [",".join([row.split(",")[number] for number in (0, 1, 2, 4, 3)]) for row in ROWS]
    district.send(*swapped, header="id,school,card,room,last\n")

    stopped = district.run()
    assert stopped["outcome"] == "failed"
    assert "The header differs from that of the file applied last; moved: 'last', 'room'." in reasons(stopped)

    properties = district.folder / "include" / "properties" / "students.properties"
    text = properties.read_text().replace("{4,omit}", "{9,omit}").replace("{5}", "{4}").replace("{9,omit}", "{5,omit}")
    properties.write_text(text)
    followed = district.run()

    assert followed["outcome"] == "completed"
    assert followed["counts"]["unchanged"] == 60
    assert "moved: 'last', 'room'" in reasons(followed)


def test_a_file_that_ends_in_a_row_is_never_applied_not_even_as_the_first(district):
    district.send(*ROWS)
    file = district.drop / "students.csv"
    file.write_bytes(file.read_bytes()[:-9])

    summary = district.run()

    assert summary["outcome"] == "failed"
    assert "The file seems to be cut off: its last row has 3 of 5 columns and no line end." in reasons(summary)
    assert district.patrons() == {}


def test_a_file_that_nobody_has_written_for_a_week_is_told(district):
    district.send(*ROWS)
    old = time.time() - 8 * 86_400
    os.utime(district.drop / "students.csv", (old, old))

    assert "The file was last written 8 days and " in reasons(district.run())


@pytest.mark.parametrize("said", ["rows: halt", "rows_by: null", "rows_by: 120%", "too_old_hours: 0", "row: stop"])
def test_a_wrong_setting_is_told_with_its_place(district, said):
    allow(district, **dict([said.split(": ")]))

    code, _, errors = district.call("run", "students")

    assert code == 1
    assert "students.yaml, line " in errors
    assert "file_checks" in errors


def test_a_job_that_has_no_profile_yet_is_compared_with_nothing(district, database_url):
    district.send(*ROWS)
    district.run()
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE patron_update.job_state SET file_profile = NULL")

    assert district.run()["outcome"] == "completed"
    assert profile(database_url)["rows"] == 60


def test_a_file_without_its_header_stops_the_run_instead_of_losing_its_first_patron(district):
    district.send(*ROWS)
    district.run()
    district.send(*ROWS, header="")

    summary = district.run()

    assert summary["outcome"] == "failed"
    assert "The header is missing" in summary["reasons"][0]


def test_keys_that_are_all_new_have_the_run_wait_although_they_look_as_ever(district):
    rows = [f"{number:05d},01,C{number},Ames{number},12" for number in range(1, 61)]
    district.send(*rows)
    district.run()
    district.send(*(f"{int(row[:5]) + 500:05d},01,D{row[10:]}" for row in rows))

    summary = district.run()

    assert (summary["outcome"], len(district.patrons())) == ("held", 60)
    assert [cause["code"] for cause in summary["causes"]] == ["key_format"]


def undo(district, run):
    code, printed, told = district.call("undo", str(run["run_id"]))
    assert code == 0, printed + told
    return int(printed.split("Run ")[1].split()[0])


def test_after_a_run_was_taken_back_the_next_file_is_held_against_the_one_before(district, database_url):
    district.send(*ROWS)
    district.run()
    before = profile(database_url)
    district.send(*ROWS[:-1], ROWS[-1].replace("Ames", "Amos"))
    second = district.run()
    after = profile(database_url)

    back = undo(district, second)
    assert profile(database_url) == before
    district.send(*(row.lstrip("0") for row in ROWS))
    assert "Numbers in column 1, 'id' lost the zeros" in reasons(district.run())
    district.call("undo", str(back))
    assert profile(database_url) == after


def test_a_file_that_was_taken_back_is_not_called_sent_before(district):
    allow(district, sent_before="stop")
    district.send(*ROWS[:-1])
    district.run()
    district.send(*ROWS)
    undo(district, district.run())

    again = district.run()

    assert (again["outcome"], again["counts"]["held"]) == ("completed", 1)
    district.send(*ROWS[:-1])
    assert "was applied on" in reasons(district.run()), "another one has been applied since"


def test_when_every_row_names_somebody_new_a_person_is_asked_before_the_store_doubles(district):
    district.send(*ROWS)
    district.run()
    district.send(*(row.replace("00", "10", 1).replace("C", "D").replace("Ames", "Bell") for row in ROWS))

    held = district.run()

    assert (held["outcome"], [cause["code"] for cause in held["causes"]]) == ("held", ["key_format"])
    assert "would add 60 patrons" in reasons(held)
    assert len(district.patrons()) == 60


def test_a_file_that_still_grows_is_not_told_as_cut_off(district):
    district.send(*ROWS)
    district.run()
    whole = threading.Event()

    with (district.drop / "students.csv").open("a") as file:
        file.write("00061,01,C61,A")

    def upload():
        with (district.drop / "students.csv").open("a") as file:
            while not whole.wait(0.4):
                file.write("a")
                file.flush()
            file.write("mes,12\n")

    sis = threading.Thread(target=upload)
    sis.start()
    summary = district.run()
    whole.set()
    sis.join()

    assert "'students.csv' is still being written: " in reasons(summary)
    assert "cut off" not in reasons(summary)
    assert district.run()["counts"]["added"] == 1
