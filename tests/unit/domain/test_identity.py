"""What speaks for and against two patrons being one person."""

from __future__ import annotations

import pytest
from roster_words import patron

from patron_update.domain.identity import OTHER_PERSON, SAME_PERSON, evidence, plain

ANN = {"last_name": "Nuñez", "first_name": "Ann", "birthdate": "02/03/2012"}
MAIL = {"email_primary": "A@example.org"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("José", "JOSE"), ("O'Hara", "ohara"), ("van der Berg", "Vanderberg"), ("Ångström", "angstrom"), ("Łuk", "luk")],
)
def test_names_are_compared_without_case_accents_punctuation_and_blanks(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(("one", "other"), [("Ng", "Nga"), ("Li 2", "Li"), ("Ольга", "Олег")])
def test_other_names_stay_other_names(one, other):
    assert plain(one) != plain(other)


SCORES = [
    ("the same name and birth date", {**ANN}, {**ANN}, 100),
    ("the same name alone", {"last_name": "Ng", "first_name": "Ann"}, {"last_name": "Ng", "first_name": "Ann"}, 50),
    ("the same last name alone", {"last_name": "Ng"}, {"last_name": "Ng"}, 0),
    ("another first name", {**ANN}, {**ANN, "first_name": "Bo"}, 0),
    ("another birth date", {**ANN}, {**ANN, "birthdate": "02/04/2012"}, -50),
    ("another name and birth date", {**ANN}, {"last_name": "Ng", "birthdate": "1/1/2001"}, -150),
    ("the same user name alone", {"username": "ann"}, {"username": "ann"}, 100),
    ("siblings with one e-mail", {**ANN, **MAIL}, {**ANN, **MAIL, "first_name": "Bo", "birthdate": "01/01/2010"}, -50),
    ("nothing known", {}, {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "score"), [case[1:] for case in SCORES], ids=[case[0] for case in SCORES])
def test_scores(one, other, score):
    found = evidence(
        patron(1, ("ELM", "a"), **{"last_name": "", **one}), patron(2, ("ELM", "b"), **{"last_name": "", **other})
    )

    assert found.score == score


def test_a_barcode_counts_at_one_site_only():
    here, there = patron(2, ("ELM", "a"), last_name=""), patron(3, ("OAK", "a"), last_name="")
    one = patron(1, ("ELM", "a"), last_name="")

    assert evidence(one, here).score == SAME_PERSON
    assert evidence(one, there).score == 0


def test_one_person_and_another_are_far_apart():
    assert OTHER_PERSON < 0 < SAME_PERSON
