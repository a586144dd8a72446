"""Limits of whole runs: judged for each site, before anything is written; a site that passes one can wait by itself."""

from __future__ import annotations

import pytest
from rosters import facts, patron, record, totals

SATURDAY = "2026-08-29T02:15"
OAK, ELM = "01", "02"


def school(site: str, first: int, count: int, room: str = "7A") -> list[str]:
    return [f"{n},{site},C{n},Name{n},{room}" for n in range(first, first + count)]


@pytest.fixture
def tonight(district):
    """Return a function that sends rows and runs the job with these limits; its file checks look away."""
    job = district.job_file.read_text() + 'file_checks: { rows: "off", site_absent: "off" }\n'

    def run(*rows: str, limits: str = "{}", preview: bool = False, **options: str):
        lines = "".join(f"{name}: {value}\n" for name, value in {"limits": limits, **options}.items())
        district.job_file.write_text(job + lines)
        district.send(*rows)
        return district.run("--at", SATURDAY, *(["--preview"] if preview else []))

    return run


def rooms(district) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in district.patrons().values():
        found.setdefault(one["siteShortName"], set()).add(one["homeroom"])
    return found


def test_by_default_one_site_that_changes_too_much_holds_the_whole_run(district, tonight):
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20))

    held = tonight(*school(OAK, 1, 60), *school(ELM, 101, 20, room="7B"), "200,01,C200,New,7A")

    assert held["outcome"] == "held"
    assert "At ELM it would update 20 of 20 patrons of job 'Students'; the job allows 75% (15)." in held["reasons"][0]
    assert rooms(district) == {"OAK": {"7A"}, "ELM": {"7A"}}
    assert "200" not in district.patrons()


def test_a_site_on_hold_waits_and_the_others_are_updated_tonight(district, tonight):
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20))

    summary = tonight(
        *school(OAK, 1, 60, room="8A")[:30],
        *school(OAK, 31, 30),
        *school(ELM, 101, 20, room="7B"),
        limits="{ on_limit: hold_site }",
    )

    assert (summary["outcome"], summary["held_sites"]) == ("completed", ["ELM"])
    assert (summary["counts"]["updated"], summary["counts"]["held"]) == (30, 20)
    assert {message["code"] for message in summary["messages"]} == {"site_waits"}
    assert summary["reasons"][0].startswith("On hold: ELM. At ELM it would update 20 of 20")
    assert rooms(district) == {"OAK": {"7A", "8A"}, "ELM": {"7A"}}


def test_the_rows_of_a_site_on_hold_are_tried_again_by_the_next_run_although_they_stay_the_same(district, tonight):
    rows = [*school(OAK, 1, 60), *school(ELM, 101, 20, room="7B")]
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20))
    tonight(*rows, limits="{ on_limit: hold_site }")

    again = tonight(*rows, limits="{ on_limit: hold_site }")
    assert (again["held_sites"], again["counts"]["held"]) == (["ELM"], 20)

    settled = tonight(*rows, limits="{ on_limit: hold_site, updated: 100% }")

    assert (settled["held_sites"], settled["counts"]["updated"]) == ([], 20)
    assert rooms(district) == {"OAK": {"7A"}, "ELM": {"7B"}}


def test_a_preview_tells_which_sites_would_wait_and_what_the_run_does_to_the_others(district, tonight):
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20))
    rows, limits = [*school(OAK, 1, 30, room="8A"), *school(ELM, 101, 20, room="7B")], "{ on_limit: hold_site }"

    before = tonight(*rows, limits=limits, preview=True)
    after = tonight(*rows, limits=limits)

    assert (before["outcome"], before["held_sites"]) == ("preview", ["ELM"])
    assert before["reasons"][0].startswith("These would wait: ELM. At ELM it would update 20 of 20")
    assert (before["counts"], before["sites"]) == (after["counts"], after["sites"])


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            school(ELM, 901, 20),
            "At ELM: 20 of 20 patrons are named by no row, and almost every row names somebody new",
        ),
        ([], "The file has 60 rows; the one applied last had 80. These are 20 fewer (25%); the job allows 20%."),
    ],
)
def test_a_site_at_which_a_check_of_the_file_asks_waits_by_itself(district, fault, told):
    district.job_file.write_text(district.job_file.read_text() + "limits: { on_limit: hold_site, added: null }\n")
    district.send(*school(OAK, 1, 60), *school(ELM, 101, 20))
    district.run("--at", SATURDAY)
    district.send(*school(OAK, 1, 30), *school(OAK, 31, 30, room="8A"), *fault)

    summary = district.run("--at", SATURDAY)

    assert (summary["outcome"], summary["held_sites"], summary["counts"]["updated"]) == ("completed", ["ELM"], 30)
    assert told in summary["reasons"][0]
    assert rooms(district) == {"OAK": {"7A", "8A"}, "ELM": {"7A"}}
    assert "901" not in district.patrons()


def test_a_site_that_waited_since_it_was_absent_is_updated_when_it_is_back_and_waits_as_long_as_it_is_not(district):
    district.job_file.write_text(district.job_file.read_text() + "limits: { on_limit: hold_site, updated: null }\n")

    def sent(*rows):
        district.send(*school(OAK, 1, 60), *rows)
        summary = district.run("--at", SATURDAY)
        return summary["outcome"], summary["held_sites"], summary["counts"]["updated"]

    assert sent(*school(ELM, 101, 30)) == ("completed", [], 0)
    assert sent() == sent(*school(ELM, 101, 2)) == ("completed", ["ELM"], 0)
    assert sent(*school(ELM, 101, 30, room="7B")) == ("completed", [], 30)


def test_a_job_that_has_brought_in_nobody_is_judged_by_the_stored_patrons_whom_its_file_names(district, tonight):
    tonight(*school(OAK, 1, 60))
    assert district.call("remaster", "students")[0] == 0

    held = tonight(*school(OAK, 1, 60, room="8A"), *school(ELM, 101, 40))

    assert held["outcome"] == "held"
    assert "would update 60 of 60 stored patrons whom the file of job 'Students' names" in held["reasons"][0]
    assert rooms(district) == {"OAK": {"7A"}}


def test_what_is_left_must_still_be_within_the_limits_of_the_job(district, tonight):
    tonight(*school(OAK, 1, 60))

    held = tonight(*school(OAK, 1, 60, room="8A"), *school(ELM, 101, 40), limits="{ on_limit: hold_site, added: 25% }")

    assert (held["outcome"], held["held_sites"]) == ("held", [])
    assert held["counts"]["updated"] == 60, "the whole change set is what a person looks at"
    assert rooms(district) == {"OAK": {"7A"}}


def test_a_site_that_the_file_does_not_name_any_more_waits_and_its_patrons_are_not_counted_as_missing(
    district, tonight, database_url
):
    rule = {"options": "{ inactivate_missing: { after_days: 0, after_runs: 1, minimum_records: 1 } }"}
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20), **rule)

    summary = tonight(*school(OAK, 1, 59), limits="{ on_limit: hold_site, inactivated: 25% }", **rule)

    assert (summary["held_sites"], summary["counts"]["missing_inactivated"]) == (["ELM"], 1)
    statuses = {key: one["status"] for key, one in district.patrons().items()}
    assert [key for key, status in statuses.items() if status == "I"] == ["60"]


def test_a_preview_tells_that_the_update_would_wait_and_lists_everything(district, tonight):
    tonight(*school(OAK, 1, 60), *school(ELM, 101, 20))
    district.send(*school(OAK, 1, 60), *school(ELM, 101, 20, room="7B"))

    preview = district.run("--preview", "--at", SATURDAY)

    assert preview["outcome"] == "preview"
    assert preview["reasons"][0].startswith("A limit is passed, so the update would wait. At ELM it would update 20")
    assert preview["counts"]["updated"] == 20


def ng(number: int, site: str, barcode: str, room: str = ""):
    return record(
        number + 1,
        district_id=str(number),
        site_short_name=site,
        last_name=f"Name{number}",
        barcode=barcode,
        homeroom=room,
    )


def test_a_held_row_frees_nothing_and_what_needs_it_is_held_too(library):
    library.has(patron(1, ("ELM", "b1")), patron(2, ("OAK", "b2")), patron(3, ("OAK", "b3")), patron(4, ("OAK", "b4")))
    run_id, free = library.plan(
        ng(1, "OAK", "b9"), ng(2, "OAK", "b3"), ng(3, "ELM", "b1"), ng(4, "OAK", "b4", room="8")
    )
    assert totals(free.outcomes_by_site) == {"transferred": 2, "updated": 2}

    plan = library.store.hold_sites(run_id, ["ELM"])

    assert totals(plan.outcomes_by_site) == {"held": 3, "updated": 1}
    assert library.codes() == [(2, "site_waits"), (3, "claim_waits"), (4, "site_waits")]
    library.apply(run_id, 4)
    assert library.barcodes() == {
        "1": [("ELM", "b1")],
        "2": [("OAK", "b2")],
        "3": [("OAK", "b3")],
        "4": [("OAK", "b4")],
    }
    assert library.patron("4")["homeroom"] == "8"


def test_a_patron_who_is_also_at_a_site_on_hold_waits_with_it(library):
    library.has(patron(1, ("OAK", "b1"), ("ELM", "b1")), patron(2, ("OAK", "b2")))
    run_id, _ = library.plan(ng(1, "OAK", "b1", room="8"), ng(2, "OAK", "b2", room="8"))

    assert totals(library.store.hold_sites(run_id, ["ELM"]).outcomes_by_site) == {"held": 1, "updated": 1}
    assert totals(library.store.hold_sites(run_id, []).outcomes_by_site) == {"updated": 2}


def test_a_change_set_that_is_made_again_because_the_store_has_moved_is_judged_again(library):
    library.has(patron(1, ("ELM", "b1")))
    run_id, _ = library.plan(ng(1, "ELM", "b1", room="8"))
    seen = []

    def judge(plan) -> None:
        seen.append(totals(plan.outcomes_by_site))
        raise ValueError("too much")

    library.sql("UPDATE patron SET homeroom = '9'")
    with pytest.raises(ValueError, match="too much"):
        library.store.apply(run_id, facts(1, judge=judge))

    assert seen == [{"updated": 1}]
    assert library.patron("1")["homeroom"] == "9"


def test_the_patrons_whom_a_job_owns_are_counted_by_primary_site(library):
    library.update(ng(1, "ELM", "b1"), ng(2, "ELM", "b2"), ng(3, "OAK", "b3"))
    library.update(ng(4, "OAK", "b4"), job="staff", missing=())

    _, plan = library.plan(ng(1, "OAK", "b1"), missing=["2"])

    assert {site: tuple(at) for site, at in plan.at_sites.items()} == {"ELM": (2, 1, 0), "OAK": (1, 0, 0)}
