"""When a file counts as complete: it has come to rest and is new enough. Who looks, and how often, is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from patron_update.sources.port import FileSeen


class Watch:
    """Follows a file from look to look, since nothing on an SFTP server says that an upload has ended.

    The file is complete once size and time were the same on ``quiet_looks`` looks in a row. An empty file must be quiet
    for twice as many: many uploads begin with one. A file older than ``fresh_after`` (aware) is never taken.
    """

    def __init__(self, quiet_looks: int, fresh_after: datetime | None = None) -> None:
        if quiet_looks < 1:
            raise ValueError(f"quiet_looks must be at least 1, not {quiet_looks}")
        self._quiet_looks = quiet_looks
        self._fresh_after = fresh_after
        self._looks = 0
        self._quiet = 0
        self._last: FileSeen | None = None
        self._before: FileSeen | None = None

    def look(self, seen: FileSeen | None) -> FileSeen | None:
        """Take in what one look found (None: not there) and return the file once it is complete and fresh."""
        self._looks += 1
        if seen != self._last:
            self._before, self._quiet = self._last, 0
        self._last = seen
        self._quiet += 1
        return seen if self._is_quiet() and self._is_fresh() else None

    def why(self) -> str:
        """Return why the file has not been taken yet, for the person who reads the failure."""
        if not self._looks:
            return "nobody has looked yet"
        if self._last is None:
            gone = f"; it was there before ({self._before}) and has gone" if self._before else ""
            return f"not there after {self._looks} {_looks(self._looks)}{gone}"
        if not self._is_fresh():
            return f"too old: {self._last}, but it must be newer than {self._fresh_after:%Y-%m-%d %H:%M:%S %Z}"
        if self._is_quiet():
            return f"complete: {self._last}"
        resting = f"unchanged on {self._quiet} of {self._needed} {_looks(self._needed)}"
        if self._before:
            return f"still changing: {self._before.size:,} → {self._last.size:,} bytes, {resting}"
        return f"there with {self._last}, but {resting}"

    @property
    def _needed(self) -> int:
        return self._quiet_looks * (2 if self._last is not None and self._last.size == 0 else 1)

    def _is_quiet(self) -> bool:
        return self._last is not None and self._quiet >= self._needed

    def _is_fresh(self) -> bool:
        return self._last is not None and (self._fresh_after is None or self._last.modified >= self._fresh_after)


def _looks(count: int) -> str:
    return "look" if count == 1 else "looks"
