from __future__ import annotations

import codecs

import pytest

from patron_update.errors import UnreadableFileError
from patron_update.files import encodings
from patron_update.files.encodings import as_utf8, codec_name


@pytest.fixture
def landing(tmp_path):
    def read(content, declared):
        landed = tmp_path / "landed.csv"
        landed.write_bytes(content)
        text = as_utf8(landed, tmp_path / "copy.csv", declared)
        if text.taken_for:
            text.refuse()
        return text.path.read_bytes().decode("utf-8-sig"), text.notes

    return read


@pytest.mark.parametrize(
    ("java", "python"),
    [
        ("windows-1252", "cp1252"),
        ("Cp1252", "cp1252"),
        ("MacRoman", "mac-roman"),
        ("x-MacRoman", "mac-roman"),
        ("ISO-8859-1", "iso8859-1"),
        ("ISO8859_1", "iso8859-1"),
        ("IBM437", "cp437"),
        ("UTF8", "utf-8"),
        ("utf-8", "utf-8"),
        ("UTF-16LE", "utf-16-le"),
        ("US-ASCII", "ascii"),
        ("windows-1250", "cp1250"),
        ("ISO-8859-15", "iso8859-15"),
    ],
)
def test_java_names_are_understood(java, python):
    assert codec_name(java) == python


@pytest.mark.parametrize("declared", ["windows-12", "rot13", "", "hex", "latin\x00", "unicode_escape", "utf-7"])
def test_an_unknown_encoding_is_told_with_those_to_choose_from(declared):
    with pytest.raises(UnreadableFileError, match=r"one of UTF-8, UTF-16, windows-1252.*IBM437 or IBM850"):
        codec_name(declared)


@pytest.mark.parametrize(
    "declared", ["UTF-8", "windows-1252", "MacRoman", "ISO-8859-1", "IBM437", "Cp850", "UTF-16", "UTF-16LE", "UTF-16BE"]
)
def test_every_encoding_is_read_as_declared(landing, declared):
    content = "id,name\r\n1,José Núñez\r\n".encode(codec_name(declared))

    assert landing(content, declared) == ("id,name\r\n1,José Núñez\r\n", ())


def test_utf_16_without_a_mark_is_read_in_its_own_byte_order(landing):
    assert landing("1,José\n".encode("utf-16-le"), "UTF-16")[0] == "1,José\n"
    assert landing("1,José\n".encode("utf-16-be"), "UTF-16")[0] == "1,José\n"


def test_utf_8_that_is_declared_windows_1252_is_read_as_utf_8_and_told(landing):
    text, notes = landing("1,José\n".encode(), "windows-1252")

    assert text == "1,José\n"
    assert "read as UTF-8" in notes[0].text
    assert "windows-1252 is declared" in notes[0].text


@pytest.mark.parametrize("declared", ["windows-1252", "MacRoman", "ISO-8859-1"])
def test_utf_8_with_a_letter_that_was_cut_is_refused_with_its_place_and_not_garbled(landing, declared):
    rows = "".join(f"{number},José Núñez\n" for number in range(1, 5)).encode()

    with pytest.raises(UnreadableFileError, match=r"is UTF-8, although .* damaged at line 5, column 6"):
        landing(rows + b"5,Jos\xc3\n", declared)


@pytest.mark.parametrize(
    ("content", "declared", "told"),
    [
        (
            "a\nx,".encode("utf-16-le") + b"\x3d\xd8y\0",
            "UTF-16LE",
            "UTF-16LE: the bytes 0x3D 0xD8 at line 2, column 3 do",
        ),
        (
            "a\nx,".encode("utf-16-be") + b"\xd8\x3d\0y",
            "UTF-16BE",
            "UTF-16BE: the bytes 0xD8 0x3D at line 2, column 3 do",
        ),
        ("a,é\nx,".encode() + b"\xed\xa0\x80\n", "UTF-8", "UTF-8: byte 0xED at line 2, column 3 does"),
        (b"a\nx,\xe9\x81\n", "ISO-8859-1", "as which ISO-8859-1 .* is read: byte 0x81 at line 2, column 4 does"),
    ],
)
def test_what_an_encoding_does_not_have_is_told_as_it_stands_in_the_file(landing, content, declared, told):
    with pytest.raises(UnreadableFileError, match=told):
        landing(content, declared)


def test_ascii_fits_every_declaration_without_a_note(landing):
    assert landing(b"1,Jose\n", "windows-1252") == ("1,Jose\n", ())


@pytest.mark.parametrize("mark_and_codec", [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")])
def test_a_byte_order_mark_outweighs_the_declaration(landing, mark_and_codec):
    mark, codec = mark_and_codec
    text, notes = landing(mark + "1,José\n".encode(codec), "windows-1252")

    assert text == "1,José\n"
    assert len(notes) == 1


def test_windows_quotes_in_a_file_declared_iso_8859_1_are_read_as_windows_1252(landing):
    text, notes = landing(b"1,O\x92Neil\n", "ISO-8859-1")

    assert text == "1,O\u2019Neil\n"
    assert "windows-1252" in notes[0].text


def test_a_byte_that_utf_8_does_not_have_is_told_with_line_column_and_remedy(landing):
    with pytest.raises(UnreadableFileError) as raised:
        landing("1,José\r\n2,Ann\r\n3,".encode() + b"Jos\xe9\r\n", "UTF-8")

    assert "0xE9 at line 3, column 6" in str(raised.value)
    assert "encoding: windows-1252" in str(raised.value)
    assert "Jos" not in str(raised.value)


def test_a_byte_that_windows_1252_does_not_have_is_told(landing):
    with pytest.raises(UnreadableFileError, match=r"not windows-1252: byte 0x81 at line 2, column 3"):
        landing(b"1,\xe9\n2,\x81\n", "windows-1252")


def test_a_character_cut_off_at_the_end_of_the_file_is_told(landing):
    with pytest.raises(UnreadableFileError, match="0xC3 at line 1, column 6"):
        landing("1,José".encode()[:-1], "UTF-8")


def test_line_and_column_are_right_beyond_the_first_chunk(landing, monkeypatch):
    monkeypatch.setattr(encodings, "CHUNK", 7)
    with pytest.raises(UnreadableFileError, match="line 3, column 12"):
        landing("1,é\n2,éé\n3,ééééééééé".encode() + b"\xff\n", "UTF-8")


def test_a_character_across_two_chunks_is_read_whole(landing, monkeypatch):
    monkeypatch.setattr(encodings, "CHUNK", 3)
    assert landing("1,é\n2,éé\n".encode("utf-16"), "UTF-16")[0] == "1,é\n2,éé\n"


NAMES = "José Núñez, Björk, Siân, Zoë, Dagný, García, Muñoz, Großmann, O\u2019Neil, Émile, ÉLODIE, Łukasz"


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("windows-1252", "MacRoman"),
        ("windows-1252", "IBM850"),
        ("MacRoman", "windows-1252"),
        ("IBM850", "windows-1252"),
        ("MacRoman", "IBM850"),
    ],
)
def test_an_encoding_in_which_names_make_no_sense_is_told_with_the_likely_one(landing, declared, actual):
    content = NAMES.encode(codec_name(actual), "ignore").replace(b"\x90", b"E")

    _, notes = landing(content, declared)

    assert [note.code for note in notes] == ["encoding_implausible"]
    assert f"CsvTextEncoding={actual}" in notes[0].text


@pytest.mark.parametrize("declared", ["windows-1252", "MacRoman", "ISO-8859-1", "windows-1250", "IBM850"])
def test_an_encoding_in_which_names_make_sense_is_not_doubted(landing, declared):
    content = NAMES.encode(codec_name(declared), "ignore")

    assert landing(content, declared)[1] == ()


def test_a_few_strange_bytes_are_no_judgement(landing):
    assert landing(b"1,Jos\x8e\n2,N\x96\n", "windows-1252")[1] == ()


def test_the_encoding_that_a_broken_file_is_probably_in_is_guessed_from_its_names(landing):
    with pytest.raises(UnreadableFileError, match="encoding: MacRoman"):
        landing(NAMES.encode("mac_roman", "ignore"), "UTF-8")


def test_a_file_that_makes_sense_nowhere_is_called_damaged(landing):
    with pytest.raises(UnreadableFileError, match="damaged"):
        landing(b"1,a\xb0\xb1b\n" * 3, "UTF-8")


@pytest.mark.parametrize(
    ("content", "named"),
    [("1,José\n".encode("utf-16") + b"\0", "UTF-16"), (codecs.BOM_UTF8 + b"1,M\xfcller\n", "UTF-8")],
)
def test_a_damaged_file_with_a_mark_is_not_told_to_be_what_is_declared(landing, content, named):
    with pytest.raises(UnreadableFileError, match=f"The file is not {named}: .* The file is damaged"):
        landing(content, "windows-1252")


def test_one_byte_a_letter_is_not_utf_16(landing):
    with pytest.raises(UnreadableFileError, match=r"one byte for a letter.*CsvTextEncoding=UTF-8"):
        landing("1,José\n".encode(), "UTF-16")


def test_utf_16_in_the_other_byte_order_than_declared_is_read_and_told(landing):
    text, notes = landing("1,José\n".encode("utf-16-be"), "UTF-16LE")

    assert (text, notes[0].code) == ("1,José\n", "encoding_differs")
    assert "CsvTextEncoding=UTF-16BE" in notes[0].text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_whatever_letters_it_holds(converting, codec):
    content = "".join(f"{n},OAK-ES,Łukasz Żądło\n" for n in range(100)).encode(codec)
    with pytest.raises(UnreadableFileError, match="looks like UTF-16"):
        converting(content, encoding="windows-1252")

    converting(content, encoding="UTF-16")
    assert converting.rows("last_name")[0] == ("Łukasz Żądło",)
