"""One look after another at a job's file, over one connection for as long as it holds."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from airflow.providers.common.compat.connection import get_async_connection
from airflow.providers.sftp.hooks.sftp import SFTPHookAsync
from airflow.sdk.exceptions import AirflowNotFoundException

from patron_update.airflow.connections import connection_missing, login_of
from patron_update.errors import UnreachableError
from patron_update.sources.connecting import connected
from patron_update.sources.directory import DirectorySource
from patron_update.sources.sftp import SftpSource

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    import asyncssh

    from patron_update.sources import FileSeen, SftpLogin

    Session = AsyncGenerator[FileSeen | None, None]


class Looks:
    """Looks at a file again and again; a session that broke is begun anew."""

    def __init__(self, begin: Callable[[], Session]) -> None:
        self._begin = begin
        self._session: Session | None = None

    async def look(self) -> FileSeen | None:
        """Return the file as it is now, or None. Raises UnreachableError when a later look may succeed."""
        if self._session is not None:
            try:
                return await anext(self._session)
            except UnreachableError:  # many servers end a connection that was silent for a while
                self._session = None
        session = self._begin()
        seen = await anext(session)
        self._session = session
        return seen

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.aclose()


@asynccontextmanager
async def looks_at(connection: str | None, folder: str, file: str) -> AsyncIterator[Looks]:
    """Yield the looks at a file: on the SFTP server of an Airflow connection, or in a directory."""
    looks = Looks(lambda: _at_server(connection, folder, file) if connection else _at_directory(folder, file))
    try:
        yield looks
    finally:
        await looks.close()


async def _at_server(connection: str, folder: str, file: str) -> Session:
    hook = PinnedSFTPHook(connection)
    source = _OpenSftpSource(await hook.login(), folder, file)
    async with hook.get_managed_conn() as sftp:
        while True:
            yield await source.look_through(sftp)


async def _at_directory(folder: str, file: str) -> Session:
    source = DirectorySource(folder, file)
    while True:
        yield await asyncio.to_thread(source.look)  # a mounted directory may answer slowly


class _OpenSftpSource(SftpSource):
    """Looks through a session that is open already."""

    async def look_through(self, sftp: asyncssh.SFTPClient) -> FileSeen | None:
        """Return the file as it is now, or None."""
        return await self._seen(sftp)


class PinnedSFTPHook(SFTPHookAsync):
    """The provider's asynchronous hook, holding the same kind of session as the fetch.

    The provider's own first tries every private key of the user that Airflow runs as, and without ``host_key`` trusts
    that user's known hosts: the wait would let in what the fetch refuses.
    """

    async def login(self) -> SftpLogin:
        """Return the connection's log-in. Raises SettingsError when there is no such connection."""
        try:
            return login_of(await get_async_connection(self.sftp_conn_id))
        except AirflowNotFoundException:
            raise connection_missing(self.sftp_conn_id) from None

    @asynccontextmanager
    async def get_managed_conn(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """Yield a session that is logged in."""
        async with connected(await self.login()) as sftp:
            yield sftp
