"""Two stored patrons who are one: the store does what the domain says, both histories stay, the next nights agree."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rosters import NIGHT, patron, record, roster_of
from test_store_equals_domain import emptied, expected_after, rosters

from patron_update.cli import main
from patron_update.domain.merging import merged, refusal
from patron_update.errors import StoreError
from patron_update.reporting import merge_summary
from patron_update.store.decisions import Ruler

RULER = Ruler(by="Vera", at=NIGHT, reason="entered twice")
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def merge(library, keep: str, drop: str):
    return library.store.merge(keep, drop, RULER, merge_summary)


def named(one) -> str:
    return one.values.get("district_id") or f"{one.home.barcode}@{one.home.site}"


def owed(library) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for number, kind, items in library.sql("SELECT patron_id, kind, count(*) FROM outstanding GROUP BY 1, 2"):
        found.setdefault(number, {})[kind] = items
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(roster=rosters(), turned=st.booleans())
def test_of_two_patrons_the_store_makes_what_the_domain_specifies(library, roster, turned):
    assume(len(roster.patrons) > 1)
    keep, drop = roster.patrons[1::-1] if turned else roster.patrons[:2]
    emptied(library)
    library.has(*roster.patrons)
    library.has_edited(roster.edits)
    library.has_gone(roster.gone)

    if refusal(roster, keep, drop):
        with pytest.raises(StoreError, match="different kinds"):
            merge(library, named(keep), named(drop))
        after = list(roster.patrons)
    else:
        merge(library, named(keep), named(drop))
        after = [*roster.patrons[2:], merged(keep, drop)]

    numbers = {one.id for one in after}
    assert library.stored() == expected_after(roster_of(after))
    assert owed(library) == {one.id: dict(one.outstanding) for one in after if one.outstanding}
    assert library.edits() == {number: edits for number, edits in roster.edits.items() if edits and number in numbers}
    assert library.gone() == {number: had for number, had in roster.gone.items() if number in numbers}


def test_the_history_of_both_is_found_through_the_kept_one(library, capsys, monkeypatch):
    library.update(
        record(2, district_id="2", site_short_name="ELM", barcode="B2", last_name="Ng", password="s3cret"),
        record(3, district_id="7", site_short_name="OAK", barcode="B7", last_name="Ng", password="s3cret"),
        record(4, district_id="9", site_short_name="OAK", barcode="B9", last_name="Ng"),
    )
    merge(library, "7", "9")
    merge(library, "2", "7")

    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", library.url)
    assert main(["history", "2", "--format", "json"]) == 0
    printed = capsys.readouterr().out
    told = [json.loads(line) for line in printed.splitlines()]
    assert [(one["action"], one["job"]) for one in told] == [
        *[("added", "students")] * 3,
        *[("merged", "patron-update merge")] * 4,
    ]
    kept, gone = told[5:]
    assert [place["barcode"] for place in kept["after"]["associations"]] == ["B2", "B7"]
    assert (gone["before"]["districtID"], gone["before"]["barcode"]) == ("7", "B7")
    assert gone["after"] == {"mergedInto": "with District ID 2, barcode B2 at ELM"}
    assert not [word for word in ("s3cret", "password_hash", "$") if word in printed]


def test_a_merge_is_a_run_whose_summary_can_be_read(library, capsys, monkeypatch):
    library.has(patron(2, ("ELM", "B2")), patron(7, ("OAK", "B7")))
    done = merge(library, "2", "B7@OAK")

    monkeypatch.setenv("PATRON_UPDATE_DATABASE_URL", library.url)
    assert main(["summary", str(done.run_id)]) == 0
    printed = capsys.readouterr().out
    assert "Merge of two patrons: 1 patron updated, 1 deleted." in printed
    assert "Merged by Vera: entered twice." in printed


def test_a_merge_is_no_edit_of_staff(library):
    library.has(patron(2, ("ELM", "B2")), patron(7, ("OAK", "B7")))

    merge(library, "2", "7")

    assert library.edits() == {}
    assert library.sql("SELECT count(*) FROM change WHERE action = 'edited'") == [(0,)]


def test_what_was_decided_about_the_merged_patron_is_taken_back(library):
    library.has(patron(2, ("ELM", "B2")), patron(7, ("OAK", "B7")))
    library.sql(
        "INSERT INTO decision (job, key, patron_id, patron_keys, verdict, decided_by, decided_at)"
        " VALUES ('students', '9', 7, '', 'leave', 'Pat', now())"
    )

    merge(library, "2", "7")

    assert [one["state"] for one in library.store.decisions("students")] == ["taken back by Vera"]


def test_a_merged_patron_whom_a_complete_file_no_longer_names_is_not_missing(library, tmp_path):
    rows = [
        record(2, district_id="2", site_short_name="ELM", barcode="B2", last_name="Ng"),
        record(3, district_id="7", site_short_name="OAK", barcode="B7", last_name="Ng"),
    ]
    library.update(*rows)
    merge(library, "2", "7")

    assert set(library.marks(tmp_path / "marks.csv")) == {"2"}
    assert library.update(rows[0]) == {"unchanged": 1}
    assert library.barcodes() == {"2": [("ELM", "B2"), ("OAK", "B7")]}


@pytest.mark.parametrize(
    ("keep", "drop", "told"),
    [
        ("2", "B2@ELM", "same patron"),
        ("2", "nobody", "no patron 'nobody'"),
        ("2", "F@FILM", "different kinds .library and media."),
        ("B7@OAK", "2", "names several patrons"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused_and_changes_nothing(library, keep, drop, told):
    library.has(patron(2, ("ELM", "B2")), patron(7, ("OAK", "B7")), patron(8, ("FILM", "F")))
    library.has(patron(9, ("ELM", "B9"), district_id="B7@OAK"))
    before = library.stored()

    with pytest.raises(StoreError, match=told):
        merge(library, keep, drop)

    assert library.stored() == before
    assert library.sql("SELECT count(*) FROM run") == [(0,)]
