"""Barcodes, user names and District IDs that cannot all be true at the end: what is held, and what succeeds."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roster_words import BY_BARCODE, BY_ID, codes, messages, outcomes, patron, plan, row

from patron_update.domain.conflicts import claims_of
from patron_update.domain.roster import Action

A = patron(1, ("ELM", "a"), username="ann")
B = patron(2, ("ELM", "b"), username="bob")
C = patron(3, ("ELM", "c"), username="cy")

BARCODES = [
    ("a swap", {1: "b", 2: "a"}, {1: "updated", 2: "updated"}),
    ("a chain to a free barcode", {1: "b", 2: "c", 3: "d"}, {1: "updated", 2: "updated", 3: "updated"}),
    ("a cycle of three", {1: "b", 2: "c", 3: "a"}, {1: "updated", 2: "updated", 3: "updated"}),
    ("a chain that ends at somebody who stays", {1: "b", 2: "c", 3: "c"}, {1: "held", 2: "held", 3: "unchanged"}),
    ("a chain that ends at somebody not in the file", {1: "b", 2: "c"}, {1: "held", 2: "held"}),
    ("two who want one free barcode", {1: "z", 2: "z", 3: "c"}, {1: "held", 2: "held", 3: "unchanged"}),
    ("one who waits for a held one", {1: "z", 2: "z", 3: "a"}, {1: "held", 2: "held", 3: "held"}),
    ("a tie that a blocked row leaves", {1: "b", 4: "a"}, {1: "held", 4: "held"}),
    (
        "a swap and one more who wants",
        {1: "b", 2: "a", 3: "c", 4: "a"},
        {1: "held", 2: "held", 3: "unchanged", 4: "held"},
    ),
    ("a new patron who gets a barcode given up", {1: "z", 4: "a"}, {1: "updated", 4: "added"}),
    ("a new patron who wants a barcode that stays", {4: "a"}, {4: "held"}),
]


@pytest.mark.parametrize(("wishes", "expected"), [case[1:] for case in BARCODES], ids=[case[0] for case in BARCODES])
def test_barcodes(wishes, expected):
    rows = [
        row(number, district_id=str(number), barcode=barcode, last_name="Name") for number, barcode in wishes.items()
    ]

    assert outcomes(plan([A, B, C], rows, BY_ID)) == expected


def test_a_row_that_is_held_for_another_reason_leaves_the_barcode_to_the_next_one():
    rows = [
        row(2, district_id="1", barcode="z", username="cy"),
        row(3, district_id="2", barcode="z"),
    ]

    assert outcomes(plan([A, B, C], rows, BY_ID)) == {2: "held", 3: "updated"}


def test_the_message_names_the_patron_who_has_the_barcode_by_key():
    change_set = plan([A, B], [row(2, district_id="1", barcode="b")], BY_ID)

    assert messages(change_set) == [("barcode_taken", "ELM", "b", "the patron with District ID 2, barcode b at ELM")]


def test_the_message_names_the_line_that_wants_the_same_barcode():
    rows = [row(2, district_id="1", barcode="z"), row(3, district_id="2", barcode="z")]

    assert messages(plan([A, B], rows, BY_ID)) == [
        ("barcode_wanted_twice", "ELM", "z", "line 3 of the file (with District ID 2, barcode z at ELM)"),
        ("barcode_wanted_twice", "ELM", "z", "line 2 of the file (with District ID 1, barcode z at ELM)"),
    ]


def test_a_transfer_is_held_when_the_barcode_is_taken_at_the_target_site():
    twin = patron(4, ("OAK", "a"), district_id="")

    change_set = plan([A, twin], [row(2, district_id="1", site_short_name="OAK")], BY_ID)

    assert messages(change_set) == [
        ("barcode_taken_at_target", "OAK", "a", "the patron without District ID, barcode a at OAK")
    ]


def test_a_new_card_must_be_free_at_every_site_of_the_patron():
    visitor, other = patron(5, ("ELM", "v"), ("OAK", "v")), patron(6, ("OAK", "w"))

    change_set = plan([visitor, other], [row(2, district_id="5", barcode="w")], BY_ID)

    assert messages(change_set) == [("barcode_taken", "OAK", "w", "the patron with District ID 6, barcode w at OAK")]


def test_user_names_may_be_swapped_but_not_shared():
    swap = [row(2, district_id="1", username="bob"), row(3, district_id="2", username="ann")]

    assert outcomes(plan([A, B], swap, BY_ID)) == {2: "updated", 3: "updated"}
    assert messages(plan([A, B], swap[:1], BY_ID)) == [
        ("username_taken", "ELM", "bob", "the patron with District ID 2, barcode b at ELM")
    ]


def test_matching_by_barcode_a_district_id_of_somebody_else_is_not_taken_away():
    change_set = plan([A, B], [row(2, barcode="a", district_id="2")], BY_BARCODE)

    assert messages(change_set) == [
        ("district_id_taken", "ELM", "2", "the patron with District ID 2, barcode b at ELM")
    ]


def test_a_patron_claims_a_barcode_at_each_site_and_its_names_in_the_district():
    assert {tuple(claim) for claim in claims_of(patron(1, ("ELM", "a"), ("OAK", "a"), username="ann"))} == {
        ("barcode", "ELM", "a"),
        ("barcode", "OAK", "a"),
        ("username", "", "ann"),
        ("districtID", "", "1"),
    }


def test_a_swap_with_one_more_claimant_tells_the_two_who_want_one_barcode_and_the_third_waits():
    rows = [row(number, district_id=str(number), barcode=barcode, last_name="Name") for number, barcode in WISHES]

    told = [(message.line, message.code, message.detail) for message in plan([A, B], rows, BY_ID).messages]

    assert told == [
        (1, "claim_waits", "the patron with District ID 2, barcode b at ELM (line 2 of the file)"),
        (2, "barcode_wanted_twice", "line 4 of the file (with District ID 4, barcode a at ELM)"),
        (4, "barcode_wanted_twice", "line 2 of the file (with District ID 2, barcode a at ELM)"),
    ]


WISHES = [(1, "b"), (2, "a"), (4, "a")]


def test_a_user_name_swap_with_one_more_claimant_tells_the_two_who_want_one_name():
    names = {"1": "bob", "2": "ann", "3": "ann"}
    rows = [row(line, district_id=key, username=name) for line, (key, name) in enumerate(names.items(), start=2)]

    assert codes(plan([A, B, C], rows, BY_ID)) == ["claim_waits", "username_wanted_twice", "username_wanted_twice"]


WISH = st.fixed_dictionaries(
    {"barcode": st.sampled_from("abcz"), "username": st.sampled_from(["ann", "bob", "cy", ""])},
    optional={"site_short_name": st.sampled_from(["ELM", "OAK"])},
)
BESIDE = st.tuples(st.sampled_from("123"), st.sampled_from("abcz"))
BOTH = [
    patron(number, ("ELM", code), ("OAK", code), username=name)
    for number, code, name in zip((1, 2, 3), "abc", ("ann", "bob", "cy"), strict=True)
]


@settings(deadline=None, max_examples=300)
@given(wishes=st.dictionaries(st.sampled_from("12345"), WISH, min_size=2), beside=st.lists(BESIDE, max_size=2))
def test_who_follows_the_lines_that_held_rows_wait_for_comes_to_a_row_that_says_why(wishes, beside):
    rows = [row(int(key), district_id=key, last_name="Name", **wish) for key, wish in wishes.items()]
    rows += [
        replace(row(line, district_id=key, site_short_name="OAK", barcode=code), action=Action.ASSOCIATE)
        for line, (key, code) in enumerate(beside, start=10)
    ]
    waits, settled = {}, set()
    for message in plan(BOTH, rows, BY_ID).messages:
        if message.code in {"claim_waits", "association_waits", "deletion_waits"}:
            waits.setdefault(message.line, set()).add(int(re.findall(r"line (\d+) of the file", message.detail)[0]))
        else:
            settled.add(message.line)

    for _ in rows:
        settled |= {line for line, others in waits.items() if others & settled}

    assert waits.keys() <= settled
