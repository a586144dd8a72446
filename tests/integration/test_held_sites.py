"""The sites that a run has left on hold: a run of its own asks about them, and an approval applies exactly these."""

from __future__ import annotations

import json

import psycopg
import pytest

SATURDAY, MONDAY = "2026-08-29T02:15", "2026-08-31T02:15"
OAK, ELM = "01", "02"
FIRST = [f"{n},{OAK},C{n},Name{n},7A" for n in range(1, 61)] + [f"{n},{ELM},C{n},Name{n},7A" for n in range(101, 121)]


def moved(rows: list[str], *, first: int, last: int) -> list[str]:
    """Return the rows with the pupils from ``first`` to ``last`` in another room."""
    return [row.replace("7A", "7B") if first <= int(row.split(",")[0]) <= last else row for row in rows]


@pytest.fixture
def tonight(district):
    """Return a function that sends rows and runs the job; sites that pass a limit wait."""
    district.job_file.write_text(district.job_file.read_text() + "limits: { on_limit: hold_site }\n")

    def run(rows: list[str], at: str = SATURDAY):
        district.send(*rows)
        return district.run("--at", at)

    return run


@pytest.fixture
def held(tonight):
    """Return the summary of a run that left ELM waiting: all twenty pupils there would go to another room."""
    tonight(FIRST)
    return tonight(moved(FIRST, first=60, last=120))


def approve(district, run: int) -> tuple[int, str]:
    code, printed, errors = district.call("approve", str(run), "--by", "ann", "--reason", "new rooms")
    return code, printed + errors


def summary_of(district, run: int | str) -> dict:
    return json.loads(district.call("summary", str(run), "--format", "json")[1])


def rooms(district) -> dict[str, str]:
    return {key: one["homeroom"] for key, one in district.patrons().items()}


def changed(district) -> list[str]:
    return sorted(key for key, room in rooms(district).items() if room == "7B")


ELMS = sorted(map(str, range(101, 121)))


def test_a_run_with_a_site_on_hold_says_how_to_approve_it_and_a_run_of_its_own_lists_what_waits(district, held):
    asks = summary_of(district, f"students/{held['run']}__held_sites")

    assert (held["outcome"], held["counts"]["updated"], held["counts"]["held"]) == ("completed", 1, 20)
    assert f"`patron-update approve {held['run_id']}` applies exactly what waits." in held["reasons"][0]
    assert changed(district) == ["60"]
    assert (asks["outcome"], asks["changes_listed"], asks["counts"]["updated"]) == ("held", True, 20)
    assert asks["file"]["sha256"] == held["file"]["sha256"]
    assert f"These sites wait since run {held['run_id']}: ELM. At ELM it would update 20" in asks["reasons"][0]
    assert {site["site"] for site in asks["sites"] if site["updated"]} == {"ELM"}


@pytest.mark.parametrize("by", ["the run that left it waiting", "the run that asks"])
def test_an_approval_applies_the_sites_on_hold_from_the_file_that_was_looked_at_and_tells_who(district, held, by):
    asks = summary_of(district, f"students/{held['run']}__held_sites")
    district.send("1,01,C1,Another,9Z")

    code, told = approve(district, held["run_id"] if by.endswith("waiting") else asks["run_id"])

    done = summary_of(district, asks["run_id"])
    assert (code, done["outcome"], done["counts"]["updated"]) == (0, "completed", 20)
    assert changed(district) == sorted(["60", *ELMS])
    assert "Approved by ann on " in told
    assert (done["approval"]["by"], done["approval"]["reason"]) == ("ann", "new rooms")
    assert summary_of(district, held["run_id"])["counts"] == held["counts"], "the night's own summary stays"


def test_the_same_approval_twice_changes_nothing_more(district, held, database_url):
    def versions():
        with psycopg.connect(database_url) as database:
            return database.execute("SELECT id, version FROM patron_update.patron ORDER BY id").fetchall()

    approve(district, held["run_id"])
    before = versions()

    assert (approve(district, held["run_id"])[0], versions()) == (0, before)


def test_the_approval_is_void_when_a_patron_there_has_been_changed(district, held, database_url):
    with psycopg.connect(database_url) as database:
        database.execute("UPDATE patron_update.patron SET nickname = 'Nick' WHERE district_id = '101'")

    code, told = approve(district, held["run_id"])

    assert (code, changed(district)) == (1, ["60"])
    assert "The approval is void" in told


def test_the_approval_is_void_when_the_job_has_applied_another_file(district, held, tonight):
    tonight(FIRST, MONDAY)

    code, told = approve(district, held["run_id"])

    assert (code, changed(district)) == (1, [])
    assert "The approval is void" in told


def test_a_site_that_nobody_approves_is_tried_and_asked_about_again_the_next_night(district, held, tonight):
    again = tonight(moved(FIRST, first=60, last=120), MONDAY)

    assert (again["held_sites"], again["counts"]["held"]) == (["ELM"], 20)
    assert approve(district, held["run_id"])[0] == 1
    assert approve(district, again["run_id"])[0] == 0
    assert changed(district) == sorted(["60", *ELMS])


def test_who_is_missing_at_a_site_on_hold_is_missing_since_that_night_and_nobody_else_is_counted_twice(
    district, tonight, database_url
):
    tonight(FIRST)
    district.job_file.write_text(
        district.job_file.read_text().replace("on_limit: hold_site", "on_limit: hold_site, added: 10")
        + "options: { inactivate_missing: { after_days: 0, after_runs: 2, minimum_records: 1 } }\n"
    )
    new = [f"{n},{ELM},C{n},Name{n},7A" for n in range(201, 212)]
    held = tonight(FIRST[1:-1] + new)
    assert held["held_sites"] == ["ELM"]

    def missing() -> dict[str, tuple[int, str]]:
        with psycopg.connect(database_url) as database:
            database.execute("SET TIME ZONE 'America/Chicago'")
            query = "SELECT key, missing_runs, missing_since::text FROM patron_update.baseline WHERE missing_runs > 0"
            return {key: (runs, since[:16]) for key, runs, since in database.execute(query)}

    assert list(missing()) == ["1"]
    assert approve(district, held["run_id"])[0] == 0

    night = SATURDAY.replace("T", " ")
    assert missing() == {"1": (1, night), "120": (1, night)}
    assert "201" in district.patrons()


def test_when_every_site_passes_a_limit_the_whole_run_waits(district, tonight):
    tonight(FIRST)

    summary = tonight(moved(FIRST, first=1, last=120))

    assert (summary["outcome"], summary["held_sites"], changed(district)) == ("held", [], [])


def test_without_a_site_on_hold_there_is_no_further_run(district, tonight):
    done = tonight(FIRST)

    assert district.call("summary", f"students/{done['run']}__held_sites")[0] == 1
    assert "waits for nobody's approval" in approve(district, done["run_id"])[1]
