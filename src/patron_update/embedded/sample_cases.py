"""What goes wrong in the sample district: each case sits at a place of its own and says which message it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patron_update.embedded.sample_deeds import (
    edited,
    entered_by_hand,
    lent,
    nothing,
    renumbered,
    ruled,
    volunteer_entered,
    volunteer_entered_twice,
)
from patron_update.embedded.sample_edits import (
    absent,
    address_of_neighbour,
    again,
    as_is,
    barcode_chain,
    barcode_not_given_up,
    barcode_of_neighbour,
    barcodes_in_turn,
    broken_quote,
    fields_emptied,
    first_night,
    gone_elsewhere,
    here,
    left_one_of_two,
    main_school_left,
    put,
    stored_twice,
    teacher_of,
    transfer_onto_barcode,
    twice,
    twin_transferred,
    unquoted_comma,
)
from patron_update.embedded.sample_rows import MAPLE, OFFICE, RIVER, SUMMIT, student

if TYPE_CHECKING:
    from collections.abc import Callable

    from patron_update.embedded.sample_deeds import Deeds
    from patron_update.embedded.sample_edits import Edit, Place

MAPLE_CARDS = tuple(student(0, index)["Card Number"] for index in (14, 28))
"""Cards of students at Maple whom nothing disturbs. School and card follow from the index, whatever the seed."""
PHONE = "(555) 555-0199"
STUDENT_NUMBER = student(0, 21)["Student Number"]
"""Of a student whom nothing disturbs."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is wrong, or hard. ``code`` is the message it makes, None when it must go well.

    ``library`` is what the library's own people do about it between the nights.
    """

    code: str | None
    how: str
    edits: Callable[[Place], dict[int, Edit]]
    nights: tuple[int, ...] = (1, 2)
    library: Deeds = nothing


def _set(code: str | None, how: str, nights: tuple[int, ...] = (1, 2), library: Deeds = nothing, **values: str) -> Case:
    return Case(code, how, here(put(**values)), nights, library)


STUDENT_CASES: tuple[Case, ...] = (
    # The file
    Case("row_blank", "an empty line after the row", here(lambda row: [*as_is(row), ""])),
    Case("row_too_few_columns", "the row ends after nine columns", here(lambda row: [list(row.values())[:9]])),
    Case("row_too_many_columns", "a homeroom '12, West' without quotes", here(unquoted_comma)),
    Case("row_unreadable", 'a first name "Robert "Bob" Lee": quotes inside quotes', here(broken_quote)),
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
    Case("duplicate_row", "the same row twice", here(lambda row: as_is(row) * 2)),
    Case(
        "duplicate_key",
        "two rows for one student, who sits in two homerooms",
        here(lambda row: as_is(row) + as_is(row | {"Homeroom": "99"})),
    ),
    # Expectations of the suite
    _set("expectation_warning", "an address outside the school's domain", Email="dragonrider7@mail.example"),
    _set("expectation_rejected", "a number that the front office made up", Student_Number="TEMP-17"),
    # Names, cards, access levels
    _set("last_name_required", "a new student without a last name", Last_Name=""),
    _set("last_name_blank", "a known student's last name goes blank", (2,), Last_Name=""),
    _set("barcode_required", "a new student without a card", Card_Number=""),
    _set("barcode_blank", "a known student's card goes blank", (2,), Card_Number=""),
    _set("access_level_defaulted", "no access level", Access=""),
    _set("access_level_unknown", "an access level that no school has", Access="Alumni"),
    # Conflicts
    Case("barcode_taken", "a known student gets the card of another at the same school", barcode_of_neighbour, (2,)),
    Case(
        "barcode_wanted_twice",
        "two new students with one card, put right on the second night",
        barcode_of_neighbour,
        (1,),
    ),
    Case("barcode_taken_at_target", "a transfer to a school where the card is in use", transfer_onto_barcode),
    Case("username_wanted_twice", "two new students with one address", address_of_neighbour),
    Case("username_taken", "a known student gets the address of another", address_of_neighbour, (2,)),
    Case("claim_waits", "a card whose owner would get another one, which its owner keeps", barcode_not_given_up, (2,)),
    # What looks like a conflict and is none
    Case(None, "two students swap cards", barcodes_in_turn(2), (2,)),
    Case(None, "three students pass their cards round", barcodes_in_turn(3), (2,)),
    Case(None, "a chain of three: each gets the next one's card, the last a new one", barcode_chain, (2,)),
    Case(None, "nickname, middle name, phone and homeroom go blank", fields_emptied),
    # Rules of the properties file
    _set("row_skipped_by_rule", "a test account", Last_Name="Test", First_Name="Student", Email=""),
    _set("deletion_no_match", "somebody has left whom the library never had", Enroll_Status="LEFT"),
    Case("deletion_elsewhere", "a student leaves a school to which no row ever moved them", here(gone_elsewhere), (2,)),
    Case("association_ended", "a student of two schools leaves the first", left_one_of_two),
    # Further sites
    _set("other_site_unknown", "lessons at a school that the district does not have", Also_At="0999"),
    _set("other_site_between_kinds", "lessons at the district office, a media site", Also_At=OFFICE),
    # Absence and return
    _set("reactivated", "a student who was withdrawn is back on the second night", (1,), Enroll_Status="WD"),
    # Identity
    _set("identity_change_proposed", "a known student comes under a new number", (2,), Student_Number="0098017"),
    _set(
        "district_id_recycled",
        "a known number comes with somebody else",
        (2,),
        First_Name="Marguerite",
        Last_Name="Oyelaran-Stoke",
        Birth_Date="11/30/2009",
    ),
    Case("barcode_taken_same_person", "a second number, the same card", here(twice("Card Number")), (2,)),
    Case("username_taken_same_person", "a second number, the same address", here(twice("Email")), (2,)),
    Case("barcode_taken_twin", "stored under two numbers, then one card", stored_twice("Card Number")),
    Case("username_taken_twin", "stored under two numbers, then one address", stored_twice("Email")),
    Case("barcode_taken_at_target_twin", "stored at two schools with one card, then at one school", twin_transferred),
    # What the library's own people did between the nights
    _set("deletion_refused", "a student leaves with a book at home", (2,), lent, Enroll_Status="LEFT"),
    _set("staff_edit_overwritten", "another homeroom by staff", (2,), edited(homeroom="Library"), Phone=PHONE),
    _set("staff_edit_kept", "another nickname by staff, who own it", (1, 2), edited(nickname="Kit"), Goes_By="Chris"),
    _set(
        "changed_by_both", "another homeroom by staff, a third one by the SIS", (2,), edited(homeroom="4"), Homeroom="5"
    ),
    Case(
        "barcode_taken_same_person",
        "entered by hand, now in the file; adopted after the second night",
        first_night(absent),
        library=entered_by_hand,
    ),
    _set(
        "identity_decided",
        "a known student under a new number; decided after the second night",
        (2,),
        ruled("identity_change_proposed", "same", "0098018"),
        Student_Number="0098018",
    ),
    _set(
        "identity_decided",
        "a known student under a new number, which the registrar's list of changes told",
        (2,),
        renumbered("0098019"),
        Student_Number="0098019",
        Card_Number="21751000098019",
    ),
    Case(
        "identity_refused",
        "a student whom the list of changes gives a new number, sent under both",
        here(lambda row: as_is(row) + as_is(again(row, **{"Student Number": "0098020"}))),
        (2,),
        renumbered("0098020"),
    ),
    Case(
        "conflict_left",
        "a known student gets the card of another, and it is decided to leave it",
        barcode_of_neighbour,
        (2,),
        ruled("barcode_taken", "leave"),
    ),
)

STAFF_CASES: tuple[Case, ...] = (
    _set("patron_type_defaulted", "no patron type", Type=""),
    _set("patron_type_created", "a patron type that is new to the district", Type="Volunteer"),
    Case(
        "transfer_between_kinds",
        "a teacher moves to the district office, a media site",
        lambda place: {place.index: put(Location=MAPLE if place.night == 1 else OFFICE)},
    ),
    _set("status_rejected", "a status nobody has mapped", Status="9"),
    _set("flag_invalid", "a role nobody has mapped", Role="X"),
    _set("gender_invalid", "no gender", Gender=""),
    _set("expectation_warning", "a private address", Email="coach.whitlocke@mail.example"),
    _set("row_skipped_by_rule", "a test account", Last_Name="DUMMY", First_Name="Account", Email=""),
    _set("expectation_rejected", "a number that the front office made up", Staff_ID="TEMP-4"),
    _set("site_unknown", "a location that the district does not have", Location="0777"),
    Case("duplicate_row", "the same row twice", here(lambda row: as_is(row) * 2)),
    Case(None, "two colleagues swap cards", barcodes_in_turn(2), (2,)),
    # Cards
    _set("barcode_taken_other_range", "the card of a student", Location=MAPLE, Card_Number=MAPLE_CARDS[0]),
    _set("barcode_assigned", "no card, and the last label of the school", Location=RIVER, Card_Number=""),
    _set("barcode_range_exhausted", "no card, and no label left", Location=RIVER, Card_Number=""),
    _set("barcode_range_missing", "no card, and a school without labels of its own", Location=SUMMIT, Card_Number=""),
    # Several schools, a row for each
    Case(None, "a teacher of two schools", here(teacher_of(MAPLE, RIVER))),
    Case(None, "a teacher gets a second school on the second night", here(teacher_of(SUMMIT, RIVER)), (2,)),
    Case(
        "association_waits",
        "a teacher of two schools, the main row with the card of a student",
        here(teacher_of(MAPLE, SUMMIT, Card_Number=MAPLE_CARDS[1])),
    ),
    Case(
        "association_between_kinds",
        "a teacher who works in the district office, too",
        here(teacher_of(RIVER, OFFICE)),
    ),
    Case(
        "primary_site_chosen",
        "a teacher of two schools, neither the main one",
        here(teacher_of(RIVER, MAPLE, main="N")),
    ),
    Case(
        "patron_named_twice",
        "a teacher with two rows for one school, another card in each",
        here(teacher_of(SUMMIT, SUMMIT, second_card="31751")),
    ),
    Case("association_ended", "a teacher of two schools leaves the main one", main_school_left),
)

SUBSTITUTE_CASES: tuple[Case, ...] = (
    # Keys; put right on the second night, so that it is known then who is missing
    _set("match_criteria_missing", "neither card nor site", (1,), Card="", Site=""),
    _set("barcode_criteria_missing", "no card", (1,), Card=""),
    _set("site_criteria_missing", "no site", (1,), Site=""),
    _set("site_unmapped", "a site that takes no substitutes", (1,), Site="ANNEX"),
    _set("barcode_too_long", "a card number of 15 digits", (1,), Card="517500000009999"),
    _set("barcode_autoassign_refused", "the word autoassign in place of a card number", Card="autoassign"),
    # Values
    _set("status_defaulted", "a status that is none, and anybody is active", Status="on call"),
    _set("resource_group_defaulted", "no resource group", Group=""),
    _set("password_without_username", "a PIN and no user name", User_Name=""),
    # Numbers
    _set("district_id_taken", "the number of a student", ID=STUDENT_NUMBER),
    Case(
        "district_id_wanted_twice",
        "two cards, one number",
        here(lambda row: as_is(row) + as_is(row | {"Card": row["Card"].replace("51750", "51758"), "User Name": ""})),
    ),
    Case("district_id_required", "a new volunteer without a number", here(put(ID=""))),
    # What the library's own people did between the nights
    Case(
        "district_id_missing",
        "a volunteer without a number, whom staff have entered all the same",
        here(put(ID="")),
        library=volunteer_entered,
    ),
    Case(
        "district_id_taken_twin",
        "entered by hand at two sites: once without the number, once under it",
        first_night(absent),
        library=volunteer_entered_twice,
    ),
    _set("deleted_with_outstanding", "a volunteer is gone with a book at home", (2,), lent, Status="GONE"),
)

_OF_THE_FILE = {
    "row_footer": ("the file of staff ends with the number of its rows",),
    "expectation_file_warning": ("the suite wants every student to have an address of their own",),
    "absence_not_counted": ("some students' rows have no readable key, so that nobody is known to be missing",),
    "missing_waiting": ("staff who have left their file are missing in one Full update, and the job asks for two",),
    "site_waits": ("every birth date of one school is lost in one night, so that this school waits",),
    "missing_inactivated": ("volunteers who have left their file are inactivated by the first Full update",),
}
CASES = (*STUDENT_CASES, *STAFF_CASES, *SUBSTITUTE_CASES)
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    code: tuple(case.how for case in CASES if case.code == code)
    for code in sorted({case.code for case in CASES if case.code})
} | _OF_THE_FILE
"""Every message of the catalogue, and what in the sample district makes it."""
