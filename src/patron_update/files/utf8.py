"""Whether a file is valid UTF-8: Python's strict decoding, in pieces that stay in the processor's cache."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from patron_update.files.pieces import PIECE

if TYPE_CHECKING:
    from pathlib import Path


def is_utf8(path: Path, piece: int = PIECE) -> bool:
    """Tell whether the bytes of ``path`` are valid UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(piece):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
