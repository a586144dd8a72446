"""The app with the Job Summary of each run. Mounted into Airflow it is guarded by nobody, so it guards itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Query, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from patron_update.summary.render import to_csv, to_html, to_json
from patron_update.ui.not_found import not_found

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from fastapi import Request

    from patron_update.summary.model import Summary

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
DOWNLOADS = {"Messages as CSV": "?format=csv", "Everything as JSON": "?format=json"}


class Format(StrEnum):
    """The forms in which a summary is given."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"


class RunFile(StrEnum):
    """What lies in a run's folder and is shown under the name that it has there, so that its links hold."""

    CHANGES_HTML = "changes.html"
    CHANGES_CSV = "changes.csv"
    SUMMARY = "summary.html"


def create_app(
    read_summary: Callable[[str, str], Summary | None],
    find_file: Callable[[str, str, str], Path | None],
    *,
    authorize: Callable[..., Any],
) -> FastAPI:
    """Return the app: ``GET /summaries/{job}/{run}``, with ``?format=json`` or ``csv`` for programs.

    What the run would change is at ``/runs/{job}/{run}/changes.html`` and ``….csv``. ``read_summary`` gets the job's id
    and the run's key; None means that there is no such run. ``find_file`` gets a file's name too. ``authorize`` is a
    FastAPI dependency that runs before anything is read: its parameter ``job: str`` is the job's id, and it raises
    HTTPException 401 or 403 for those who may not see it. (Define it at a module's top level: FastAPI does not find the
    names in its annotations otherwise, and answers 422 to everybody.)
    """
    app = FastAPI(title="Patron updates", docs_url=None, redoc_url=None, openapi_url=None)
    router = APIRouter(dependencies=[Depends(authorize)])

    # A run's key holds ':' and '+', and whoever named a run by hand may have put a '/' into it.
    @router.get("/summaries/{job}/{run:path}", response_class=HTMLResponse)
    def summary(job: str, run: str, form: Annotated[Format, Query(alias="format")] = Format.HTML) -> Response:
        found = read_summary(job, run)
        if found is None:
            return HTMLResponse(not_found(job, run), status_code=404)
        return _response(found, form)

    @router.get("/runs/{job}/{run:path}/{name}", response_class=HTMLResponse)
    def run_file(job: str, run: str, name: RunFile) -> Response:
        if name is RunFile.SUMMARY:
            return RedirectResponse(f"../../../summaries/{_run_path(job, run)}")
        found = find_file(job, run, name.value)
        if found is None:
            return HTMLResponse(not_found(job, run), status_code=404)
        if name is RunFile.CHANGES_CSV:
            return FileResponse(found, media_type="text/csv; charset=utf-8", filename=f"{job}-changes.csv")
        return FileResponse(found, media_type="text/html; charset=utf-8")

    app.include_router(router)

    @app.middleware("http")
    async def secured(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    return app


def _response(summary: Summary, form: Format) -> Response:
    if form is Format.HTML:
        address = f"../../runs/{_run_path(summary.job, summary.run)}/{RunFile.CHANGES_HTML}"
        lists = {"What would change": address} if summary.changes_listed else {}
        return HTMLResponse(to_html(summary, downloads={**lists, **DOWNLOADS}))
    if form is Format.JSON:
        return Response(to_json(summary), media_type="application/json")
    # With a byte order mark spreadsheets know that it is UTF-8.
    name = f"{summary.job}-{summary.started:%Y-%m-%d}-messages.csv"
    return Response(
        ("\ufeff" + to_csv(summary)).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _run_path(job: str, run: str) -> str:
    return f"{quote(job, safe='')}/{quote(run, safe='')}"
