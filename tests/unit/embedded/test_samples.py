"""The sample district: reproducible, complete, and as odd as it is meant to be."""

from __future__ import annotations

import csv
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from patron_update.domain.messages import CATALOGUE, RARE
from patron_update.embedded import samples
from patron_update.embedded.sample_cases import CASES, EXCEPTIONS
from patron_update.embedded.sample_edits import Place
from patron_update.embedded.sample_people import folded
from patron_update.embedded.sample_rows import STAFF_COLUMNS, STUDENT_COLUMNS, staff, student, substitute

SAMPLES = Path(__file__).parents[3] / "include" / "samples"
STUDENTS, STAFF, SUBSTITUTES = "Student Patrons.csv", "Staff Patrons.csv", "Substitutes and Volunteers.csv"


def read(night: int, name: str) -> list[dict[str, str]]:
    encoding = "windows-1252" if name == STAFF else "utf-8"
    text = (SAMPLES / f"night{night}" / name).read_bytes().decode(encoding)
    return list(csv.DictReader(text.splitlines(), restkey="?", restval="?"))[: -1 if name == STAFF else None]


def by_key(night: int, name: str = STUDENTS) -> dict[str, dict[str, str]]:
    key = "Student Number" if name == STUDENTS else "Staff ID"
    return {row[key]: row for row in read(night, name)}


def test_the_committed_files_are_made_again_byte_for_byte(tmp_path):
    samples.generate(tmp_path)

    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 2 * 3 + 1
    for path in made:
        assert (tmp_path / path).read_bytes() == (SAMPLES / path).read_bytes(), path


def test_another_seed_makes_other_people(tmp_path):
    samples.generate(tmp_path, seed=1)

    assert (tmp_path / "night1" / STUDENTS).read_bytes() != (SAMPLES / "night1" / STUDENTS).read_bytes()


def test_something_in_the_district_makes_every_message_of_the_catalogue():
    assert set(EXCEPTIONS) == set(CATALOGUE) - RARE
    assert all(EXCEPTIONS.values())


@pytest.mark.parametrize("file", samples.FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("seed", [1, 2, 3, samples.SEED])
def test_no_case_disturbs_another_one(file, seed):
    for night in (1, 2):
        touched = Counter()
        for number, case in enumerate(file.cases, start=1):
            place = Place(number * file.spacing, night, file.spacing, lambda index: file.row(seed, index))
            touched.update(list(case.edits(place)) if night in case.nights else [])

        assert max(touched.values()) == 1


def test_a_district_too_small_for_all_cases_is_refused(tmp_path):
    with pytest.raises(ValueError, match="needs at least"):
        samples.generate(tmp_path, students=100)


def test_the_files_have_the_bytes_that_their_properties_files_promise():
    for night in (1, 2):
        students = (SAMPLES / f"night{night}" / STUDENTS).read_bytes()
        personnel = (SAMPLES / f"night{night}" / STAFF).read_bytes()
        assert students.startswith(",".join(STUDENT_COLUMNS).encode() + b"\r\n")
        assert students.count(b"\n") == students.count(b"\r\n")
        assert personnel.startswith(",".join(STAFF_COLUMNS).encode() + b"\n")
        assert b"\r" not in personnel
        with pytest.raises(UnicodeDecodeError):
            personnel.decode()
        assert personnel.decode("windows-1252") != personnel.decode("latin-1"), (
            "a typographic apostrophe tells them apart"
        )


def test_names_zips_and_numbers_are_as_awkward_as_real_ones():
    rows = read(1, STUDENTS)

    assert any(row["Last Name"] == "Marlowe, Jr." for row in rows)
    assert any(row["Homeroom"].endswith(", West") for row in rows)
    assert {"Zoë", "Ngọc", "Łucja"} <= {row["First Name"] for row in rows}
    assert {"O'Brannock", "Nuñez-Łukasz", "d'Angelico"} <= {row["Last Name"] for row in rows}
    assert sum(row["Student Number"].startswith("00") for row in rows) > 1400
    assert {row["Zip"] for row in rows if len(row["Zip"]) == 5} == {"02134", "02135", "01008"}
    assert max(len(row["Card Number"]) for row in rows) == 14


@pytest.mark.parametrize("night", [1, 2])
def test_addresses_are_ascii_and_unique_but_for_those_that_are_taken(night):
    seen = Counter()
    for name in (STUDENTS, STAFF):
        keys = {}
        for row in read(night, name):
            if "@" in (row["Email"] or ""):
                keys.setdefault(row["Email"], set()).add(next(iter(row.values())))
        seen.update({email.split("@")[0].lower(): len(owners) for email, owners in keys.items()})

    assert [count for count in seen.values() if count > 1] == [2] * (1 if night == 1 else 4)
    assert all(name.isascii() and len(name) <= 50 for name in seen)


def test_diacritics_are_folded_to_letters_that_an_address_can_hold():
    assert [folded(name) for name in ("Nuñez-Łukasz", "Þorvaldsdóttir", "d'Angelico", "Nguyễnh", "Bjørn")] == [
        "nunezlukasz",
        "thorvaldsdottir",
        "dangelico",
        "nguyenh",
        "bjorn",
    ]


def test_cards_are_unique_per_site_on_night_one_but_for_the_pair_that_is_put_right():
    cards = Counter((row["School Number"], row["Card Number"]) for row in by_key(1).values() if row["Card Number"])

    repeated = [card for card, count in cards.items() if count > 1 and card[1] not in ("?", None)]
    assert len(repeated) == 1
    after = Counter((row["School Number"], row["Card Number"]) for row in by_key(2).values())
    assert after[repeated[0]] == 1


def test_the_second_night_brings_newcomers_leavers_transfers_and_few_changes():
    before, after = by_key(1), by_key(2)
    both = [key for key in before if key in after]
    changed = [key for key in both if before[key] != after[key]]

    assert len(after.keys() - before.keys()) == 15 + 6 + 1, "six come under a new number, one was entered by hand"
    assert len(before.keys() - after.keys()) == 8 + 3, "three no longer under the old one"
    assert 5 < sum(before[key]["School Number"] != after[key]["School Number"] for key in both) < 15
    assert sum(after[key]["Enroll Status"] == "WD" for key in both) == 8
    assert sum(after[key]["Enroll Status"] == "LEFT" for key in both) == 11
    assert 0 < len(changed) < len(before) * 0.1
    people_before, people_after = by_key(1, STAFF), by_key(2, STAFF)
    assert len(people_after.keys() - people_before.keys()) == 1
    assert len(people_before.keys() - people_after.keys()) == 3


def test_the_second_night_swaps_rotates_and_chains_cards():
    before, after = by_key(1), by_key(2)
    owner = {row["Card Number"]: key for key, row in before.items() if row["Card Number"]}
    moves = {
        key: owner.get(row["Card Number"])
        for key, row in after.items()
        if key in before and row["Card Number"] != before[key]["Card Number"] and row["Card Number"]
    }

    def ring(key: str) -> int:
        start, length = key, 0
        while (key := moves.get(key)) and length < 5:
            length += 1
            if key == start:
                return length
        return 0

    assert Counter(map(ring, moves)) >= Counter({2: 2, 3: 3})
    chain = [key for key, previous in moves.items() if previous is None]
    assert any(moves.get(second) == last for last in chain for first, second in moves.items() if second in moves)


def test_a_row_needs_no_other_row():
    before = by_key(1)
    assert before["0012008"] == student(samples.SEED, 7)
    assert by_key(1, STAFF)["00503"] == staff(samples.SEED, 2)
    assert read(1, SUBSTITUTES)[2] == substitute(samples.SEED, 2)


def test_a_large_district_is_written_as_a_stream(tmp_path):
    samples.generate(tmp_path / "warm-up")
    tracemalloc.start()
    try:
        samples.generate(tmp_path, students=4_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (tmp_path / "night1" / STUDENTS).stat().st_size > 800_000
    assert peak < 400_000


def test_every_case_says_what_it_is():
    for case in CASES:
        assert case.how
        assert set(case.nights) <= {1, 2}
