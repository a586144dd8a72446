"""What is kept of a file: figures and shapes, no value of a patron."""

from __future__ import annotations

import json

import pytest

from patron_update.domain.file_profile import ColumnProfile, FileProfile, shape_of, shown


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("0012001", "9{7}"),
        ("P 12001", "A 9{5}"),
        ("Þorvaldsdóttir", "Aa"),
        ("O'Brien-Smith", "A'Aa-Aa"),
        ("amara501@springfield.example", "a9{3}@a.a"),
        ("11/12/2021", "9{2}/9{2}/9{4}"),
        ("", ""),
    ],
)
def test_a_shape_tells_kinds_of_characters_and_numbers_of_digits(value, shape):
    assert shape_of(value) == shape


def test_a_shape_is_shown_as_people_write_it():
    assert shown("A 9{5}") == "A 99999"


def test_columns_are_as_alike_as_the_share_of_cells_that_could_be_eithers():
    ids = ColumnProfile(filled=1, digits=1, zeros=0, shapes={"9{7}": 0.9, "A9{6}": 0.1})
    names = ColumnProfile(filled=1, digits=0, zeros=0, shapes={"Aa": 1.0})
    blank = ColumnProfile(filled=0, digits=0, zeros=0, shapes={})

    assert ids.likeness(ids) == pytest.approx(1)
    assert ids.likeness(names) == 0
    assert blank.likeness(blank) == 1
    assert blank.likeness(names) == 0


def test_a_profile_comes_back_from_json_as_it_was():
    column = ColumnProfile(filled=1, digits=1, zeros=0.5, shapes={"9{7}": 1.0})
    profile = FileProfile(size=7, header=("id",), columns=(column,), rows=3, sites={"OAK": 3}, year_shown=2026)

    stored = json.loads(json.dumps(profile.as_dict()))

    assert FileProfile.of(stored) == profile
    assert FileProfile.of({**stored, "of_a_later_version": 1}) == profile
