"""The protocol that every source keeps, and the values that pass through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from patron_update.jobs.models import Source as SourceDefinition
    from patron_update.sources.login import SftpLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSeen:
    """A file as one look found it. ``modified`` is UTC; SFTP servers tell it in whole seconds."""

    name: str
    size: int
    modified: datetime

    def __str__(self) -> str:
        """Return size and time as error texts show them."""
        return f"{self.size:,} bytes, modified {self.modified:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file brought here whole. ``sha256`` is in hexadecimal."""

    path: Path
    size: int
    sha256: str


class Step(NamedTuple):
    """One thing that a test of the source tried."""

    what: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """What a test found, in the order tried; it ends at the first thing that failed."""

    __test__: ClassVar[bool] = False  # pytest takes every Test… for its own

    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Tell whether everything, the file included, is in order."""
        return all(step.ok for step in self.steps)


class Source(Protocol):
    """Where a job's file lies. Each call logs in at most once and raises SourceError when it cannot answer."""

    def look(self) -> FileSeen | None:
        """Return the file as it is now, or None when it is not there.

        Raises FileMissingError when the folder itself is not there: waiting does not cure a wrong folder.
        """

    def fetch(self, seen: FileSeen, to: Path) -> Landed:
        """Bring the file to ``to``, whole or not at all, readable by the owner only.

        ``seen`` is what a look found; any other file is refused with FileChangedError, before and after the transfer.
        What a broken transfer left beside ``to`` is taken up again as long as the remote file is still the same.
        """

    def test(self) -> TestReport:
        """Try everything that a fetch needs, the file included, and tell step by step; raises nothing."""


def open_source(definition: SourceDefinition, login: SftpLogin | None = None) -> Source:
    """Return the source that a job defines. Raises SettingsError when it needs a log-in and none is given."""
    if definition.directory is not None:
        from patron_update.sources.directory import DirectorySource

        return DirectorySource(definition.directory.path, definition.directory.file)
    if definition.sftp is None or login is None:
        connection = definition.sftp.connection if definition.sftp else "?"
        raise SettingsError(f"The job's file lies on an SFTP server, but no log-in is given for {connection!r}.")
    from patron_update.sources.sftp import SftpSource

    return SftpSource(login, definition.sftp.path, definition.sftp.file)
