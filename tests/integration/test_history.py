"""Why a value is what it is: run, file, line and template of every change, and what a patron was like on any day."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from rosters import record

from patron_update.cli import main
from patron_update.errors import StoreError


def ng(**values: str):
    return record(2, **{"district_id": "1", "site_short_name": "ELM", "barcode": "b1", "last_name": "Ng", **values})


@pytest.fixture
def ticks(library):
    """Let whole days pass between what is done: what there is in the history becomes a day older."""

    def passes(days: int = 1) -> None:
        library.sql("UPDATE change SET made_at = made_at - %s * interval '1 day'", days)

    return passes


def now(library) -> datetime:
    ((at,),) = library.sql("SELECT now()")
    return at


def test_the_command_tells_run_file_line_and_template_of_a_value(district):
    district.send("0012,OAK,C1,Ng,7A")
    district.run()
    district.send("0012,OAK,C1,Ng,7B")
    second = district.run("--update", "full")

    code, printed, _ = district.call("history", "0012", "--field", "homeroom")

    assert code == 0
    assert printed.count("\n") == 4
    assert f"updated by run {second['run_id']} of students (students.csv, line 2)" in printed
    assert "  homeroom: 7A → 7B   from {5}\n" in printed
    assert "barcode" not in printed


def test_an_edit_of_staff_has_no_run_and_no_template(district, database_url):
    import psycopg

    district.send("0012,OAK,C1,Ng,7A")
    district.run()
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE patron_update.patron SET homeroom = 'Library'")

    _, printed, _ = district.call("history", "0012", "--field", "homeroom", "--format", "json")

    edited = json.loads(printed.splitlines()[-1])
    assert (edited["action"], edited["run"], edited["file"], edited["templates"]) == ("edited", None, None, {})
    assert (edited["before"], edited["after"]) == ({"homeroom": "7A"}, {"homeroom": "Library"})


def test_the_template_of_a_password_is_kept_nowhere(district):
    properties = district.folder / "include" / "properties" / "students.properties"
    properties.write_text(properties.read_text() + "field_username={1}\nfield_password=Geheim{1}\n")
    district.send("0012,OAK,C1,Ng,7A")
    summary = district.run()

    assert summary["counts"]["added"] == 1
    assert "Geheim" not in district.call("history", "0012", "--format", "json")[1]


def test_a_patron_is_as_it_was_at_the_end_of_each_day(library, ticks):
    library.update(ng(homeroom="7A", nickname="Al"))
    states = [library.store.as_of("1", now(library))]
    for step in (
        lambda: library.update(ng(homeroom="7B", nickname="")),
        lambda: library.sql("UPDATE patron SET homeroom = 'Library', username = 'ng'"),
        lambda: library.sql("UPDATE patron_site SET barcode = 'b9'"),
        lambda: library.update(ng(site_short_name="OAK", barcode="b2"), record(3, district_id="2", **OTHER)),
        lambda: library.update(ng(site_short_name="OAK", barcode="b2", password="s3cret")),
    ):
        ticks()
        step()
        states.append(library.store.as_of("1", now(library)))

    found = [library.store.as_of("1", now(library) - timedelta(days=days, hours=1)) for days in range(6)]

    assert [*reversed([None, *states[:-1]])] == found
    assert [state["homeroom"] for state in states] == ["7A", "7B", *["Library"] * 4]
    assert [state["barcode"] for state in states] == ["b1", "b1", "b1", "b9", "b2", "b2"]


OTHER = {"site_short_name": "ELM", "barcode": "b7", "last_name": "Ito"}


def test_a_patron_who_is_gone_has_a_history_and_a_former_state(library, ticks):
    library.update(ng(homeroom="7A"), record(3, district_id="2", **OTHER))
    before = library.store.as_of("1", now(library))
    ticks()
    library.sql("DELETE FROM patron WHERE district_id = '1'")

    assert [(one.action, one.run) for one in library.store.history("1")] == [("added", 1), ("deleted", None)]
    assert [one.action for one in library.store.history("b1@ELM")] == ["added", "deleted"]
    assert library.store.as_of("1", now(library)) is None
    assert library.store.as_of("1", now(library) - timedelta(hours=1)) == before
    with pytest.raises(StoreError, match="no patron '3'"):
        library.store.history("3")


def test_who_has_the_district_id_now_and_who_had_it_are_told_together(library, ticks):
    library.update(ng(last_name="Before"))
    ticks()
    library.sql("DELETE FROM patron")
    ticks()
    library.update(ng(last_name="After"))

    assert [one.action for one in library.store.history("1")] == ["added", "deleted", "added"]
    names = [library.store.as_of("1", now(library) - timedelta(days=days, hours=1)) for days in (1, 0)]
    assert [state and state["lastName"] for state in names] == ["Before", None]
    assert library.store.as_of("1", now(library))["lastName"] == "After"


def test_somebody_entered_by_hand_was_not_there_before(library):
    library.sql("INSERT INTO patron (id, district_id, last_name) VALUES (5, '5', 'Ito')")

    assert library.store.as_of("5", now(library))["lastName"] == "Ito"
    assert library.store.as_of("5", now(library) - timedelta(days=1)) is None


def test_the_command_shows_a_day_and_refuses_what_is_no_field(district, capsys):
    district.send("0012,OAK,C1,Ng,7A")
    district.run()

    code, printed, _ = district.call("history", "0012", "--as-of", "2999-01-01", "--field", "homeroom")
    assert (code, printed) == (0, "homeroom: 7A\n")
    code, printed, _ = district.call("history", "0012", "--as-of", "2001-01-01")
    assert (code, printed.split(" at ")[0]) == (1, "There was no such patron")
    with pytest.raises(SystemExit):
        main(["history", "0012", "--field", "room"])
    assert "no field of a patron" in capsys.readouterr().err
