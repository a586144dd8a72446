"""The near end of a transfer: a .part file that becomes the landed file only when it is whole."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from patron_update.errors import FileChangedError, SourceError
from patron_update.sources.port import Landed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patron_update.sources.port import FileSeen

BLOCK = 4 * 1024 * 1024
"""Bytes read and written at once; the note is brought up to date after each."""


class Landing:
    """One file on its way to ``to``. Close it always; what is not finished stays for the next attempt.

    Beside the part lies a note: which remote file it belongs to, how many bytes are certain, and their SHA-256.
    """

    def __init__(self, to: Path, seen: FileSeen) -> None:
        self._to, self._seen = to, seen
        self._part = to.with_name(f"{to.name}.part")
        self._note = to.with_name(f"{to.name}.part.json")
        with _said_clearly(to, seen.size):
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.fdopen(os.open(self._part, flags, 0o600), "r+b")
            try:
                self._begin()
            except BaseException:
                self._file.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()

    def write(self, block: bytes) -> None:
        """Append one block. Raises SourceError when the disk is full."""
        with _said_clearly(self._to, self._seen.size - self.size):
            self._file.write(block)
            self._file.flush()
            self._hash.update(block)
            self.size += len(block)
            self._write_note()

    def finish(self, now: FileSeen | None) -> Landed:
        """Turn the part into the landed file. ``now`` is the remote file after the transfer.

        Raises FileChangedError, and forgets the part, unless it is still the file seen before, whole.
        """
        if now != self._seen or self.size != self._seen.size:
            self._forget()
            raise FileChangedError(
                f"{self._seen.name} changed while it was being fetched: {self._seen} before, "
                f"{now or 'gone'} afterwards, {self.size:,} bytes received. Nothing of it was kept. "
                "Let the SIS finish its upload before the job's time; the next attempt fetches the new file."
            )
        with _said_clearly(self._to, 0):
            os.fsync(self._file.fileno())
            self._part.replace(self._to)
            self._note.unlink(missing_ok=True)
        return Landed(path=self._to, size=self.size, sha256=self._hash.hexdigest())

    def _begin(self) -> None:
        os.fchmod(self._file.fileno(), 0o600)
        self.size, self._hash = self._kept()
        self._file.truncate(self.size)
        self._file.seek(self.size)
        self._check_room()

    def _kept(self) -> tuple[int, hashlib._Hash]:
        """Return how much an earlier attempt left that is certain to be the head of this very file."""
        sha256 = hashlib.sha256()
        try:
            note = json.loads(self._note.read_bytes())
            size, expected = int(note["bytes"]), note["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0, sha256
        if note.get("file") != self._identity():
            return 0, sha256
        left = size
        while left and (block := self._file.read(min(left, BLOCK))):
            sha256.update(block)
            left -= len(block)
        return (size, sha256) if sha256.hexdigest() == expected else (0, hashlib.sha256())

    def _identity(self) -> list[str | int]:
        return [self._seen.name, self._seen.size, self._seen.modified.isoformat()]

    def _write_note(self) -> None:
        note = {"file": self._identity(), "bytes": self.size, "sha256": self._hash.hexdigest()}
        self._note.write_text(json.dumps(note), encoding="utf-8")
        self._note.chmod(0o600)

    def _check_room(self) -> None:
        if shutil.disk_usage(self._to.parent).free < self._seen.size - self.size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


@contextmanager
def _said_clearly(to: Path, needed: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SourceError(
                f"The disk is full: {needed:,} more bytes are needed in {to.parent}. "
                "Free space there, or set PATRON_UPDATE_HOME to a larger disk, and start the run again."
            ) from error
        raise SourceError(f"{to} cannot be written: {error.strerror}. Check the folder's owner and rights.") from error
