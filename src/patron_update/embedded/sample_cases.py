"""What goes wrong in the sample district: each case sits at a place of its own and says which message it makes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patron_update.embedded.sample_rows import MAPLE, OFFICE, RIVER, SUMMIT, Row

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
        column = "School Number" if "School Number" in self.rows(0) else "Location"
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


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is wrong, or hard. ``code`` is the message it makes, None when it must go well."""

    code: str | None
    how: str
    edits: Callable[[Place], dict[int, Edit]]
    nights: tuple[int, ...] = (1, 2)


def _values(row: Row) -> Lines:
    return [list(row.values())]


def _put(**values: str) -> Edit:
    """Return the edit that sets columns; their names have underscores for blanks."""
    changes = {column.replace("_", " "): value for column, value in values.items()}
    return lambda row: _values(row | changes)


def _here(edit: Edit) -> Callable[[Place], dict[int, Edit]]:
    return lambda place: {place.index: edit}


def _set(code: str | None, how: str, nights: tuple[int, ...] = (1, 2), **values: str) -> Case:
    return Case(code, how, _here(_put(**values)), nights)


def _broken_quote(row: Row) -> Lines:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow((row | {"First Name": "@"}).values())
    return [out.getvalue().replace(",@,", ',"Robert "Bob" Lee",')]


def _unquoted_comma(row: Row) -> Lines:
    values = list((row | {"Homeroom": "12"}).values())
    at = list(row).index("Homeroom") + 1
    return [[*values[:at], " West", *values[at:]]]


def _barcodes_in_turn(count: int) -> Callable[[Place], dict[int, Edit]]:
    """Each of ``count`` rows at one site takes the next one's card, the last one the first one's."""

    def edits(place: Place) -> dict[int, Edit]:
        ring = [place.index, *(place.beside(number) for number in range(1, count))]
        return {index: _put(Card_Number=place.card(ring[n - count + 1])) for n, index in enumerate(ring)}

    return edits


def _barcode_chain(place: Place) -> dict[int, Edit]:
    first, second, third = place.index, place.beside(1), place.beside(2)
    return {
        first: _put(Card_Number=place.card(second)),
        second: _put(Card_Number=place.card(third)),
        third: _put(Card_Number=place.card(third).replace("21750", "21751")),
    }


def _barcode_of_neighbour(place: Place) -> dict[int, Edit]:
    return {place.index: _put(Card_Number=place.card(place.beside()))}


def _barcode_not_given_up(place: Place) -> dict[int, Edit]:
    second, third = place.beside(1), place.beside(2)
    return {place.index: _put(Card_Number=place.card(second)), second: _put(Card_Number=place.card(third))}


def _transfer_onto_barcode(place: Place) -> dict[int, Edit]:
    target = RIVER if place.rows(place.index)["School Number"] != RIVER else SUMMIT
    values = {"Card_Number": place.card(place.beside(site=target))}
    return {place.index: _put(**values, **({"School_Number": target} if place.night == 2 else {}))}  # noqa: PLR2004


def _address_of_neighbour(place: Place) -> dict[int, Edit]:
    return {place.index: _put(Email=place.rows(place.beside())["Email"])}


def _fields_emptied(place: Place) -> dict[int, Edit]:
    told = "" if place.night == 2 else "Sunny"  # noqa: PLR2004 - the second night
    return {place.index: _put(Goes_By=told, Middle_Name=told, Phone=told and "(555) 555-0100", Homeroom=told)}


STUDENT_CASES: tuple[Case, ...] = (
    # The file
    Case("row_blank", "an empty line after the row", _here(lambda row: [*_values(row), ""])),
    Case("row_too_few_columns", "the row ends after nine columns", _here(lambda row: [list(row.values())[:9]])),
    Case("row_too_many_columns", "a homeroom '12, West' without quotes", _here(_unquoted_comma)),
    Case("row_unreadable", 'a first name "Robert "Bob" Lee": quotes inside quotes', _here(_broken_quote)),
    # Single values
    _set("value_too_long", "a nickname of 41 characters", Goes_By="Maximilian-Alexander-Ferdinand-Konstantin"),
    _set("date_invalid", "born on a 30 February", Birth_Date="02/30/2014"),
    _set("date_invalid", "a card that expires in 'June'", Card_Expires="June"),
    _set("graduation_year_invalid", "a year of two digits", Graduation_Year="27"),
    _set("flag_invalid", "a policy that lies there 'on paper'", Policy="on paper"),
    _set("gender_invalid", "gender X", Gender="X"),
    _set("status_unknown", "an enrolment status nobody has mapped", Enroll_Status="PENDING"),
    # Keys
    _set("district_id_required", "no student number", Student_Number=""),
    _set("district_id_too_long", "a student number of 44 digits", Student_Number="0012" * 11),
    _set("site_required", "no school", School_Number=""),
    _set("site_unknown", "a school that the district does not have", School_Number="0999"),
    _set("site_unknown", "the same, put right on the second night", (1,), School_Number="0999"),
    Case("duplicate_row", "the same row twice", _here(lambda row: _values(row) * 2)),
    Case(
        "duplicate_key",
        "two rows for one student, who sits in two homerooms",
        _here(lambda row: _values(row) + _values(row | {"Homeroom": "99"})),
    ),
    # Expectations of the suite
    _set("expectation_warning", "an address outside the school's domain", Email="dragonrider7@mail.example"),
    _set("expectation_rejected", "a test account", Last_Name="TEST", First_Name="Student", Email=""),
    # Names, cards, access levels
    _set("last_name_required", "a new student without a last name", Last_Name=""),
    _set("last_name_blank", "a known student's last name goes blank", (2,), Last_Name=""),
    _set("barcode_required", "a new student without a card", Card_Number=""),
    _set("barcode_blank", "a known student's card goes blank", (2,), Card_Number=""),
    _set("access_level_defaulted", "no access level", Access=""),
    _set("access_level_unknown", "an access level that no school has", Access="Alumni"),
    # Conflicts
    Case("barcode_taken", "a known student gets the card of another at the same school", _barcode_of_neighbour, (2,)),
    Case(
        "barcode_wanted_twice",
        "two new students with one card, put right on the second night",
        _barcode_of_neighbour,
        (1,),
    ),
    Case("barcode_taken_at_target", "a transfer to a school where the card is in use", _transfer_onto_barcode),
    Case("username_wanted_twice", "two new students with one address", _address_of_neighbour),
    # What looks like a conflict and is none
    Case(None, "two students swap cards", _barcodes_in_turn(2), (2,)),
    Case(None, "three students pass their cards round", _barcodes_in_turn(3), (2,)),
    Case(None, "a chain of three: each gets the next one's card, the last a new one", _barcode_chain, (2,)),
    Case(None, "nickname, middle name, phone and homeroom go blank", _fields_emptied),
    # More conflicts
    Case("username_taken", "a known student gets the address of another", _address_of_neighbour, (2,)),
    Case("claim_waits", "a card whose owner would get another one, which its owner keeps", _barcode_not_given_up, (2,)),
)

STAFF_CASES: tuple[Case, ...] = (
    _set("patron_type_defaulted", "no patron type", Type=""),
    _set("patron_type_created", "a patron type that is new to the district", Type="Volunteer"),
    Case(
        "transfer_between_kinds",
        "a teacher moves to the district office, a media site",
        lambda place: {place.index: _put(Location=MAPLE if place.night == 1 else OFFICE)},
    ),
    _set("status_unknown", "a status nobody has mapped", Status="9"),
    _set("flag_invalid", "a role nobody has mapped", Role="X"),
    _set("gender_invalid", "no gender", Gender=""),
    _set("expectation_warning", "a private address", Email="coach.whitlocke@mail.example"),
    _set("expectation_rejected", "a test account", Last_Name="DUMMY", First_Name="Account", Email=""),
    _set("site_unknown", "a location that the district does not have", Location="0777"),
    Case("duplicate_row", "the same row twice", _here(lambda row: _values(row) * 2)),
    Case(None, "two colleagues swap cards", _barcodes_in_turn(2), (2,)),
)

EXCEPTIONS: dict[str, tuple[str, ...]] = {
    code: tuple(case.how for case in (*STUDENT_CASES, *STAFF_CASES) if case.code == code)
    for code in sorted({case.code for case in (*STUDENT_CASES, *STAFF_CASES) if case.code})
}
"""Every message that the sample district makes, and by which rows."""

_BY_BARCODE = "only jobs that match by barcode and site write it; both sample jobs match by District ID"
_BY_ABSENCE = "the sample jobs do not inactivate patrons who are missing"
_BY_HAND = "staff edit patrons between two nights; two files cannot"
_BY_RULE = "the sample properties files have no rules"
_NO_TWIN = "nobody in the sample district is stored twice, or was entered by hand"
_BY_DECISION = "a person decides it between two nights; two files cannot"
_NOT_CHOSEN = "the sample jobs leave option unknown_status as it is"
IMPOSSIBLE: dict[str, str] = {
    "match_criteria_missing": _BY_BARCODE,
    "barcode_criteria_missing": _BY_BARCODE,
    "site_criteria_missing": _BY_BARCODE,
    "barcode_too_long": _BY_BARCODE,
    "district_id_taken": _BY_BARCODE,
    "district_id_taken_twin": _BY_BARCODE,
    "district_id_wanted_twice": _BY_BARCODE,
    "row_skipped_by_rule": _BY_RULE,
    "deletion_elsewhere": _BY_RULE,
    "deletion_no_match": _BY_RULE,
    "deletion_refused": _BY_RULE,
    "deleted_with_outstanding": _BY_RULE,
    "association_ended": _BY_RULE,
    "row_footer": "the sample files end with their last row",
    "primary_site_chosen": _BY_RULE,
    "association_between_kinds": _BY_RULE,
    "association_waits": _BY_RULE,
    "other_site_unknown": "the sample files have no column of further sites",
    "other_site_between_kinds": "the sample files have no column of further sites",
    "status_defaulted": _NOT_CHOSEN,
    "status_rejected": _NOT_CHOSEN,
    "barcode_autoassign_refused": _BY_BARCODE,
    "identity_change_proposed": "nobody in the sample district gets a new District ID",
    "district_id_recycled": "nobody in the sample district gets the District ID of another",
    "identity_decided": _BY_DECISION,
    "identity_refused": _BY_DECISION,
    "conflict_left": _BY_DECISION,
    "reactivated": _BY_ABSENCE,
    "barcode_taken_twin": _NO_TWIN,
    "barcode_taken_same_person": _NO_TWIN,
    "barcode_taken_at_target_twin": _NO_TWIN,
    "username_taken_twin": _NO_TWIN,
    "username_taken_same_person": _NO_TWIN,
    "barcode_taken_other_range": "the cards of students and of staff begin with different digits",
    "patron_named_twice": _BY_BARCODE,
    "staff_edit_overwritten": _BY_HAND,
    "staff_edit_kept": _BY_HAND,
    "changed_by_both": _BY_HAND,
    "missing_inactivated": _BY_ABSENCE,
    "missing_waiting": _BY_ABSENCE,
    "absence_not_counted": _BY_ABSENCE,
    "expectation_file_warning": "the sample suites stop the run when the file as a whole is wrong",
}
"""The messages that it cannot make, and why."""
