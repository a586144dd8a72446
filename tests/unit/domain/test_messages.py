"""The catalogue of messages: every code tells severity, headline, cause and remedy, and fills in what the row held."""

from __future__ import annotations

import re

import pytest

from patron_update.domain.messages import CATALOGUE, SHOWN_LENGTH, Message, Severity, shown

ENTRIES = [pytest.param(entry, id=entry.code) for entry in CATALOGUE.values()]


def test_a_message_tells_headline_cause_and_remedy_with_the_fields_label_and_the_value():
    message = Message(code="flag_invalid", line=7, field="isTeacher", value="maybe")

    assert message.severity is Severity.WARNING
    assert message.label == "Is Teacher invalid; not changed"
    assert message.cause == "'maybe' is none of True, False, T, F, Y, N, 1, 0."
    assert message.remedy == "Map the column to True or False."


def test_a_field_that_is_none_of_ours_is_named_as_it_came():
    assert Message(code="value_too_long", field="shoeSize", detail="2").label == "shoeSize too long; shortened to fit"


def test_a_message_without_its_value_still_reads():
    assert Message(code="site_unknown").label == "Site short name '' does not exist"


def test_a_value_that_looks_like_a_placeholder_is_shown_as_it_came():
    assert "'{detail}'" in Message(code="flag_invalid", field="isTeacher", value="{detail}", detail="no").cause


def test_a_long_value_is_cut_in_every_text_of_a_message():
    message = Message(code="site_unknown", value="x" * 500)

    assert "x" * (SHOWN_LENGTH - 1) + "…" in message.label
    assert "x" * SHOWN_LENGTH not in message.label


@pytest.mark.parametrize("length", [0, 1, SHOWN_LENGTH])
def test_a_value_that_fits_is_shown_whole(length):
    assert shown("x" * length) == "x" * length


def test_a_value_one_longer_than_fits_ends_in_an_ellipsis_at_the_same_length():
    cut = shown("x" * (SHOWN_LENGTH + 1))

    assert cut is not None
    assert (len(cut), cut[-1]) == (SHOWN_LENGTH, "…")


def test_a_missing_value_stays_missing():
    assert shown(None) is None


def test_a_code_that_is_not_in_the_catalogue_is_no_message():
    with pytest.raises(KeyError):
        _ = Message(code="no_such_code").label


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_code_is_stable_plain_and_says_what_to_do(entry):
    assert re.fullmatch(r"[a-z][a-z_]*", entry.code)
    assert entry.label
    assert not entry.label.endswith(".")
    assert entry.cause.endswith(".")
    assert entry.remedy.endswith(".")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_placeholder_of_a_text_is_one_that_messages_fill(entry):
    for text in (entry.label, entry.cause, entry.remedy):
        assert set(re.findall(r"\{[^}]*\}?", text)) <= {"{field}", "{site}", "{value}", "{detail}"}


def test_no_code_stands_twice_in_the_catalogue():
    from patron_update.domain import messages

    assert len(messages._ENTRIES) == len(CATALOGUE)
