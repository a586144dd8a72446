"""The sample district's library between two nights: its people lend, edit and enter patrons, and rule on held rows.

Loans, edits and entries are the library system's, which writes into the database; rulings are given by the commands
that a person types.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

from patron_update.domain.fields import BY_NAME
from patron_update.embedded.sample_deeds import Deed
from patron_update.embedded.samples import LIBRARY
from patron_update.errors import PatronUpdateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Command = Callable[..., object]

BY = ("--by", "the sample library")

FIND = """
SELECT patron_site.patron_id, patron_site.site
FROM patron_site
INNER JOIN patron ON patron.id = patron_site.patron_id
WHERE is_primary AND %(who)s IN (patron.district_id, patron_site.barcode || '@' || patron_site.site)
"""
LEND = "INSERT INTO outstanding (patron_id, site, kind, item) VALUES (%s, %s, 'loan', %s)"
EDIT = "UPDATE patron SET {} = %s WHERE id = %s"
ENTER = "INSERT INTO patron ({}) VALUES ({}) RETURNING id"
GIVE_CARD = "INSERT INTO patron_site (patron_id, site, barcode, is_primary) VALUES (%s, %s, %s, TRUE)"
HELD = """
SELECT message.run_id, message.line
FROM message
INNER JOIN run ON run.id = message.run_id
WHERE run.job = %(job)s AND message.code = %(code)s AND message.district_id = %(who)s
ORDER BY message.run_id DESC
LIMIT 1
"""


def work(samples: Path, night: int, database: str, command: Command) -> str:
    """Do what the library does before ``night``; return what that was, in numbers.

    ``command`` runs ``patron-update`` with the arguments it is given.
    """
    deeds = [deed for deed in _read(samples / LIBRARY) if deed.before_night == night]
    with _store(database) as connection:
        for deed in deeds:
            if act := _ACTS.get(deed.deed):
                act(connection, deed)
    for deed in deeds:
        if deed.deed == "rule":
            _rule(database, deed, command)
    _renumber([deed for deed in deeds if deed.deed == "renumber"], command)
    done = Counter(deed.deed for deed in deeds)
    return ", ".join(f"{done[deed]} {words}" for deed, words in _TOLD.items() if done[deed]) or "nothing"


def _store(database: str) -> psycopg.Connection:
    return psycopg.connect(database, options="-c search_path=patron_update")


_TOLD = {
    "lend": "loans",
    "edit": "patrons edited",
    "enter": "entered by hand",
    "renumber": "changes of District IDs announced",
    "rule": "held rows ruled on",
}


def _read(path: Path) -> Iterable[Deed]:
    return [Deed(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


class _Found(NamedTuple):
    patron: int
    site: str


def _find(connection: psycopg.Connection, deed: Deed) -> _Found:
    row = connection.execute(FIND, {"who": deed.patron}).fetchone()
    if row is None:
        raise PatronUpdateError(
            f"The sample library cannot {deed.deed}: there is no patron {deed.patron} before night "
            f"{deed.before_night}. Do library.jsonl and the nights' files come from one seed?"
        )
    return _Found(*row)


def _lend(connection: psycopg.Connection, deed: Deed) -> None:
    found = _find(connection, deed)
    connection.execute(LEND, [found.patron, found.site, deed.values["item"]])


def _edit(connection: psycopg.Connection, deed: Deed) -> None:
    found = _find(connection, deed)
    for field, value in deed.values.items():
        connection.execute(sql.SQL(EDIT).format(sql.Identifier(BY_NAME[field].column)), [value, found.patron])


def _enter(connection: psycopg.Connection, deed: Deed) -> None:
    barcode, _, site = deed.patron.partition("@")
    columns = sql.SQL(", ").join(sql.Identifier(BY_NAME[field].column) for field in deed.values)
    values = sql.SQL(", ").join(sql.Placeholder() * len(deed.values))
    entered = connection.execute(sql.SQL(ENTER).format(columns, values), [*deed.values.values()]).fetchone()
    connection.execute(GIVE_CARD, [entered and entered[0], site, barcode])


_ACTS = {"lend": _lend, "edit": _edit, "enter": _enter}


def _rule(database: str, deed: Deed, command: Command) -> None:
    """Rule on the row as a person does who reads run and line in the Job Summary."""
    with _store(database) as connection:
        held = connection.execute(HELD, {**deed.values, "who": deed.patron}).fetchone()
    if held is None:
        raise PatronUpdateError(f"No row of {deed.patron} was held for {deed.values['code']}: nothing to rule on.")
    command("resolve", str(held[0]), str(held[1]), deed.values["ruling"], *BY)


def _renumber(deeds: Iterable[Deed], command: Command) -> None:
    """Hand in the registrar's list of changed District IDs."""
    with tempfile.TemporaryDirectory() as folder:
        for job in sorted({deed.values["job"] for deed in deeds}):
            listed = Path(folder) / f"{job}.csv"
            with listed.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["old_district_id", "new_district_id"])
                rows.writerows([deed.patron, deed.values["districtID"]] for deed in deeds if deed.values["job"] == job)
            command("change-ids", job, str(listed), *BY)
