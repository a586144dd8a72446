"""A ready layout as a job uses it: OneRoster's users, by CSV and by the patron XML made of it."""

from __future__ import annotations

import shutil
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LAYOUT = "layouts/oneroster_users.properties"
SITE = "  - {{short_name: {0}, name: School {1}, aliases: [school-{1}], kind: library, default_access_level: Patron,"
DISTRICT = "name: Test District\npatron_types: [Student]\nsites:\n" + "".join(
    SITE.format(name, number) + " access_levels: [Patron], default_patron_type: Student}\n"
    for name, number in (("OAK", 10), ("ELM", 20), ("ASH", 30))
)


def use_layout(district):
    """Let the job read the layout's sample with the layout itself, by its name below the folder of properties files."""
    (district.folder / "include" / "district.yaml").write_text(DISTRICT)
    target = district.folder / "include" / "properties" / LAYOUT
    target.parent.mkdir()
    shutil.copy(PROJECT / "include" / "properties" / LAYOUT, target)
    shutil.copy(PROJECT / "include" / "samples" / "layouts" / "oneroster_users.csv", district.drop / "students.csv")
    district.job_file.write_text(district.job_file.read_text().replace("students.properties", LAYOUT))
    return target


def sites_of(patron):
    return [(place["siteShortName"], place["primary"]) for place in patron["associations"]]


def test_a_list_of_schools_becomes_the_site_and_further_associations(district):
    use_layout(district)

    summary = district.run()

    stored = district.patrons()
    assert sorted(stored) == ["t-2001", "t-2002", "u-1001", "u-1002"], summary
    assert sorted(sites_of(stored["t-2001"])) == [("ASH", False), ("ELM", False), ("OAK", True)]
    assert sorted(sites_of(stored["u-1002"])) == [("ELM", True), ("OAK", False)]
    assert (stored["u-1002"]["status"], stored["u-1002"]["gradeLevel"]) == ("I", "11")
    assert (summary["counts"]["added"], summary["counts"]["skipped"]) == (4, 2)
    assert "row_skipped_by_rule" in district.codes(summary)


def test_the_patron_xml_made_of_it_asks_for_the_same(district):
    properties = use_layout(district)
    source = district.drop / "students.csv"
    district.run()
    before = district.patrons()
    arguments = ("--properties", str(properties), "--csv", str(source), "--format", "xml")
    source.write_text(district.call("convert", *arguments)[1], "utf-8")
    district.job_file.write_text(district.job_file.read_text().replace(f"properties: {LAYOUT}", "properties: null"))

    summary = district.run()

    assert summary["counts"]["unchanged"] == 4, summary
    assert (summary["counts"]["read"], summary["counts"]["skipped"]) == (5, 1)
    assert district.patrons() == before
