"""A run that passed a limit and waits for a person: what an approval applies, and what makes it void."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import psycopg
import pytest

from patron_update import steps
from patron_update.errors import RejectedError
from patron_update.run import open_run

SATURDAY = "2026-08-29T02:15"


def pupils(room: str, count: int = 20) -> list[str]:
    return [f"{n},01,C{n},Name{n},{room}" for n in range(1, count + 1)]


@pytest.fixture
def held(district):
    """Return the summary of a run that is held: it would move all of twenty pupils from 7A to 7B."""
    district.send(*pupils("7A"))
    district.run("--at", SATURDAY)
    district.send(*pupils("7B"))
    return district.run("--at", "2026-08-31T02:15")


@pytest.fixture
def approve(district):
    """Return what approves a run: exit code and what was printed."""

    def call(run: int, *more: str) -> tuple[int, str]:
        code, printed, errors = district.call("approve", str(run), "--by", "ann", *more)
        return code, printed + errors

    return call


def rooms(district) -> set[str]:
    return {one["homeroom"] for one in district.patrons().values()}


def summary_of(district, run: int) -> dict:
    return json.loads(district.call("summary", str(run), "--format", "json")[1])


def test_a_held_run_says_how_to_approve_it_and_has_written_nothing(district, held):
    assert held["outcome"] == "held"
    assert held["approval"] is None
    assert f"`patron-update approve {held['run_id']}` applies exactly that" in held["reasons"][0]
    assert rooms(district) == {"7A"}


def test_a_held_run_settles_no_row_and_says_which_will(district, held):
    code, _, errors = district.call("resolve", str(held["run_id"]), "2", "same", "--by", "ann")

    assert code == 1
    assert "Run 2 was not applied, so it has nothing to settle. The next run of students that is applied" in errors


def test_an_approved_run_applies_exactly_what_was_held_and_tells_who_approved_it_when_and_why(district, held, approve):
    code, _ = approve(held["run_id"], "--reason", "new term")

    summary = summary_of(district, held["run_id"])
    assert (code, summary["outcome"], rooms(district)) == (0, "completed", {"7B"})
    assert summary["counts"] == held["counts"]
    assert (summary["approval"]["approved"], summary["approval"]["by"]) == (True, "ann")
    assert summary["reasons"][0].startswith("The run would update 20 of 20")
    assert summary["reasons"][1].startswith("Approved by ann on ")
    assert summary["reasons"][1].endswith(": new term")


def test_the_same_approval_twice_is_harmless(district, held, approve, database_url):
    approve(held["run_id"])
    with psycopg.connect(database_url) as database:
        versions = database.execute("SELECT id, version FROM patron_update.patron ORDER BY id").fetchall()

    code, _ = approve(held["run_id"])

    with psycopg.connect(database_url) as database:
        assert database.execute("SELECT id, version FROM patron_update.patron ORDER BY id").fetchall() == versions
    assert (code, summary_of(district, held["run_id"])["outcome"], rooms(district)) == (0, "completed", {"7B"})


def test_an_approval_is_void_when_staff_have_changed_a_patron_whom_it_concerns(district, held, approve, database_url):
    with psycopg.connect(database_url) as database:
        database.execute("UPDATE patron_update.patron SET nickname = 'Nick' WHERE district_id = '7'")

    code, _ = approve(held["run_id"])

    summary = summary_of(district, held["run_id"])
    assert (code, summary["outcome"], rooms(district)) == (1, "held", {"7A"})
    assert summary["reasons"][0].startswith("The approval is void: patrons whom it concerns have changed since")
    assert "It was held: The run would update 20 of 20" in summary["reasons"][0]
    assert "Approved by ann on " in summary["reasons"][0]


def test_an_approval_holds_when_staff_have_changed_somebody_else(district, held, approve, database_url):
    with psycopg.connect(database_url) as database:
        database.execute("INSERT INTO patron_update.patron (last_name) VALUES ('Nobody in the file')")

    assert (approve(held["run_id"])[0], rooms(district)) == (0, {"7B", None})


def test_an_approval_is_void_once_the_job_has_applied_another_file(district, held, approve):
    district.send(*pupils("7A"))
    assert district.run("--at", "2026-09-01T02:15")["outcome"] == "completed"

    code, _ = approve(held["run_id"])

    assert (code, rooms(district)) == (1, {"7A"})
    assert "what the job applied last has changed since" in summary_of(district, held["run_id"])["reasons"][0]


def test_an_approval_is_void_when_the_landed_file_is_not_the_one_that_was_looked_at(district, held, approve):
    landed = max((district.folder / "home").rglob("landed.csv"), key=lambda file: file.stat().st_mtime_ns)
    landed.write_text(landed.read_text().replace("7B", "7C"))

    code, _ = approve(held["run_id"])

    assert (code, rooms(district)) == (1, {"7A"})
    assert "the run's file is not the one" in summary_of(district, held["run_id"])["reasons"][0]


def test_an_approval_is_void_when_the_landed_file_is_not_kept_any_more(district, held, approve):
    max((district.folder / "home").rglob("landed.csv"), key=lambda file: file.stat().st_mtime_ns).unlink()

    code, told = approve(held["run_id"])

    assert (code, rooms(district)) == (1, {"7A"})
    assert "The approval is void: the run's file is not kept any more." in told


def test_a_run_that_nobody_answered_in_time_cannot_be_approved_any_more(district, held, approve):
    with open_run("students", held["run"]) as run, pytest.raises(RejectedError):
        steps.expire(run, datetime(2026, 9, 1, 7, 0, tzinfo=UTC))

    code, told = approve(held["run_id"])

    assert (code, rooms(district)) == (1, {"7A"})
    assert "Rejected by nobody on 2026-09-01 at 07:00 UTC: no answer came in time." in told


def test_a_void_approval_names_changed_options_and_keeps_the_figures_that_were_looked_at(district, held, approve):
    district.job_file.write_text(district.job_file.read_text() + "options: { ownership: { homeroom: fill_blank } }\n")

    code, _ = approve(held["run_id"])

    summary = summary_of(district, held["run_id"])
    assert (code, summary["outcome"], rooms(district)) == (1, "held", {"7A"})
    assert summary["reasons"][0].startswith("The approval is void: the job's options changed since. ")
    kept = ("counts", "sites", "messages", "causes")
    assert {name: summary[name] for name in kept} == {name: held[name] for name in kept}


def test_a_rejected_run_cannot_be_approved_any_more(district, held, approve):
    code, printed, _ = district.call("reject", str(held["run_id"]), "--by", "bob", "--reason", "too early")

    summary = summary_of(district, held["run_id"])
    assert (code, summary["outcome"], rooms(district)) == (0, "held", {"7A"})
    assert printed.startswith("Students: Rejected, no patron was changed: 20 patrons would be updated.")
    assert "Rejected by bob on " in summary["reasons"][0]
    assert summary["approval"]["approved"] is False
    code, told = approve(held["run_id"])
    assert (code, rooms(district)) == (1, {"7A"})
    assert "The first answer counts." in told


def test_options_that_were_changed_while_a_run_waited_are_seen_by_the_next_one(district, held, approve):
    district.job_file.write_text(district.job_file.read_text() + "options: { unknown_status: reject }\n")
    approve(held["run_id"])

    night = district.run("--at", "2026-09-07T02:15")

    assert night["update"] == "full", (night["outcome"], night["reasons"])
    assert "the job's options changed since the last update" in " ".join(night["reasons"])


def test_a_run_that_passed_no_limit_cannot_be_approved(district, approve):
    district.send(*pupils("7A"))
    done = district.run("--at", SATURDAY)

    code, told = approve(done["run_id"])

    assert code == 1
    assert "waits for nobody's approval" in told
