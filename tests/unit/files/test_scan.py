"""What a look over the bytes must not miss: it decides how the conversion trims and composes."""

import unicodedata

import pytest

from patron_update.domain.fields import BLANKS
from patron_update.files.pieces import PIECE
from patron_update.files.scan import COMPOSED, scan


@pytest.fixture
def scanned(tmp_path):
    def look(text):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return scan(path, ",", 1)

    return look


@pytest.mark.parametrize("blank", [blank for blank in BLANKS if blank > "\x7f"])
@pytest.mark.parametrize("before", ["", "x" * (PIECE - 6), "x" * (PIECE - 5), "x" * (PIECE - 4)])
def test_an_odd_blank_is_found_wherever_it_stands(scanned, blank, before):
    assert scanned(f"a,b\n{before}{blank}").odd_spaces
    assert scanned(f"a,b\n{before}{blank},c\n").odd_spaces


@pytest.mark.parametrize("text", ["D\u2019Andre", "Ngọc", "Peña", "王", "🎓", "“x”", "Łucja\u2013Maria"])
def test_letters_and_quotes_are_no_odd_blanks(scanned, text):
    assert not scanned(f"a,b\n{text},c\n").odd_spaces


def test_what_counts_as_composed_is_so_beside_every_other_such_character():
    points = [chr(point) for least, most in COMPOSED for point in range(least, most + 1)]

    assert [point for point in points if unicodedata.normalize("NFC", point) != point] == []
    assert [point for point in points if unicodedata.combining(point)] == []


@pytest.mark.parametrize(("text", "composed"), [("Ngọc", True), ("D\u2019A", True), ("e\u0301", False), ("王", False)])
def test_a_file_is_composed_when_every_character_is(scanned, text, composed):
    assert scanned(f"a,b\n{text},c\n").composed is composed
    assert scanned(f"a,b\n{text}").composed is composed
