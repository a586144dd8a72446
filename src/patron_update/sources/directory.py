"""A directory as a source: on this machine, or mounted on every worker."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from patron_update.errors import FileMissingError, SourceError
from patron_update.sources.landing import BLOCK, Landing
from patron_update.sources.naming import check_inside, missing_file, missing_folder
from patron_update.sources.port import FileSeen, Landed, Step, TestReport

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DirectorySource:
    """The file ``file`` in the folder ``path``. Raises SourceError when the name leads out of the folder."""

    def __init__(self, path: str | Path, file: str) -> None:
        check_inside(str(path), file)
        self._folder, self._name = Path(path), file
        self._file = self._folder / file

    def look(self) -> FileSeen | None:
        """Return the file as it is now, or None; see `Source.look`."""
        try:
            found = self._file.stat()
        except (FileNotFoundError, NotADirectoryError):
            if not self._file.parent.is_dir():
                raise missing_folder("this machine", str(self._file.parent)) from None
            return None
        except OSError as error:
            raise SourceError(f"{self._file} cannot be looked at: {error.strerror}. Check the rights.") from error
        if not stat.S_ISREG(found.st_mode):
            raise FileMissingError(f"{self._file} is no file but a folder or a device. Check 'file' in the job file.")
        modified = EPOCH + timedelta(microseconds=found.st_mtime_ns // 1000)
        return FileSeen(name=self._name, size=found.st_size, modified=modified)

    def fetch(self, seen: FileSeen, to: Path) -> Landed:
        """Copy the file to ``to``; see `Source.fetch`."""
        now = self.look()
        if now is None:
            raise self._missing()
        with Landing(to, seen) as landing:
            if now != seen:
                return landing.finish(now)
            self._copy(landing)
            return landing.finish(self.look())

    def test(self) -> TestReport:
        """Look at the folder, open the file; see `Source.test`."""
        folder = self._file.parent
        try:
            if seen := self.look():
                with self._opened():
                    pass
        except SourceError as error:
            return TestReport(steps=(Step("File" if folder.is_dir() else "Folder", ok=False, text=str(error)),))
        file = Step("File", ok=True, text=str(seen)) if seen else Step("File", ok=False, text=str(self._missing()))
        return TestReport(steps=(Step("Folder", ok=True, text=str(folder)), file))

    def _copy(self, landing: Landing) -> None:
        with self._opened() as file:
            file.seek(landing.size)
            while block := file.read(BLOCK):
                landing.write(block)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self._file.open("rb") as file:
                yield file
        except OSError as error:
            raise SourceError(f"{self._file} cannot be read: {error.strerror}. Check the rights.") from error

    def _missing(self) -> FileMissingError:
        folder = self._file.parent
        try:
            names = [path.name for path in folder.iterdir()]
        except OSError:
            return missing_file(str(folder), self._name, None)
        return missing_file(str(folder), self._name, names)
