"""The pages of the ui room as Airflow's api-server mounts them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send


class SummaryPages:
    """The pages as an ASGI application that is built on the first request.

    Every component of Airflow loads every plugin, but only the api-server needs what the pages import.
    """

    def __init__(self, project: Path) -> None:
        self._project = project

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    @cached_property
    def _app(self) -> FastAPI:
        from patron_update.airflow.guarded_pages import guarded_app

        return guarded_app(self._project)
