"""What an applied update leaves in the store: patrons, history, messages, summaries."""

from __future__ import annotations

import pytest
from rosters import BY_BARCODE, NIGHT, patron, record

from patron_update.domain.messages import Message
from patron_update.domain.outcomes import RunOutcome
from patron_update.errors import StoreError
from patron_update.store import PlanOptions

ELM, OAK = ("ELM", "OAK")


def test_two_patrons_who_swap_barcodes_in_one_file_both_get_them(library):
    library.has(patron(1, (ELM, "a")), patron(2, (ELM, "b")))

    outcomes = library.update(
        record(2, district_id="1", site_short_name=ELM, barcode="b"),
        record(3, district_id="2", site_short_name=ELM, barcode="a"),
    )

    assert outcomes == {"updated": 2}
    assert library.barcodes() == {"1": [(ELM, "b")], "2": [(ELM, "a")]}


def test_chains_and_cycles_across_sites_and_user_names_succeed(library):
    library.has(patron(1, (ELM, "a"), username="x"), patron(2, (ELM, "b"), username="y"), patron(3, (OAK, "b")))

    outcomes = library.update(
        record(2, district_id="1", site_short_name=ELM, barcode="b", username="y"),
        record(3, district_id="2", site_short_name=OAK, barcode="b", username="x"),
        record(4, district_id="3", site_short_name=ELM, barcode="a"),
    )

    assert outcomes == {"updated": 1, "transferred": 2}
    assert library.barcodes() == {"1": [(ELM, "b")], "2": [(OAK, "b")], "3": [(ELM, "a")]}
    assert library.patron("2")["username"] == "x"


def test_a_very_long_chain_that_is_blocked_at_its_end_is_held_whole(library):
    count = 300
    library.has(*(patron(number, (ELM, f"b{number}")) for number in range(1, count + 1)))

    outcomes = library.update(
        *(
            record(number + 1, district_id=str(number), site_short_name=ELM, barcode=f"b{number + 1}")
            for number in range(1, count)
        )
    )

    assert outcomes == {"held": count - 1}


def test_only_what_cannot_be_true_is_held_and_the_rest_is_applied(library):
    library.has(patron(1, (ELM, "a")))

    outcomes = library.update(
        record(2, district_id="2", site_short_name=ELM, barcode="a", last_name="Ng"),
        record(3, district_id="3", site_short_name=ELM, barcode="c", last_name="Ng"),
    )

    assert outcomes == {"held": 1, "added": 1}
    assert [m.detail for m in library.messages() if m.code == "barcode_taken"] == [
        "the patron with District ID 1, barcode a at ELM"
    ]
    assert set(library.barcodes()) == {"1", "3"}


def test_a_transfer_moves_the_primary_site_and_keeps_the_other_associations(library):
    library.has(patron(1, (ELM, "a"), (OAK, "a")))

    assert library.update(record(2, district_id="1", site_short_name=OAK)) == {"transferred": 1}

    assert library.barcodes() == {"1": [(OAK, "a")]}


def test_a_missing_column_leaves_the_value_and_an_empty_one_clears_it(library):
    library.has(patron(1, (ELM, "a"), nickname="Al", homeroom="7B", birthdate="02/03/2012", is_teacher="true"))

    library.update(record(2, district_id="1", site_short_name=ELM, homeroom="", birthdate="", is_teacher=""))

    found = library.patron("1")
    assert found["nickname"] == "Al"
    assert (found["homeroom"], found["birthdate"], found["isTeacher"]) == (None, None, None)


def test_values_come_back_as_records_write_them(library):
    sent = {"birthdate": "02/03/2012", "is_teacher": "false", "graduation_year": "0931", "last_name": "Nuñez-O'Hara"}

    library.update(record(2, district_id="1", site_short_name=ELM, barcode="007", **sent))

    found = library.patron("1")
    assert (found["birthdate"], found["isTeacher"], found["graduationYear"]) == ("02/03/2012", "false", "0931")
    assert (found["lastName"], found["barcode"], found["siteShortName"]) == ("Nuñez-O'Hara", "007", ELM)


def test_unchanged_patrons_are_not_written(library):
    library.has(patron(1, (ELM, "a")))
    before = library.sql("SELECT xmin::text, version, updated_at FROM patron")

    assert library.update(record(2, district_id="1", site_short_name=ELM, last_name="Name1")) == {"unchanged": 1}

    assert library.sql("SELECT xmin::text, version, updated_at FROM patron") == before
    assert library.sql("SELECT * FROM change") == []


def test_the_history_holds_only_what_changed_and_never_a_password(library):
    library.has(patron(1, (ELM, "a"), nickname="Al", username="al", password="old"))

    library.update(
        record(2, district_id="1", site_short_name=ELM, nickname="Bo", password="new"),
        record(3, district_id="2", site_short_name=OAK, barcode="b", last_name="Ng", username="ng", password="first"),
    )

    updated, added = library.store.changes(library.runs[-1])
    assert (updated.action, updated.before, updated.after) == (
        "updated",
        {"nickname": "Al"},
        {"nickname": "Bo", "password": "changed"},
    )
    assert (added.action, added.before) == ("added", None)
    assert added.after["password"] == "changed"
    assert added.after["barcode"] == "b"
    everything = str(library.sql("SELECT to_jsonb(change) FROM change"))
    assert not any(word in everything for word in ("first", "new", "scrypt", "old"))


def test_a_password_is_stored_as_a_salted_hash_and_written_only_when_it_differs(library):
    row = record(2, district_id="1", site_short_name=ELM, barcode="a", last_name="Ng", username="a", password="digest")
    twin = record(3, district_id="2", site_short_name=ELM, barcode="b", last_name="Ng", username="b", password="digest")
    library.update(row, twin)
    (first,), (second,) = library.sql("SELECT password_hash FROM patron ORDER BY id")

    assert library.update(row, twin) == {"unchanged": 2}
    cleared = record(2, district_id="1", site_short_name=ELM, password="")
    assert library.update(cleared) == {"updated": 1}

    assert first.startswith("scrypt$2$8$1$")
    assert first != second
    assert library.sql("SELECT password_hash FROM patron ORDER BY id") == [(None,), (second,)]


def test_messages_of_the_file_and_of_the_plan_come_in_the_order_of_the_lines(library):
    run_id, _ = library.plan(record(5, district_id="1", site_short_name="NOWHERE"))
    from_file = [["9", "row_blank", None, None, None, None, None, None], ["2", "row_blank", *[None] * 6]]
    library.stage(run_id, [record(5, district_id="1", site_short_name="NOWHERE")], messages=from_file)
    library.store.plan(run_id, PlanOptions(match_using_district_id=True, mapped_fields=frozenset(), at=NIGHT))
    planned = library.codes()

    library.apply(run_id, 1)

    assert planned == library.codes() == [(2, "row_blank"), (5, "site_unknown"), (9, "row_blank")]


def test_an_offending_value_is_shortened(library):
    library.update(record(2, district_id="1", site_short_name="N" * 80, last_name="Ng", barcode="a"))

    assert library.messages()[0].value == "N" * 59 + "…"


def test_a_summary_is_found_by_number_by_key_and_by_job_and_key(library):
    told = [Message(code="row_blank", line=2)]
    run_id = library.begin()
    library.store.finish_run(run_id, RunOutcome.PREVIEW, {"rows": 3}, NIGHT, [])
    other = library.store.begin_run("staff", "night 1", NIGHT)
    library.store.finish_run(other, RunOutcome.FAILED, {"rows": 0}, NIGHT, told)
    library.store.finish_run(other, RunOutcome.FAILED, {"rows": 0}, NIGHT, told)

    assert library.store.run_summary(run_id) == library.store.run_summary("students/night 1") == {"rows": 3}
    assert list(library.store.messages(other)) == told
    with pytest.raises(StoreError, match="several runs: students/night 1, staff/night 1"):
        library.store.run_summary("night 1")
    with pytest.raises(StoreError, match="knows no run 'night 9'"):
        library.store.run_summary("night 9")


def test_a_preview_leaves_nothing_behind(library):
    run_id, plan = library.plan(record(2, district_id="1", site_short_name=ELM, barcode="a", last_name="Ng"))

    library.store.discard(run_id)

    assert len(plan.digest) > 10
    assert library.stored() == set()
    assert library.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'run~_%%' ESCAPE '~'") == []


def test_patrons_are_found_by_any_of_their_sites(library):
    library.has(patron(1, (ELM, "a"), (OAK, "a")), patron(2, (ELM, "b")))

    assert [found["districtID"] for found in library.store.patrons(site=OAK)] == ["1"]
    assert len(list(library.store.patrons(site=ELM))) == 2


def test_an_unchanged_row_of_the_same_file_keeps_its_patron_from_another_row(library):
    library.options = BY_BARCODE
    library.has(patron(1, (ELM, "a"), (OAK, "a")))
    at_home = record(2, site_short_name=ELM, barcode="a")
    library.update(at_home)

    outcomes = library.update(record(3, site_short_name=OAK, barcode="a"))

    assert outcomes == {"held": 1}
    assert [(m.code, m.detail) for m in library.messages()] == [("patron_named_twice", "an unchanged row of the file")]


def test_a_patron_who_moves_to_another_key_is_not_missing_under_the_former_one(library, tmp_path):
    library.options = BY_BARCODE
    library.has(patron(1, (ELM, "a"), (OAK, "a")))
    library.update(record(2, site_short_name=ELM, barcode="a"))

    outcomes = library.update(record(2, site_short_name=OAK, barcode="a"), missing=["ELM\x1fa"])

    assert outcomes == {"transferred": 1}
    assert set(library.marks(tmp_path / "marks.csv")) == {"OAK\x1fa"}
