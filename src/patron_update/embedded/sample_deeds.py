"""What the library's own people do in the sample district between the nights: books lent, edits, entries, rulings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.embedded.sample_rows import SHORT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.embedded.sample_edits import Place
    from patron_update.embedded.sample_rows import Row

    Deeds = Callable[[Place], list["Deed"]]

STUDENTS = "students"
TITLES = ("Holes", "The Giver", "Because of Winn-Dixie", "Hatchet", "Esperanza Rising")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that people do. ``patron`` is a District ID or BARCODE@SITE; of a ruling, the row's District ID."""

    before_night: int
    deed: str
    """``lend``, ``edit``, ``enter``, ``rule`` or ``renumber``."""
    patron: str
    values: dict[str, str]
    """Of an edit or an entry the fields, by their names in the properties file."""


def nothing(_place: Place) -> list[Deed]:
    """Do nothing."""
    return []


def lent(place: Place) -> list[Deed]:
    """Lend a book to the row's patron."""
    title = TITLES[place.index % len(TITLES)]
    return [Deed(before_night=2, deed="lend", patron=_who(place.rows(place.index)), values={"item": title})]


def edited(**values: str) -> Deeds:
    """Return what edits the row's patron."""
    return lambda place: [Deed(before_night=2, deed="edit", patron=_who(place.rows(place.index)), values=values)]


def ruled(code: str, ruling: str, number: str = "") -> Deeds:
    """Return the ruling about the row that night two held for ``code``; ``number``: under which it came."""

    def deeds(place: Place) -> list[Deed]:
        row = number or place.rows(place.index)["Student Number"]
        return [Deed(before_night=3, deed="rule", patron=row, values={"job": STUDENTS, "code": code, "ruling": ruling})]

    return deeds


def renumbered(number: str) -> Deeds:
    """Return the entry in the list of changed numbers that the student's row has ``number`` from now on."""

    def deeds(place: Place) -> list[Deed]:
        old = place.rows(place.index)["Student Number"]
        return [Deed(before_night=2, deed="renumber", patron=old, values={"job": STUDENTS, "districtID": number})]

    return deeds


def entered_by_hand(place: Place) -> list[Deed]:
    """Enter a student whom the SIS does not send yet, with the card and without the number; then adopt."""
    row = place.rows(place.index)
    entry = _entry(row, f"{row['Card Number']}@{SHORT_NAMES[row['School Number']]}")
    return [entry, *ruled("barcode_taken_same_person", "adopt")(place)]


def volunteer_entered(place: Place) -> list[Deed]:
    """Enter a volunteer by hand, without the number."""
    row = place.rows(place.index)
    return [_entry(row, _who(row))]


def volunteer_entered_twice(place: Place) -> list[Deed]:
    """Enter a volunteer at the row's site without the number, and at another one under it with another card."""
    row = place.rows(place.index)
    elsewhere = next(site for site in SHORT_NAMES.values() if site != row["Site"])
    return [_entry(row, _who(row)), _entry(row, f"{row['Card'].replace('51750', '51759')}@{elsewhere}", row["ID"])]


def _who(row: Row) -> str:
    return row["Student Number"] if "Student Number" in row else f"{row['Card']}@{row['Site']}"


def _entry(row: Row, who: str, number: str = "") -> Deed:
    values = {"lastName": row["Last Name"], "firstName": row["First Name"]} | ({"districtID": number} if number else {})
    return Deed(before_night=2, deed="enter", patron=who, values=values)
