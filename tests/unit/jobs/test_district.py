"""The district: how a site is found by its names, and which districts are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from patron_update.errors import JobFileError
from patron_update.jobs.district import load_district

PROJECT = Path(__file__).parents[3]


def refusal(include, *changes):
    include.district(*changes)
    with pytest.raises(JobFileError) as caught:
        load_district(include.path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["MAPLE-ES", "maple-es", "0410"])
def test_a_site_is_found_by_short_name_and_alias_whatever_the_case(include, name):
    include.district()

    site = load_district(include.path).site_named(name)

    assert site is not None
    assert site.short_name == "MAPLE-ES"


def test_a_name_of_no_site_finds_none(include):
    include.district()

    assert load_district(include.path).site_named("410") is None


def test_an_alias_without_quotes_keeps_its_leading_zero(include):
    include.district(('"0410"', "0410"))

    assert load_district(include.path).site_names == {
        "MAPLE-ES": "MAPLE-ES",
        "0410": "MAPLE-ES",
        "RIVER-MS": "RIVER-MS",
    }


@pytest.mark.parametrize("name", ["RIVER-MS", "river-ms", '"0410", "0410"'])
def test_a_name_that_could_mean_two_sites_is_refused(include, name):
    text = refusal(include, ('"0410"', name))

    assert "Let no two short names or aliases be the same" in text
    assert "line 4, column" in text or "line 6, column" in text or "line 10, column" in text


def test_a_default_access_level_must_be_one_of_the_site(include):
    text = refusal(
        include, ("[Patron, Senior]\n    default_access_level: Patron", "[Patron]\n    default_access_level: Patrn")
    )

    assert "line 8, column 27: sites[1].default_access_level: found 'Patrn'" in text
    assert "Did you mean 'Patron'?" in text


def test_a_default_patron_type_must_be_one_of_the_district(include):
    text = refusal(include, ("[Student, Staff]", "[Students]"))

    assert "sites[1].default_patron_type: found 'Student'" in text
    assert "Did you mean 'Students'?" in text


def test_a_short_name_no_longer_than_a_row_can_hold(include):
    assert "is 11 characters long; the most is 10" in refusal(include, ("RIVER-MS", "RIVERSIDE-M"))


def test_an_unknown_key_of_a_site_is_refused_at_its_line(include):
    text = refusal(include, ("aliases:", "alias:"))

    assert "line 6, column 5: sites[1].alias: is no key here. Did you mean 'aliases'?" in text


def test_a_barcode_range_runs_upwards(include):
    change = ("    aliases:", '    barcode_range: { first: "900", last: "100" }\n    aliases:')

    assert "Write the lower barcode first" in refusal(include, change)


def test_a_district_without_sites_is_refused(include):
    include.write("district.yaml", "name: Springfield\npatron_types: [Student]\nsites: []\n")

    with pytest.raises(JobFileError, match=r"line 3, column 8: sites: is an empty list; name at least one"):
        load_district(include.path)


def test_a_missing_district_file_is_named(tmp_path):
    with pytest.raises(JobFileError, match=r"district\.yaml: cannot be read: No such file"):
        load_district(tmp_path)


def test_the_sample_district_is_sound():
    district = load_district(PROJECT / "include")

    assert [(site.short_name, site.kind) for site in district.sites] == [
        ("MAPLE-ES", "library"),
        ("RIVER-MS", "library"),
        ("SUMMIT-HS", "library"),
        ("DISTRICT", "media"),
    ]
