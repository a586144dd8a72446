"""The quick look at UTF-8 gives the answer of Python's strict decoding."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patron_update.files.utf8 import is_utf8

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("aé\u07ff"), max_size=12)
BYTES = st.lists(st.sampled_from(bytes([*b"a\n", 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xC3, 0xDF, 0xE0, 0xED, 0xF4])))
PIECES = st.builds(lambda texts, odd: b"".join(each.encode() for each in texts) + bytes(odd), st.lists(TEXTS), BYTES)


def decodes(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    path = tmp_path_factory.mktemp("utf8") / "file.csv"

    def look(content, piece):
        path.write_bytes(content)
        return is_utf8(path, piece)

    return look


@example(content="abcde🎓".encode(), piece=64)
@given(content=PIECES | st.binary(max_size=20), piece=st.integers(1, 9))
def test_bytes_are_utf_8_when_they_can_be_decoded_however_they_are_cut(answer, content, piece):
    assert answer(content, piece) == decodes(content)


@pytest.mark.parametrize("first", range(0x80, 0x100))
@pytest.mark.parametrize("second", [0x41, 0x7F, 0x80, 0xA0, 0xBF, 0xC2])
def test_every_first_byte_is_judged_as_python_judges_it(answer, first, second):
    for content in (bytes([first, second]), bytes([0x41, first, second, 0x42]), bytes([first, second, 0x80, 0x80])):
        assert answer(content, 64) == decodes(content)
