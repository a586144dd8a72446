"""The causes of a mass change; whole faults are in tests/integration/test_causes.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patron_update.domain.causes import Seen, Shifts, causes, is_mass
from patron_update.domain.file_checks import Finding
from patron_update.domain.file_profile import FileProfile
from patron_update.domain.outcomes import Counts

FILE = FileProfile(size=100_000, rows=1000, sites={"OAK": 600, "ELM": 400})
QUIET = Counts(read=1000, unchanged=990, updated=10)
SEEN = Seen(new=FILE, old=FILE, findings=(), counts=QUIET, owned=1000)
UP = [("PK", "KG", 90), ("K", "1", 80), ("1", "2", 300), ("02", "03", 300), ("Grade 9", "Grade 10", 100)]


def named(seen=SEEN, shifts=None):
    return [cause.code for cause in causes(seen, shifts)]


def found(code, *, grave=True):
    return replace(SEEN, findings=(Finding(code=code, text="So it is.", grave=grave),))


def test_a_mass_change_is_more_than_a_tenth_of_the_rows_or_of_a_sites_rows_or_of_the_patrons_missing():
    assert not is_mass(QUIET, [QUIET], 1000)
    assert is_mass(Counts(read=1000, unchanged=899, updated=101), [], 1000)
    assert is_mass(QUIET, [Counts(read=50, updated=11, unchanged=39)], 1000)
    assert not is_mass(QUIET, [Counts(read=50, updated=10, unchanged=40)], 1000), "a few are no mass"
    assert is_mass(Counts(read=880, unchanged=880, missing=120), [], 1000)


@pytest.mark.parametrize(
    ("code", "grave", "much", "little"),
    [
        ("site_absent", True, ["site_absent"], ["site_absent"]),
        ("header", False, ["header"], []),
        ("too_old", True, ["too_old"], []),
        ("identical", True, [], []),
    ],
)
def test_a_grave_finding_is_always_a_cause_and_another_one_only_of_much(code, grave, much, little):
    assert named(found(code, grave=grave), Shifts()) == much
    assert named(found(code, grave=grave)) == little


def test_a_school_that_closes_is_no_absent_site():
    absent = replace(found("site_absent"), new=replace(FILE, sites={"OAK": 1000}))

    assert named(replace(absent, leaving={"ELM": 390})) == []
    assert named(replace(absent, leaving={"ELM": 100})) == ["site_absent"]


def test_a_site_seems_absent_when_its_column_is_spoilt():
    both = tuple(Finding(code=code, text="") for code in ("leading_zeros", "site_absent"))

    assert named(replace(SEEN, findings=both)) == ["leading_zeros"]


def test_grades_that_rise_by_one_almost_everywhere_mean_a_new_school_year():
    assert named(shifts=Shifts(grades=UP)) == ["rollover"]
    assert named(shifts=Shifts(grades=[*UP, ("5", "8", 300)])) == [], "too many do something else"
    assert named(shifts=Shifts(grades=[("1", "2", 300), ("2", "2", 700)])) == [], "most stay"
    assert named(shifts=Shifts(grades=[("Red", "Blue", 900)])) == []


def test_a_new_school_year_is_not_called_another_one_as_well():
    ahead = replace(SEEN, findings=(Finding(code="school_year", text="", grave=False),))

    assert named(ahead, Shifts(grades=UP)) == ["rollover"]
    assert named(ahead, Shifts()) == ["school_year"]


def test_grades_that_fall_by_one_almost_everywhere_mean_last_years_file():
    assert named(shifts=Shifts(grades=[(after, before, number) for before, after, number in UP])) == ["school_year"]


def test_rows_and_size_that_fall_mean_a_file_that_is_cut_unless_a_site_or_a_new_year_explains_it():
    half = replace(SEEN, new=replace(FILE, size=60_000, rows=600))
    rows = replace(half, findings=(Finding(code="rows", text=""),))

    assert named(half, Shifts()) == named(rows, Shifts()) == ["truncated"]
    assert named(replace(half, new=replace(half.new, sites={"OAK": 600})), Shifts()) == []
    assert named(rows, Shifts(grades=UP)) == ["rollover"]


def test_a_file_is_not_cut_whose_missing_rows_stood_anywhere_in_the_former_one():
    def fell(kept):
        return named(replace(SEEN, new=replace(FILE, size=85_000, rows=850, kept=kept)), Shifts())

    assert fell(()) == fell([True] * 54 + [False] * 10) == fell([False] * 64) == ["truncated"]
    assert fell([True, True, True, False, True, True] * 10 + [True, False, False, True]) == []
    assert fell([True] * 58 + [False, False, False, True, False, False]) == []


def test_a_grade_that_has_graduated_explains_that_there_are_fewer_rows():
    old = replace(FILE, grades={"K": 300, "11": 300, "12": 400})
    gone = replace(SEEN, old=old, new=replace(FILE, size=60_000, rows=600, grades={"K": 300, "11": 300}))
    young = replace(gone, new=replace(gone.new, rows=700, grades={"11": 300, "12": 400}))

    assert named(gone, Shifts()) == []
    assert named(young, Shifts()) == ["truncated"]


def test_those_who_had_left_and_are_no_longer_exported_explain_that_there_are_fewer_rows():
    old = replace(FILE, statuses={"A": 600, "I": 400})
    gone = replace(SEEN, old=old, new=replace(FILE, size=60_000, rows=600, statuses={"A": 600}))
    cut = replace(gone, new=replace(gone.new, statuses={"A": 300, "I": 300}))

    assert named(gone, Shifts()) == []
    assert named(cut, Shifts()) == ["truncated"]


def test_keys_are_all_new_when_almost_no_row_names_somebody_and_almost_nobody_is_named():
    new = replace(SEEN, counts=Counts(read=1000, added=950, held=50, missing=950))
    keys = Shifts(new_keys=("S100", "S199"), missing_keys=("100", "199"))

    (cause,) = causes(new, keys)

    assert cause.code == "key_format"
    assert cause.text.endswith("The new District IDs all begin with 'S1'; those before all begin with '1'.")
    assert named(replace(new, counts=Counts(read=1000, added=700, unchanged=300, missing=700)), keys) == []


def test_a_changed_properties_file_is_a_cause():
    assert named(replace(SEEN, properties_changed=True), Shifts()) == ["properties_changed"]
    assert named(replace(SEEN, properties_changed=True)) == []


def test_other_names_in_the_district_file_are_a_cause_where_rows_name_the_site():
    old = replace(FILE, names={"oak": "OAK", "elm": "ELM", "01": "ELM"})

    def renamed(names, file=FILE):
        return causes(replace(SEEN, old=old, new=replace(file, names=names)), Shifts())

    (cause,) = renamed({**old.names, "01": "OAK"}, replace(FILE, sites={"OAK": 700, "ELM": 300}))
    assert (cause.code, cause.text[-38:]) == ("district_changed", "which rows mean ELM, OAK have changed.")
    assert renamed(old.names) == renamed({**old.names, "ash": "ASH"}) == [], "no row is of ASH"
    assert renamed({**old.names, "02": "ELM"}) == [], "as many rows are of ELM as were"
    assert renamed({**old.names, "ash": "ASH"}, replace(FILE, sites={**FILE.sites, "ASH": 20})) != []
    assert named(replace(SEEN, new=replace(FILE, names=old.names)), Shifts()) == [], "what it said then is not known"


def at_oak(counts, *, shifts, owned=100):
    return causes(replace(SEEN, sites={"OAK": (counts, owned), "": (counts, owned)}), Shifts(sites={"OAK": shifts}))


def test_what_is_so_at_one_site_alone_is_told_with_its_name():
    up = Counts(read=100, updated=95, unchanged=5)
    others = Counts(read=100, held=100)
    keys = Shifts(new_keys=("910", "979"), missing_keys=("110", "179"), missing=100)

    (rollover,) = at_oak(up, shifts=Shifts(grades=[("1", "2", 50), ("2", "3", 45)]))
    (other_keys,) = at_oak(others, shifts=keys)

    assert (rollover.code, other_keys.code) == ("rollover", "key_format")
    assert rollover.text == "At OAK: 95 of the 95 patrons whose grade changes go up by one grade."
    assert other_keys.text.startswith("At OAK: 100 of 100 patrons are named by no row")
    assert at_oak(others, shifts=replace(keys, missing=20)) == []
    assert at_oak(Counts(read=5, held=5), shifts=replace(keys, missing=5), owned=5) == [], "a few are no mass"


def test_of_many_sites_that_share_a_cause_a_few_are_named():
    part = Shifts(grades=[("1", "2", 100)])
    names = [f"S{number}" for number in range(5)]
    site = (Counts(read=100, updated=100), 100)

    (cause,) = causes(replace(SEEN, sites=dict.fromkeys(names, site)), Shifts(sites=dict.fromkeys(names, part)))

    assert cause.text.count("At S") == 3
    assert cause.text.endswith("So it is at 2 more.")
