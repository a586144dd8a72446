"""Patrons with several schools in the store: what the job remembers, and that nothing is written twice."""

from __future__ import annotations

from rosters import patron, record

from patron_update.domain.roster import Action

KEY = "1\x1fOAK"


def main(line: int, key: str = "1", **values: str):
    return record(line, district_id=key, site_short_name="ELM", barcode=f"b{key}", last_name="Ng", **values)


def also(line: int, key: str = "1", site: str = "OAK", **values: str):
    return record(line, Action.ASSOCIATE, district_id=key, site_short_name=site, **values)


def test_one_row_for_each_school_makes_one_patron_that_the_next_night_leaves_alone(library, tmp_path):
    assert library.update(also(2), main(3)) == {"added": 1, "associated": 1}
    assert library.barcodes() == {"1": [("ELM", "b1"), ("OAK", "b1")]}
    (change,) = library.store.changes(library.runs[-1])
    assert [place["siteShortName"] for place in change.after["associations"]] == ["ELM", "OAK"]

    assert library.update(main(2), also(3)) == {"unchanged": 2}
    assert set(library.marks(tmp_path / "marks.csv")) == {"1", KEY}
    assert all(library.marks(tmp_path / "marks.csv").values())


def test_the_rows_of_one_patron_do_not_make_each_other_missing(library, tmp_path):
    library.update(main(2), also(3))

    library.update(also(3, barcode="z"))

    assert set(library.marks(tmp_path / "marks.csv")) == {"1", KEY}
    assert library.barcodes() == {"1": [("ELM", "b1"), ("OAK", "z")]}


def test_the_history_tells_an_association_once(library):
    library.has(patron(1, ("ELM", "b1")))

    library.update(record(2, other_sites=("OAK",), district_id="1", site_short_name="ELM"))

    (change,) = library.store.changes(library.runs[-1])
    assert change.action == "associated"
    assert [place["siteShortName"] for place in change.after["associations"]] == ["ELM", "OAK"]


def test_an_unchanged_row_of_the_patron_leads_the_association_row_at_its_site(library):
    library.update(main(2, nickname="Al"))

    outcomes = library.update(also(3, site="ELM", nickname="Bo"))

    assert outcomes == {"unchanged": 1}
    assert library.patron("1")["nickname"] == "Al"
