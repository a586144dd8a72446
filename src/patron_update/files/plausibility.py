"""Whether a file's bytes make sense in an encoding: judged by the letters around each byte that is not ASCII.

Ours: among letters stands a letter, and behind a small letter no capital one. Names hold such bytes in words of plain
letters, so a handful of them tells windows-1252, MacRoman and the encodings of DOS apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Contexts = Counter[tuple[bytes, bytes, bytes]]

CANDIDATES = {"cp1252": "windows-1252", "mac_roman": "MacRoman", "cp850": "IBM850", "cp437": "IBM437"}
"""The encodings of one byte that exports come in, by Python's names, the likeliest first."""
FEWEST, MOST = 3, 5_000
"""Places that are needed for a judgement, and that are enough for one."""
ODD, SOUND = 0.3, 0.1
"""The share of odd places from which on an encoding is implausible, and up to which another one is surely better."""
_PLACE = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)(?=([A-Za-z]?))")
_APOSTROPHES = "\u2018\u2019\xb4\u02bc"


def places(chunks: Iterable[bytes]) -> Contexts:
    """Return the bytes that are not ASCII with their neighbours, and how often each stands at the file's beginning."""
    found: Contexts = Counter()
    for chunk in chunks:
        if chunk.isascii():
            continue
        for match in _PLACE.finditer(chunk):
            found[match[1], match[2], match[3]] += 1
            if found.total() >= MOST:
                return found
    return found


def likelier(found: Contexts, declared: str) -> str | None:
    """Return the encoding that makes sense of ``found`` where the declared one (Python's name) hardly does."""
    if found.total() < FEWEST or oddness(found, declared) < ODD:
        return None
    return likeliest(found, without=declared, most=SOUND)


def likeliest(found: Contexts, without: str = "", most: float = 0.5) -> str | None:
    """Return the encoding, other than ``without``, in which ``found`` makes most sense; None when it does in none.

    ``most`` is the share of odd places up to which it does.
    """
    judged = {codec: oddness(found, codec) for codec in CANDIDATES if codec != without}
    best = min(judged, key=lambda codec: judged[codec])
    return CANDIDATES[best] if judged[best] <= most else None


def oddness(found: Contexts, codec: str) -> float:
    """Return the share of places, from 0 to 1, that make no sense in ``codec``."""
    odd = sum(number for place, number in found.items() if _is_odd(place, codec))
    return odd / max(found.total(), 1)


def _is_odd(place: tuple[bytes, bytes, bytes], codec: str) -> bool:
    before, between, after = place
    try:
        text = between.decode(codec)
    except UnicodeDecodeError:
        return True
    if any(unicodedata.category(character) in {"Cc", "Co", "Cn"} for character in text):
        return True
    if before and before.islower() and text[0].isupper():
        return True
    if before and after:
        return not all(character.isalpha() or character in _APOSTROPHES for character in text)
    if before or after:
        return any(unicodedata.category(character)[0] == "S" for character in text)
    return False
