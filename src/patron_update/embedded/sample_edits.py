"""How the cases of the sample district change rows: where a case sits, and the edits that make it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patron_update.embedded.sample_rows import RIVER, SCHOOLS, SUMMIT, Row

Lines = list[Sequence[str] | str]
"""What is written for one row: lists of values, or a text that goes into the file as it stands."""
Edit = Callable[[Row], Lines]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case sits: row ``index`` on ``night``; ``rows`` gives any undisturbed row, ``spacing`` the next case."""

    index: int
    night: int
    spacing: int
    rows: Callable[[int], Row]

    def beside(self, number: int = 1, *, site: str | None = None) -> int:
        """Return the ``number``-th undisturbed row after this one at the same site, or at ``site``, with an address."""
        column = next(name for name in ("School Number", "Location", "Site") if name in self.rows(0))
        site = site or self.rows(self.index)[column]
        index = self.index
        while number:
            index += 1
            row = self.rows(index)
            undisturbed = index % self.spacing not in (0, self.spacing // 2)
            number -= undisturbed and row[column] == site and row["Email"] != ""
        return index

    def card(self, index: int) -> str:
        """Return the card number of another row."""
        return self.rows(index)["Card Number"]


def as_is(row: Row) -> Lines:
    """Return the row as it stands, as the lines of the file."""
    return [list(row.values())]


def put(**values: str) -> Edit:
    """Return the edit that sets columns; their names have underscores for blanks."""
    changes = {column.replace("_", " "): value for column, value in values.items()}
    return lambda row: as_is(row | changes)


def here(edit: Edit) -> Callable[[Place], dict[int, Edit]]:
    """Return the edits of a case that changes one row alone."""
    return lambda place: {place.index: edit}


def absent(_row: Row) -> Lines:
    """Leave the row out."""
    return []


def first_night(before: Edit, after: Edit = as_is) -> Callable[[Place], dict[int, Edit]]:
    """Return one edit on the first night and another one afterwards."""
    return lambda place: {place.index: before if place.night == 1 else after}


def broken_quote(row: Row) -> Lines:
    """Put quotes inside a quoted value."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow((row | {"First Name": "@"}).values())
    return [out.getvalue().replace(",@,", ',"Robert "Bob" Lee",')]


def unquoted_comma(row: Row) -> Lines:
    """Put a comma into a value without quotes."""
    values = list((row | {"Homeroom": "12"}).values())
    at = list(row).index("Homeroom") + 1
    return [[*values[:at], " West", *values[at:]]]


def barcodes_in_turn(count: int) -> Callable[[Place], dict[int, Edit]]:
    """Return what lets ``count`` rows at one site take the next one's card each, the last one the first one's."""

    def edits(place: Place) -> dict[int, Edit]:
        ring = [place.index, *(place.beside(number) for number in range(1, count))]
        return {index: put(Card_Number=place.card(ring[n - count + 1])) for n, index in enumerate(ring)}

    return edits


def barcode_chain(place: Place) -> dict[int, Edit]:
    """Give two rows the next one's card each, and the third one a new card."""
    first, second, third = place.index, place.beside(1), place.beside(2)
    return {
        first: put(Card_Number=place.card(second)),
        second: put(Card_Number=place.card(third)),
        third: put(Card_Number=place.card(third).replace("21750", "21751")),
    }


def barcode_of_neighbour(place: Place) -> dict[int, Edit]:
    """Give the row the card of another at its site."""
    return {place.index: put(Card_Number=place.card(place.beside()))}


def barcode_not_given_up(place: Place) -> dict[int, Edit]:
    """Give the row the card of one that would get a third one's, who keeps it."""
    second, third = place.beside(1), place.beside(2)
    return {place.index: put(Card_Number=place.card(second)), second: put(Card_Number=place.card(third))}


def transfer_onto_barcode(place: Place) -> dict[int, Edit]:
    """Give the row a card that is in use at the school to which the second night moves it."""
    target = RIVER if place.rows(place.index)["School Number"] != RIVER else SUMMIT
    values = {"Card_Number": place.card(place.beside(site=target))}
    return {place.index: put(**values, **({"School_Number": target} if place.night == 2 else {}))}  # noqa: PLR2004


def address_of_neighbour(place: Place) -> dict[int, Edit]:
    """Give the row the address of another."""
    return {place.index: put(Email=place.rows(place.beside())["Email"])}


def fields_emptied(place: Place) -> dict[int, Edit]:
    """Empty on the second night what the first one filled."""
    told = "" if place.night == 2 else "Sunny"  # noqa: PLR2004 - the second night
    return {place.index: put(Goes_By=told, Middle_Name=told, Phone=told and "(555) 555-0100", Homeroom=told)}


def elsewhere(row: Row) -> str:
    """Return another school than the row's own."""
    return next(school for school in SCHOOLS if school != row["School Number"])


def gone_elsewhere(row: Row) -> Lines:
    """Let a student leave another school than the one that the library knows."""
    return as_is(row | {"Enroll Status": "LEFT", "School Number": elsewhere(row)})


def left_one_of_two(place: Place) -> dict[int, Edit]:
    """Let a student of two schools leave the first one on the second night."""
    status = "LEFT" if place.night == 2 else "ENR"  # noqa: PLR2004 - the second night
    return {place.index: lambda row: as_is(row | {"Also At": elsewhere(row), "Enroll Status": status})}


def again(row: Row, **values: str) -> Row:
    """Return the same person under a second student number: with a card of its own and no address, unless given."""
    number, card = "09" + row["Student Number"][2:], row["Card Number"].replace("21750", "21759")
    return row | {"Student Number": number, "Card Number": card, "Email": ""} | values


def twice(column: str) -> Edit:
    """Send a student under a second number besides; of ``column`` the two have the same."""

    def edit(row: Row) -> Lines:
        first = row | {"Email": row["Email"] or f"s{row['Student Number']}@springfield.example"}
        return as_is(first) + as_is(again(first, **{column: first[column]}))

    return edit


def stored_twice(column: str) -> Callable[[Place], dict[int, Edit]]:
    """Send a student under two numbers; on the second night the second one gets the first one's ``column``."""
    return lambda place: {place.index: twice(column if place.night == 2 else "Last Name")}  # noqa: PLR2004


def twin_transferred(place: Place) -> dict[int, Edit]:
    """Send a student under two numbers with one card: at two schools, then at one."""

    def edit(row: Row) -> Lines:
        school = elsewhere(row) if place.night == 1 else row["School Number"]
        return as_is(row) + as_is(again(row, **{"Card Number": row["Card Number"], "School Number": school}))

    return {place.index: edit}


def teacher_of(*schools: str, main: str = "Y", second_card: str = "", **values: str) -> Edit:
    """Send one row for each school; the first one is the main one, unless ``main`` says no."""

    def edit(row: Row) -> Lines:
        first = row | {name.replace("_", " "): value for name, value in values.items()}
        rows = [first | {"Location": school, "Main": "N" if n else main} for n, school in enumerate(schools)]
        if second_card:
            rows[-1] |= {"Card Number": row["Card Number"].replace("31750", second_card)}
        return [list(each.values()) for each in rows]

    return edit


def main_school_left(place: Place) -> dict[int, Edit]:
    """Let a teacher of two schools leave the main one on the second night."""

    def edit(row: Row) -> Lines:
        main = row | {"Location": RIVER, "Status": "3" if place.night == 2 else "1"}  # noqa: PLR2004
        return as_is(main) + as_is(row | {"Location": SUMMIT, "Status": "1", "Main": "N"})

    return {place.index: edit}
