"""Taking back a run: values go back, later edits stay, all or nothing, and the undo can be taken back itself."""

from __future__ import annotations

import io
import os
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rosters import BY_BARCODE, BY_ID, DISTRICT, record
from test_store_equals_domain import absences, emptied, files, rosters

from patron_update.domain.absence import InactivateMissing
from patron_update.domain.decisions import Decision, Remedy, Verdict
from patron_update.domain.roster import Action
from patron_update.domain.schedule import UpdateType
from patron_update.errors import StoreError
from patron_update.reporting import undo_summary
from patron_update.store.decisions import Ruler
from patron_update.store.undoing import Wish

RULER = Ruler(by="Vera", at=datetime.now(UTC))
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors]

PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""Without shrinking: each example is three runs, and making a failing one small takes longer than reading it."""


def undo(library, run: int | None = None, *, preview: bool = False, at: datetime | None = None, **part):
    wish = Wish(run=run or library.runs[-1], **part)
    ruler = Ruler(by="Vera", at=at or datetime.now(UTC), reason="wrong file")
    return library.store.undo(wish, ruler, undo_summary, preview=io.BytesIO() if preview else None)


def row(line: int, key: str, barcode: str, site: str = "ELM", action: Action | None = None, **values: str):
    return record(line, action, district_id=key, site_short_name=site, barcode=barcode, last_name="Ng", **values)


def counts(undone) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, outcome), patrons in undone.patrons.items():
        found[outcome.value] = found.get(outcome.value, 0) + patrons
    return found


def whole(library) -> list[set[tuple]]:
    """Return all that an undo has to bring back, the patron's number first: values, sites, items, edits of staff."""
    with psycopg.connect(library.url) as connection:
        connection.execute("SET search_path = patron_update")
        parts = (
            "SELECT id, patron_fields(patron)::text FROM patron",
            "SELECT patron_id, site, barcode, is_primary, since FROM patron_site",
            "SELECT patron_id, id, kind, item FROM outstanding",
            "SELECT patron_id, field, applied FROM staff_edit",
        )
        return [set(connection.execute(part).fetchall()) for part in parts]


def kept(library, undone) -> list[tuple]:
    return [(m.district_id, m.field, m.value, m.detail) for m in library.store.messages(undone.run_id)]


@pytest.mark.parametrize("options", [BY_ID, BY_BARCODE], ids=["by District ID", "by barcode"])
def test_a_run_that_was_taken_back_never_was_and_taken_back_again_it_was(library, options):
    @settings(max_examples=60, deadline=None, suppress_health_check=QUIET, phases=PHASES)
    @given(data=st.data())
    def holds(data) -> None:
        emptied(library)
        roster, records = data.draw(rosters()), data.draw(files(options))
        chosen = replace(
            options,
            update_before_delete=data.draw(st.booleans()),
            delete_with_outstanding=data.draw(st.booleans()),
            inactivate_missing=data.draw(st.sampled_from([None, InactivateMissing(after_days=0, after_runs=1)])),
        )
        passwords = [
            replace(one, values={c: v for c, v in one.values.items() if c != "password"}) for one in roster.patrons
        ]
        records = [replace(one, values={c: v for c, v in one.values.items() if c != "password"}) for one in records]
        library.options, library.night = chosen, 0
        library.has(*passwords)
        library.has_edited({n: {f: v for f, v in e.items() if f != "password"} for n, e in roster.edits.items()})
        library.has_gone(roster.gone)
        library.decided(*roster.decisions)
        keys = library.misses(data.draw(absences(roster)))
        before = whole(library)
        library.update(*records, missing=keys)
        after = whole(library)
        run = library.runs[-1]
        changed = {number for (number,) in library.sql("SELECT patron_id FROM change WHERE run_id = %s", run)}
        if not changed:
            return

        def state(found: list[set[tuple]]) -> list[set[tuple]]:
            """Leave out edits of patrons whom the run did not change: it may have settled them all the same."""
            return [*found[:-1], {edit for edit in found[-1] if edit[0] in changed}]

        back = undo(library, run)
        assert state(whole(library)) == state(before)
        again = undo(library, back.run_id)
        assert state(whole(library)) == state(after)
        assert undo(library, again.run_id).kept.keys() <= {"no former password is kept anywhere"}
        assert state(whole(library)) == state(before)

    holds()


def test_a_deleted_patron_comes_back_without_a_password_and_only_who_had_one_is_told_of(library):
    library.update(row(2, "1", "b1", username="ann", password="p4ss"), row(3, "2", "b2"))
    library.update(row(2, "1", "b1", action=Action.DELETE), row(3, "2", "b2", action=Action.DELETE))

    undone = undo(library)

    assert counts(undone) == {"added": 2}
    assert undone.kept == {"no former password is kept anywhere": 1}


def test_values_sites_and_people_go_back_to_what_they_were(library):
    library.update(row(2, "1", "b1", homeroom="7A"), row(3, "2", "b2"))
    before = whole(library)
    library.update(
        row(2, "1", "b2", site="OAK", homeroom="7B"),
        row(3, "2", "b2", action=Action.DELETE),
        row(4, "3", "b3"),
    )

    undone = undo(library)

    assert whole(library) == before
    assert counts(undone) == {"transferred": 1, "added": 1, "deleted": 1}
    assert undone.kept == {}
    assert library.store.run_summary(undone.run_id)["counts"]["read"] == 3


def test_what_staff_and_later_runs_have_changed_since_stays_and_is_told(library):
    library.update(row(2, "1", "b1", homeroom="7A", nickname="Al"), row(3, "2", "b2", homeroom="7A"))
    library.update(row(2, "1", "b9", homeroom="7B", nickname="Bo"), row(3, "2", "b2", homeroom="7B"))
    run = library.runs[-1]
    library.sql("UPDATE patron SET homeroom = 'Library' WHERE district_id = '1'")
    library.update(row(3, "2", "b2", homeroom="7C"))

    undone = undo(library, run)

    one = library.patron("1")
    assert (one["homeroom"], one["nickname"], one["barcode"]) == ("Library", "Al", "b1")
    assert library.patron("2")["homeroom"] == "7C"
    changed = "it was changed since"
    assert kept(library, undone) == [("1", "homeroom", "Library", changed), ("2", "homeroom", "7C", changed)]


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("UPDATE patron SET nickname = 'Al'", "it was changed since"),
        ("UPDATE patron_site SET barcode = 'b9'", "it was changed since"),
        ("UPDATE patron SET password_hash = 'x'", "it was changed since"),
        (
            "INSERT INTO outstanding (patron_id, site, kind) SELECT id, 'ELM', 'loan' FROM patron",
            "something is outstanding",
        ),
    ],
)
def test_an_added_patron_on_whom_something_depends_stays(library, since, why):
    library.update(row(2, "1", "b1"))
    library.sql(since)

    undone = undo(library)

    assert [one["districtID"] for one in library.store.patrons()] == ["1"]
    assert (counts(undone), undone.kept) == ({"unchanged": 1}, {why: 1})


def test_an_added_patron_whom_another_job_names_too_stays(library):
    library.update(row(2, "1", "b1"))
    run = library.runs[-1]
    library.update(row(2, "1", "b1"), job="staff")

    assert undo(library, run).kept == {"another job's file names the patron, too": 1}


def test_a_key_that_another_patron_has_now_does_not_come_back(library):
    library.update(row(2, "1", "b1", username="ng", homeroom="7A"), row(3, "2", "b2"))
    library.update(row(2, "1", "b7", username="ng7", homeroom="7B"), row(3, "2", "b2", action=Action.DELETE))
    run = library.runs[-1]
    library.update(row(4, "3", "b1", username="ng"), row(5, "4", "b2"))

    undone = undo(library, run)

    one = library.patron("1")
    assert (one["username"], one["barcode"], one["homeroom"]) == ("ng7", "b7", "7A")
    assert {key for key, *_ in kept(library, undone)} == {"1", "2"}
    assert sum(undone.kept.values()) == 3


def test_a_site_that_is_none_of_the_districts_any_more_does_not_come_back_until_it_is_again(library):
    library.update(row(2, "1", "b1", site="OAK"), row(3, "2", "b2", site="OAK"))
    before = whole(library)
    library.update(row(2, "1", "b1"), row(3, "2", "b2", site="OAK", action=Action.DELETE))
    run = library.runs[-1]
    library.in_district(replace(DISTRICT, sites=tuple(site for site in DISTRICT.sites if site.short_name != "OAK")))

    undone = undo(library, run, preview=True)

    assert undone.kept == {"the district has no such site any more; undo the rest once it has and a run was applied": 3}
    library.in_district(DISTRICT)
    undo(library, run)
    assert whole(library) == before


def test_whoever_waits_for_a_key_that_stays_waits_too(library):
    library.update(row(2, "1", "b1"), row(3, "2", "b2"))
    library.update(row(2, "1", "b3"), row(3, "2", "b1"))
    run = library.runs[-1]
    library.sql("INSERT INTO patron (id, last_name) VALUES (50, 'Ito')")
    library.sql("INSERT INTO patron_site VALUES (50, 'ELM', 'b2', TRUE)")

    undo(library, run)

    assert {key: places[0][1] for key, places in library.barcodes().items() if key} == {"1": "b3", "2": "b1"}


def test_only_one_site_or_one_patron_goes_back(library):
    library.update(row(2, "1", "b1", homeroom="7A"), row(3, "2", "b2", site="OAK", homeroom="7A"), row(4, "3", "b3"))
    library.update(
        row(2, "1", "b1", homeroom="7B"), row(3, "2", "b2", site="OAK", homeroom="7B"), row(4, "3", "b3", homeroom="7B")
    )
    run = library.runs[-1]

    undo(library, run, site="oak")
    assert {one["districtID"]: one["homeroom"] for one in library.store.patrons()} == {"1": "7B", "2": "7A", "3": "7B"}
    undo(library, run, patron="b3@ELM")
    assert {one["districtID"]: one["homeroom"] for one in library.store.patrons()} == {"1": "7B", "2": "7A", "3": None}
    assert counts(undo(library, run)) == {"updated": 1}
    with pytest.raises(StoreError, match="Nothing of run"):
        undo(library, run)
    with pytest.raises(StoreError, match="no site 'ASH'"):
        undo(library, run, site="ASH")


def test_a_preview_tells_the_same_and_leaves_everything(library):
    library.update(row(2, "1", "b1"))
    before = whole(library), library.sql("SELECT count(*) FROM run")

    told = undo(library, preview=True)

    assert (whole(library), library.sql("SELECT count(*) FROM run")) == before
    assert counts(told) == counts(undo(library)) == {"deleted": 1}


def test_a_run_that_changed_nobody_cannot_be_taken_back(library):
    run, _ = library.plan(row(2, "1", "b1"))

    with pytest.raises(StoreError, match="has changed nobody"):
        undo(library, run)
    with pytest.raises(StoreError, match="knows no run 999"):
        undo(library, 999)


def test_a_merge_and_a_run_of_long_ago_are_refused(library):
    from patron_update.reporting import merge_summary

    library.update(row(2, "1", "b1"), row(3, "2", "b2", site="OAK"))
    merged = library.store.merge("1", "2", Ruler(by="Vera", at=datetime.now(UTC)), merge_summary)

    with pytest.raises(StoreError, match="a merge cannot be taken back"):
        undo(library, merged.run_id)
    with pytest.raises(StoreError, match="more than 90 days ago"):
        undo(library, at=datetime.now(UTC) + timedelta(days=91))


def test_a_deleted_patron_returns_with_its_history_its_items_and_its_owner(library, tmp_path):
    library.options = replace(BY_ID, delete_with_outstanding=True)
    library.update(row(2, "1", "b1", homeroom="7A"))
    library.sql("INSERT INTO outstanding (patron_id, site, kind, item) SELECT id, 'ELM', 'loan', 'Holes' FROM patron")
    before = whole(library)
    library.update(row(2, "1", "b1", action=Action.DELETE))
    assert library.sql("SELECT item FROM lost_item") == [("Holes",)]

    back = undo(library)

    assert whole(library) == before
    assert library.sql("SELECT count(*) FROM lost_item") == [(0,)]
    assert [one.action for one in library.store.history("1")] == ["added", "deleted", "added"]
    assert library.store.history("1")[-1].made_by == "Vera"
    assert list(library.marks(tmp_path / "marks.csv")) == ["1"]
    undo(library, back.run_id)
    assert library.sql("SELECT item FROM lost_item") == [("Holes",)]


@pytest.mark.parametrize("update", UpdateType)
@pytest.mark.parametrize(
    ("stored", "again"),
    [
        pytest.param([], {}, id="added"),
        pytest.param([row(2, "1", "b1")], {"action": Action.DELETE}, id="deleted"),
        pytest.param(
            [row(2, "1", "b1"), row(3, "1", "b1", site="OAK", action=Action.ASSOCIATE)],
            {"action": Action.DELETE},
            id="a site ended",
        ),
        pytest.param([row(2, "1", "b1", homeroom="7A")], {"homeroom": "7B"}, id="a value"),
        pytest.param([row(2, "1", "b1", homeroom="7A")], {"homeroom": ""}, id="a value cleared"),
        pytest.param([row(2, "1", "b2")], {}, id="a barcode"),
        pytest.param([row(2, "1", "b1", site="OAK")], {}, id="the primary site"),
        pytest.param([row(2, "1", "b1", site="OAK"), row(3, "1", "b1", action=Action.ASSOCIATE)], {}, id="moved home"),
    ],
)
def test_the_next_update_holds_what_was_taken_back_until_it_is_decided(library, tmp_path, stored, again, update):
    sent = row(2, "1", "b1", **again)
    library.update(*stored)
    library.update(sent)
    after = library.stored()
    undone = undo(library)
    before = whole(library)

    for _ in range(2):
        assert library.send([sent], update, tmp_path / "marks.csv") == {"held": 1}
        assert library.codes() == [(2, "taken_back")]
        assert library.messages()[0].detail == f"run {undone.run_id}"
        assert whole(library) == before
    library.store.resolve(library.runs[-1], 2, Remedy.AGAIN, RULER)
    assert "held" not in library.send([sent], update, tmp_path / "marks.csv")
    assert library.stored() == after
    assert library.sql("SELECT count(*) FROM taken_back WHERE key = '1'") == [(0,)]
    with pytest.raises(StoreError, match="settled already"):
        library.store.resolve(library.runs[-2], 2, Remedy.AGAIN, RULER)


def test_a_district_id_that_was_taken_back_makes_nobody_new(library, tmp_path):
    library.update(row(2, "9", "b1"))
    library.decided(Decision(key="1", patron=library.sql("SELECT id FROM patron")[0][0], verdict=Verdict.SAME))
    renamed = [row(2, "1", "b1")]
    assert library.send(renamed, UpdateType.FULL, tmp_path / "marks.csv") == {"updated": 1}
    undo(library)

    assert library.send(renamed, UpdateType.FULL, tmp_path / "marks.csv") == {"held": 1}
    assert library.barcodes() == {"9": [("ELM", "b1")]}


def test_a_row_that_updates_and_one_that_deletes_from_a_site_are_taken_back_under_one_key(library, tmp_path):
    library.update(row(2, "1", "b1", homeroom="7A"), row(3, "1", "b1", site="OAK", action=Action.ASSOCIATE))
    before = whole(library)
    sent = [row(2, "1", "b1", homeroom="7B"), row(3, "1", "b1", site="OAK", action=Action.DELETE)]
    library.update(*sent)

    undo(library)

    assert whole(library) == before
    other_room = [row(2, "1", "b1", homeroom="7C"), sent[1]]
    for _ in range(2):
        found = library.send(other_room, UpdateType.INCREMENTAL, tmp_path / "marks.csv")
        assert found["held"] == 1, "the row that deletes waits, whatever becomes of the other one"


def test_a_row_that_says_something_else_than_what_was_taken_back_is_applied(library, tmp_path):
    library.update(row(2, "1", "b1", homeroom="7A"), row(3, "2", "b2", homeroom="7A"))
    library.update(row(2, "1", "b1", homeroom="7B"), row(3, "2", "b2", homeroom="7B"))
    undo(library)

    corrected = [row(2, "1", "b1", homeroom="7A", nickname="Al"), row(3, "2", "b2", homeroom="7C")]
    assert library.send(corrected, UpdateType.INCREMENTAL, tmp_path / "marks.csv") == {"updated": 2}
    assert library.send(corrected, UpdateType.INCREMENTAL, tmp_path / "marks.csv") == {}


def test_an_undo_of_the_undo_lets_all_the_rows_go_on(library, tmp_path):
    library.update(row(2, "1", "b1", homeroom="7A"))
    sent = [row(2, "1", "b1", homeroom="7B"), row(3, "2", "b2")]
    library.update(*sent)
    undone = undo(library)
    assert library.send(sent, UpdateType.INCREMENTAL, tmp_path / "marks.csv") == {"held": 2}

    undo(library, undo(library, undo(library, undone.run_id).run_id).run_id)

    assert library.send(sent, UpdateType.INCREMENTAL, tmp_path / "marks.csv") == {"unchanged": 2}


def test_the_command_takes_back_and_its_summary_can_be_read(district):
    district.send("0012,OAK,C1,Ng,7A")
    district.run()
    district.send("0012,OAK,C1,Ng,7B")
    run = str(district.run("--update", "full")["run_id"])

    code, printed, where = district.call("undo", run, "--preview")
    assert (code, printed) == (0, "Preview: nothing was changed.\nupdated: 1\n")
    lists = Path(where.partition("change: ")[2].strip())
    assert (lists / "changes.csv").read_text("utf-8-sig").splitlines()[1:] == ["OAK,updated,,0012,C1,homeroom,7B,7A"]
    assert "Undo of run" in (lists / "changes.html").read_text("utf-8")
    assert district.patrons()["0012"]["homeroom"] == "7B"
    code, printed, _ = district.call("undo", run, "--by", "Vera", "--reason", "last year's rooms", "--site", "01")
    assert code == 0
    assert district.patrons()["0012"]["homeroom"] == "7A"
    number = printed.split()[1]
    code, printed, _ = district.call("summary", number)
    assert "Undo: 1 patron updated." in printed
    assert "Taken back by Vera: last year's rooms." in printed
    code, _, errors = district.call("undo", run)
    assert (code, errors) == (1, f"patron-update: Nothing of run {run} is left to take back there.\n")


def test_the_example_of_the_docs_prints_what_it_says(district, database_url):
    text = (Path(__file__).parents[2] / "docs" / "safety.md").read_text("utf-8").partition("\n## Undo\n")[2]
    example = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert example
    everybody = ("0013021,OAK,C1,Ng", "0013022,ELM,C2,Ito", "0013023,OAK,C3,Cray")
    for room in ("7A", "7B"):
        district.send(*(f"{one},{room}" for one in everybody))
        district.run("--update", "full")
    with psycopg.connect(database_url, options="-c search_path=patron_update") as connection:
        connection.execute("UPDATE patron SET homeroom = 'Library' WHERE district_id = '0013023'")

    for told in example[1].split("$ patron-update ")[1:]:
        words, _, printed = told.partition("\n")
        assert district.call(*shlex.split(words))[1] == printed

    assert {key: one["homeroom"] for key, one in district.patrons().items()} == {
        "0013021": "7B",
        "0013022": "7A",
        "0013023": "Library",
    }


def test_the_right_file_is_not_held_against_the_wrong_one_that_was_taken_back(district):
    right = [f"{number},OAK,C{number},Ng,7A" for number in range(100, 150)]
    district.send(*right)
    district.run()
    district.send(*(one.replace("7A", "7B") for one in right[:10]), *right[10:41])
    wrong = district.run("--update", "full")
    assert wrong["counts"]["updated"] == 10

    assert district.call("undo", str(wrong["run_id"]))[::2] == (0, "")

    district.send(*right)
    night = district.run("--update", "full")
    assert (night["outcome"], night["counts"]["unchanged"]) == ("completed", 50)
    assert not any("file" in reason and "applied on" in reason for reason in night["reasons"])


def test_what_only_an_undo_needs_and_landed_files_are_kept_for_their_time(district, database_url):
    for room in ("7A", "7B"):
        district.send(f"0012,OAK,C1,Ng,{room}")
        run = str(district.run("--update", "full")["run_id"])
    landed = sorted((district.folder / "home").glob("runs/students/*/landed.csv"))
    assert len(landed) == 2
    (kept, old), days = landed, 24 * 3600
    os.utime(old, (old.stat().st_mtime - 8 * days,) * 2)
    with psycopg.connect(database_url, options="-c search_path=patron_update") as connection:
        connection.execute("UPDATE change SET aside = '{\"edits\": {}}'")
        connection.execute("UPDATE run SET applied_at = now() - interval '89 days' WHERE id = %s", [run])
        connection.execute("UPDATE run SET applied_at = now() - interval '91 days' WHERE id <> %s", [run])

    code, printed, _ = district.call("tidy")

    assert (code, printed) == (0, "Landed files deleted: 1. Changes that can be taken back no longer: 1.\n")
    assert sorted((district.folder / "home").glob("runs/students/*/landed.csv")) == [kept]
    assert district.call("tidy")[1] == "Landed files deleted: 0. Changes that can be taken back no longer: 0.\n"
    assert district.call("undo", run, "--preview")[0] == 0


def test_a_run_whose_undo_was_tidied_away_is_refused_however_long_the_setting_is_now(library):
    library.update(row(2, "1", "b1"))
    library.update(row(2, "1", "b1", action=Action.DELETE))
    assert library.store.tidy(datetime.now(UTC) + timedelta(days=1)) == 1

    with pytest.raises(StoreError, match="has forgotten"):
        undo(library)
    assert [one.action for one in library.store.history("1")] == ["added", "deleted"]
