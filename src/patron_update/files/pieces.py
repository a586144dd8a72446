"""Looking over the bytes of a large file: piece by piece, in several places at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    Found = TypeVar("Found")

PIECE = 64 * 1024
"""Bytes that are looked at together: they stay in the processor's cache."""
LEAST = 64 * PIECE
"""Bytes for which a thread is worth its start."""
MOST_THREADS = 4


def at_once(look: Callable[[int, int], Found], path: Path) -> list[Found]:
    """Return what ``look`` finds from a start to an end in ``path``, for parts that follow each other: the whole file.

    It runs in threads, which is of use where numpy does the looking.
    """
    size = path.stat().st_size
    parts = max(1, min(os.cpu_count() or 1, MOST_THREADS, size // LEAST))
    bounds = [size * number // parts for number in range(parts + 1)]
    with ThreadPoolExecutor(parts) as threads:
        return list(threads.map(look, bounds, bounds[1:]))


def pieces(stream: BinaryIO, end: int, piece: int) -> Iterator[bytes]:
    """Yield the bytes from where ``stream`` stands to ``end``, at most ``piece`` at a time."""
    left = end - stream.tell()
    while left > 0 and (chunk := stream.read(min(piece, left))):
        left -= len(chunk)
        yield chunk
