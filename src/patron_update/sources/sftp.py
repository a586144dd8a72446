"""An SFTP server as a source. One connection and one log-in per call; at most one password is ever sent in it."""

from __future__ import annotations

import asyncio
import posixpath
import stat
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import asyncssh

from patron_update.errors import FileMissingError, HostKeyError, KeyTextError, LogInError, SourceError, UnreachableError
from patron_update.sources.connecting import connected
from patron_update.sources.landing import BLOCK, Landing
from patron_update.sources.naming import check_inside, missing_file, missing_folder
from patron_update.sources.port import FileSeen, Landed, Step, TestReport

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from patron_update.sources.login import SftpLogin

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SMALL_REQUEST, LARGE_REQUEST = 32 * 1024, 255 * 1024
"""Bytes asked for at once, many requests in parallel. Every server gives the small one; some tell a higher limit."""
NOT_THERE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)


class SftpSource:
    """The file ``file`` in the folder ``path`` of a server. Raises SourceError when the name leads out of the folder.

    Each method has an asynchronous twin for callers that already run an event loop, such as Airflow's triggers.
    """

    def __init__(self, login: SftpLogin, path: str, file: str) -> None:
        check_inside(path, file)
        self._login, self._name = login, file
        self._file = posixpath.join(path, file)
        self._folder = posixpath.dirname(self._file) or "."

    def look(self) -> FileSeen | None:
        """Return the file as it is now, or None; see `Source.look`."""
        return asyncio.run(self.look_async())

    def fetch(self, seen: FileSeen, to: Path) -> Landed:
        """Bring the file to ``to``; see `Source.fetch`."""
        return asyncio.run(self.fetch_async(seen, to))

    def test(self) -> TestReport:
        """Try server, host key, log-in, folder and file; see `Source.test`."""
        return asyncio.run(self.test_async())

    async def look_async(self) -> FileSeen | None:
        """Do what `look` does."""
        async with connected(self._login) as sftp:
            return await self._seen(sftp)

    async def fetch_async(self, seen: FileSeen, to: Path) -> Landed:
        """Do what `fetch` does."""
        async with connected(self._login) as sftp:
            now = await self._seen(sftp)
            if now is None:
                raise await self._missing(sftp)
            with Landing(to, seen) as landing:
                if now != seen:
                    return landing.finish(now)
                async with aclosing(self._blocks(sftp, landing.size, seen.size)) as blocks:
                    async for block in blocks:
                        landing.write(block)
                return landing.finish(await self._seen(sftp))

    async def test_async(self) -> TestReport:
        """Do what `test` does."""
        steps = [
            Step("Server", ok=True, text=f"{self._login.server} answers"),
            Step("Host key", ok=True, text="it is the pinned one"),
            Step("Log-in", ok=True, text=f"user {self._login.username!r} is let in"),
            Step("Folder", ok=True, text=f"{self._folder} is there"),
        ]
        seen: FileSeen | None = None
        try:
            async with connected(self._login) as sftp:
                if seen := await self._seen(sftp):
                    await (await sftp.open(self._file, "rb")).close()
                text = str(seen or await self._missing(sftp))
        except KeyTextError as error:
            return TestReport(steps=(Step("Connection", ok=False, text=str(error)),))
        except SourceError as error:
            if seen:
                return TestReport(steps=(*steps, Step("File", ok=False, text=str(error))))
            failed = next((place for kind, place in _FAILS_AT.items() if isinstance(error, kind)), len(steps) - 1)
            return TestReport(steps=(*steps[:failed], Step(steps[failed].what, ok=False, text=str(error))))
        return TestReport(steps=(*steps, Step("File", ok=seen is not None, text=text)))

    async def _seen(self, sftp: asyncssh.SFTPClient) -> FileSeen | None:
        try:
            found = await sftp.stat(self._file)
        except NOT_THERE:
            if not await sftp.isdir(self._folder):
                raise missing_folder(self._login.server, self._folder) from None
            return None
        if found.permissions is not None and stat.S_ISDIR(found.permissions):
            raise FileMissingError(
                f"{self._file} on {self._login.server} is no file but a folder. Check 'file' in the job file."
            )
        if found.size is None or found.mtime is None:
            raise SourceError(f"{self._login.server} does not tell size and time of {self._file}. Ask its operator.")
        modified = EPOCH + timedelta(seconds=int(found.mtime), microseconds=(found.mtime_ns or 0) // 1000)
        return FileSeen(name=self._name, size=found.size, modified=modified)

    async def _blocks(self, sftp: asyncssh.SFTPClient, start: int, end: int) -> AsyncGenerator[bytes]:
        """Yield the file's blocks from ``start`` in order; the next one is always on its way. Ends early at its end."""
        request = max(SMALL_REQUEST, min(sftp.limits.max_read_len, LARGE_REQUEST))
        async with sftp.open(self._file, "rb", block_size=request) as file:
            coming = _reading(file, start, end)
            try:
                while start < end:
                    block = await coming
                    start += len(block)
                    if not block:
                        return
                    coming = _reading(file, start, end)
                    yield block
            finally:
                coming.cancel()

    async def _missing(self, sftp: asyncssh.SFTPClient) -> FileMissingError:
        where = f"{self._folder} on {self._login.server}"
        try:
            names = [name for name in await sftp.listdir(self._folder) if name not in (".", "..")]
        except asyncssh.SFTPError:
            return missing_file(where, self._name, None)
        return missing_file(where, self._name, [str(name) for name in names])


def _reading(file: asyncssh.SFTPClientFile, start: int, end: int) -> asyncio.Task[bytes]:
    return asyncio.create_task(file.read(min(BLOCK, end - start), start))


_FAILS_AT: dict[type[SourceError], int] = {UnreachableError: 0, HostKeyError: 1, LogInError: 2}
"""The step of a test at which each kind of error strikes; any other strikes at the folder."""
