"""How much a run may change before a person must look."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from patron_update.domain.limits import LIMITED, Limit, judge, judge_sites
from patron_update.domain.outcomes import AtSite, Counts, Outcome


@dataclass(frozen=True, kw_only=True)
class Limits:
    added: Limit | None = None
    updated: Limit | None = None
    transferred: Limit | None = None
    inactivated: Limit | None = None
    deleted: Limit | None = None
    rejected: Limit | None = None


def counts(**outcomes):
    return Counts.of({Outcome(name): number for name, number in outcomes.items()})


def share(percent):
    return Limit(share=percent / 100)


def test_a_run_within_its_limits_has_no_reason_against_it():
    assert judge(Limits(updated=share(75)), counts(updated=1125, unchanged=375), 1500) == ()


def test_one_patron_more_than_a_share_allows_is_a_reason_that_tells_all_figures():
    (reason,) = judge(Limits(updated=share(75)), counts(updated=1200), 1500, job="Students")

    assert reason == "would update 1,200 of 1,500 patrons of job 'Students'; the job allows 75% (1,125)."


def test_a_count_is_a_limit_whatever_the_number_of_patrons():
    assert judge(Limits(deleted=Limit(count=50)), counts(deleted=50), 60) == ()
    (reason,) = judge(Limits(deleted=Limit(count=50)), counts(deleted=51), 1_000_000)
    assert reason.startswith("would delete 51 of 1,000,000 patrons of this job; the job allows 50.")


def test_there_is_no_share_of_what_a_first_run_adds_but_a_count_is_one():
    assert judge(Limits(added=share(75)), counts(added=1500), 0) == ()
    for none in (Limit(count=0), share(0)):
        (reason,) = judge(Limits(added=none), counts(added=1500), 0)
        assert reason.startswith("would add 1,500 patrons to the 0 stored patrons whom the file of this job names;")


def test_a_first_run_that_moves_almost_everybody_is_too_much():
    assert judge(Limits(transferred=share(75)), counts(transferred=75, unchanged=25, added=1000), 0) == ()
    assert len(judge(Limits(transferred=share(75)), counts(transferred=76, unchanged=24, added=1000), 0)) == 1


def test_a_first_run_is_judged_by_the_stored_patrons_whom_the_file_names():
    limits = Limits(updated=share(75), inactivated=share(10), deleted=Limit(count=0))

    assert judge(limits, counts(updated=75, unchanged=15, inactivated=10, added=1000), 0) == ()
    assert judge(limits, counts(updated=70, unchanged=15, inactivated=14, deleted=1, added=1000), 0, job="Staff") == (
        "would inactivate 14 of 100 stored patrons whom the file of job 'Staff' names; the job allows 10% (10).",
        "would delete 1 of 100 stored patrons whom the file of job 'Staff' names; the job allows 0.",
    )


def test_rejected_rows_are_judged_against_the_rows_read_and_not_the_patrons():
    limits = Limits(rejected=share(10))

    assert judge(limits, counts(rejected=10, unchanged=90), 20) == ()
    (reason,) = judge(limits, counts(rejected=11, unchanged=89), 5000)
    assert reason.startswith("rejects 11 of 100 rows of the file of this job; the job allows 10% (10).")


def test_added_patrons_are_told_beside_those_the_job_has():
    (reason,) = judge(Limits(added=share(25)), counts(added=600), 1500)

    assert reason.startswith("would add 600 patrons to the 1,500 patrons of this job; the job allows 25% (375).")


def test_every_limit_that_is_passed_has_its_own_reason_in_a_fixed_order():
    none_allowed = Limits(**{outcome.value: Limit(count=0) for outcome in LIMITED})

    reasons = judge(none_allowed, counts(**{outcome.value: 1 for outcome in LIMITED}), 10)

    assert [reason.split()[:2] for reason in reasons] == [
        ["would", "add"],
        ["would", "update"],
        ["would", "transfer"],
        ["would", "inactivate"],
        ["would", "delete"],
        ["rejects", "1"],
    ]


def test_a_site_is_judged_by_its_own_patrons_so_that_a_small_one_is_not_lost_in_a_large_district():
    limits = Limits(updated=share(75))
    sites = {"ELM": counts(updated=80, unchanged=20), "OAK": counts(updated=300, unchanged=700)}
    at_sites = {"ELM": AtSite(owned=100), "OAK": AtSite(owned=1000)}

    assert judge(limits, counts(updated=380, unchanged=720), 1100) == ()
    assert judge_sites(limits, sites, at_sites, job="Students") == {
        "ELM": ("At ELM it would update 80 of 100 patrons of job 'Students'; the job allows 75% (75).",)
    }


def test_a_site_that_the_file_does_not_name_is_judged_by_the_patrons_who_would_be_inactivated_there():
    found = judge_sites(Limits(inactivated=share(10)), {}, {"ELM": AtSite(owned=100, missing_inactivated=100)})

    assert [*found] == ["ELM"]
    assert "would inactivate 100 of 100 patrons" in found["ELM"][0]


def test_who_moves_is_a_transfer_of_the_site_that_is_left_too():
    limits = Limits(transferred=share(20))

    found = judge_sites(
        limits, {"OAK": counts(transferred=50)}, {"OAK": AtSite(owned=1000), "ELM": AtSite(owned=60, leaving=50)}
    )

    assert [*found] == ["ELM"]


def test_a_site_without_patrons_of_the_job_is_judged_as_a_first_run_is():
    limits = Limits(added=share(75), transferred=share(75), inactivated=share(10))

    assert judge_sites(limits, {"NEW": counts(added=500, transferred=500)}, {}) == {}, "a new school"
    assert [*judge_sites(Limits(added=Limit(count=499)), {"NEW": counts(added=500)}, {})] == ["NEW"]
    assert [*judge_sites(limits, {"OAK": counts(inactivated=30)}, {})] == ["OAK"]


def test_a_job_without_a_limit_is_not_stopped_by_any_number():
    assert judge(Limits(), counts(added=10**6, updated=10**6, deleted=10**6), 1) == ()


@pytest.mark.parametrize(
    ("percent", "total", "allowed"), [(10, 300, 30), (7, 1000, 70), (29, 100, 29), (33.3, 1000, 333)]
)
def test_a_share_allows_exactly_what_a_person_would_reckon(percent, total, allowed):
    assert share(percent).allowed(total) == allowed


def test_a_share_is_rounded_down():
    assert share(10).allowed(199) == 19


def test_a_share_always_allows_a_few_but_a_count_is_exact():
    assert share(10).allowed(9) == 10
    assert Limit(count=0).allowed(9) == share(0).allowed(9) == 0


@pytest.mark.parametrize(
    "wrong",
    [{}, {"share": 0.5, "count": 5}, {"share": -0.1}, {"share": 1.01}, {"count": -1}],
)
def test_a_limit_that_is_none_or_two_or_impossible_cannot_exist(wrong):
    with pytest.raises(ValueError, match=r"share|count"):
        Limit(**wrong)


@pytest.mark.parametrize(
    ("limit", "text"), [(share(7), "7%"), (share(33.3), "33.3%"), (Limit(count=1500), "1,500"), (Limit(count=0), "0")]
)
def test_a_limit_is_told_as_it_was_written(limit, text):
    assert str(limit) == text
