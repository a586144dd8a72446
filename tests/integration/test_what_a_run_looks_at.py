"""Which rows a run looks at: after a change of the district file or the options, and after a remaster."""

from __future__ import annotations

import psycopg
import pytest

from patron_update.store import PatronStore

ROWS = ["1,01,B1,Ames,7A", "2,03,B2,Bell,7B"]


def reasons(summary) -> str:
    return " ".join(summary["reasons"])


def test_a_row_that_was_never_applied_is_tried_again_by_every_incremental_update(district):
    district.send(*ROWS)
    district.run("--update", "full")

    again = district.run("--update", "incremental")

    assert again["update"] == "incremental"
    assert (again["counts"]["unchanged"], again["counts"]["rejected"]) == (1, 1)
    assert district.codes(again) == ["site_unknown"]


def test_a_changed_district_file_is_seen_and_every_row_is_looked_at(district):
    district.send("1,01,B1,Ames,7A")
    district.run("--update", "full")
    file = district.folder / "include" / "district.yaml"
    file.write_text(
        file.read_text()
        .replace("default_access_level: Patron", "default_access_level: Guest", 1)
        .replace("[Patron]", "[Guest]", 1)
    )

    full = district.run("--update", "full")
    nightly = district.run("--update", "incremental")

    assert "Unchanged rows are looked at, too: the district file changed" in reasons(full)
    assert nightly["update"] == "incremental"


def test_a_site_that_the_district_file_now_knows_takes_its_rows_the_same_night(district):
    district.send(*ROWS)
    district.run("--update", "full")
    file = district.folder / "include" / "district.yaml"
    file.write_text(file.read_text().replace('aliases: ["02"]', 'aliases: ["02", "03"]'))

    found = district.run("--update", "incremental")

    assert (found["update"], found["counts"]["added"]) == ("full", 1)
    assert "Full instead of Incremental: the district file changed since the last update." in reasons(found)


def test_a_changed_option_is_seen_and_reaches_rows_that_did_not_change(district):
    district.send("1,01,B1,Ames,7A")
    district.run("--update", "full")
    district.job_file.write_text(district.job_file.read_text() + "options: { ownership: { homeroom: staff } }\n")

    found = district.run("--update", "incremental")

    assert "Full instead of Incremental: the job's options changed since the last update." in reasons(found)
    assert district.run("--update", "incremental")["update"] == "incremental"


def test_changed_expectations_are_seen(district):
    suite = district.folder / "include" / "expectations" / "students.yaml"
    text = """
name: Students
expectations:
  - { expect: expect_column_values_to_not_be_null, column: lastName, severity: stop, note: last names }
"""
    suite.write_text(text)
    district.job_file.write_text(district.job_file.read_text() + "expectations: students.yaml\n")
    district.send("1,01,B1,Ames,7A")
    district.run("--update", "full")
    suite.write_text(text.replace("stop", "reject"))

    found = district.run("--update", "incremental")

    assert "Full instead of Incremental: the expectations changed since the last update." in reasons(found)


def test_remaster_forgets_what_the_job_applied_and_says_what_comes_next(district, database_url):
    district.send("1,01,B1,Ames,7A")
    district.run("--update", "full")

    code, printed, _ = district.call("remaster", "students")

    assert code == 0
    assert "Forgotten: the 1 records that job 'students' has applied. No patron was changed." in printed
    assert "Its next run is Full" in printed
    assert list(district.patrons()) == ["1"]
    with PatronStore(database_url) as store:
        assert store.owned("students") == 0
    found = district.run("--update", "incremental")
    assert (found["update"], found["counts"]["unchanged"]) == ("full", 1)


def test_a_job_that_was_removed_can_still_be_made_to_forget(district, database_url):
    district.send("1,01,B1,Ames,7A")
    district.run("--update", "full")
    district.job_file.unlink()

    code, printed, _ = district.call("remaster", "students")

    assert code == 0
    assert "Forgotten: the 1 records that job 'students' has applied" in printed
    with PatronStore(database_url) as store:
        assert store.owned("students") == 0
    assert district.call("remaster", "students")[0] == 1


def test_remaster_of_a_job_that_is_none_is_refused(district):
    code, _, errors = district.call("remaster", "student")

    assert code == 1
    assert "students" in errors


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("DELETE FROM change", "rows added: 2 by the counts, 1 by the database"),
        ("INSERT INTO message (run_id, line, code) SELECT max(id), 2, 'site_unknown' FROM run", "rows rejected: 0 by"),
    ],
)
def test_figures_that_the_database_does_not_confirm_are_an_error_that_says_so(
    district, database_url, monkeypatch, harm, words
):
    """A defect is played by a hand that reaches into the database between upsert and report."""
    from patron_update import by_hand

    district.send("1,01,B1,Ames,7A", "2,02,B2,Bell,7B")
    write = by_hand.write_summary

    def reaching_in(run):
        with psycopg.connect(database_url) as connection:
            connection.execute("SET search_path = patron_update")
            one = " WHERE line = 2" if harm.startswith("DELETE") else ""
            connection.execute(harm + one)
        return write(run)

    monkeypatch.setattr(by_hand, "write_summary", reaching_in)
    code, _, errors = district.call("run", "students")

    assert code == 1
    assert "an independent count disagrees" in errors
    assert words in errors
    _, printed, _ = district.call("summary", "students")
    assert "an independent count disagrees" in " ".join(printed.split())
