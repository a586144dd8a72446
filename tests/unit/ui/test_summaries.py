"""The pages: guarded, escaped, and true to the run's key."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

from patron_update.summary import RunCounts, Summary, SummaryMessage
from patron_update.ui import create_app

RUN = "scheduled__2026-08-31T07:15:00+00:00"
AT = datetime(2026, 8, 31, 7, 15, tzinfo=UTC)
MESSAGE = SummaryMessage(code="row_blank", severity="info", label="Blank", cause="c", remedy="r", value="=1+1", line=3)
SUMMARY = Summary(
    run=RUN, job="students", job_name="Students", outcome="completed", started=AT, finished=AT,
    counts=RunCounts(read=1, skipped=1), messages=[MESSAGE],
)  # fmt: skip
READ = []
CHANGES = Path(__file__)


def user(token: Annotated[str | None, Header()] = None) -> str:
    if token is None:
        raise HTTPException(401)
    return token


def guard(job: str, who: Annotated[str, Depends(user)]) -> None:
    if who != job:
        raise HTTPException(403)


def read_summary(job: str, run: str) -> Summary | None:
    READ.append((job, run))
    return SUMMARY if (job, run) == ("students", RUN) else None


def find_file(job: str, run: str, name: str) -> Path | None:
    READ.append((job, run, name))
    return CHANGES if (job, run) == ("students", RUN) else None


def authorize(job: str, token: Annotated[str | None, Header()] = None) -> None:
    if token is None:
        raise HTTPException(401)
    if token != f"may see {job}":
        raise HTTPException(403)


@pytest.fixture
def app():
    READ.clear()
    return TestClient(create_app(read_summary, find_file, authorize=authorize))


MAY = {"token": "may see students"}


def test_an_app_that_guards_nothing_cannot_be_made():
    with pytest.raises(TypeError, match="authorize"):
        create_app(read_summary, find_file)


@pytest.mark.parametrize("form", ["html", "json", "csv"])
@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"token": "may see staff"}, 403)])
def test_nothing_is_read_for_those_who_may_not_see_the_job(app, headers, status, form):
    assert app.get(f"/summaries/students/{RUN}?format={form}", headers=headers).status_code == status
    assert app.get(f"/summaries/students/other?format={form}", headers=headers).status_code == status
    assert READ == []


def test_every_route_is_guarded(app):
    routes = [route for route in app.app.routes if hasattr(route, "dependant")]

    assert [route.path for route in routes] in ([], ["/summaries/{job}/{run:path}", "/runs/{job}/{run:path}/{name}"])
    for path in ("/openapi.json", "/docs", "/redoc", "/"):
        assert app.get(path).status_code == 404


@pytest.mark.parametrize("run", [RUN, RUN.replace(":", "%3A").replace("+", "%2B")])
def test_a_run_is_found_by_its_key_written_plainly_or_encoded(app, run):
    page = app.get(f"/summaries/students/{run}", headers=MAY)

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>No patron needed a change</h1>" in page.text
    assert READ == [("students", RUN)]


def test_the_json_form_is_the_summary(app):
    found = app.get(f"/summaries/students/{RUN}?format=json", headers=MAY)

    assert found.headers["content-type"] == "application/json"
    assert Summary.model_validate_json(found.text) == SUMMARY


def test_the_csv_form_is_a_download_that_spreadsheets_read_as_utf_8_and_run_nothing_of(app):
    found = app.get(f"/summaries/students/{RUN}?format=csv", headers=MAY)

    assert found.headers["content-disposition"] == 'attachment; filename="students-2026-08-31-messages.csv"'
    (row,) = csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")))
    assert row["value"] == "'=1+1"


@pytest.mark.parametrize("name", ["changes.html", "changes.csv", "summary.html"])
def test_no_list_is_looked_for_on_behalf_of_those_who_may_not_see_the_job(app, name):
    assert app.get(f"/runs/students/{RUN}/{name}").status_code == 401
    assert app.get(f"/runs/students/{RUN}/{name}", headers={"token": "may see staff"}).status_code == 403
    assert READ == []


def test_the_list_of_changes_is_shown_and_downloaded_under_the_names_that_its_links_use(app):
    page = app.get(f"/runs/students/{RUN}/changes.html", headers=MAY)
    download = app.get(f"/runs/students/{RUN}/changes.csv", headers=MAY)
    summary = app.get(f"/runs/students/{RUN}/summary.html", headers=MAY)

    assert READ[:2] == [("students", RUN, "changes.html"), ("students", RUN, "changes.csv")]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.content == download.content == CHANGES.read_bytes()
    assert download.headers["content-disposition"] == 'attachment; filename="students-changes.csv"'
    assert "<h1>No patron needed a change</h1>" in summary.text
    assert app.get("/runs/students/none/changes.html", headers=MAY).status_code == 404
    assert app.get(f"/runs/students/{RUN}/students.csv", headers=MAY).status_code == 422


def test_the_summary_of_a_run_with_a_list_links_it():
    listed = SUMMARY.model_copy(update={"changes_listed": True})
    app = TestClient(create_app(lambda _job, _run: listed, find_file, authorize=authorize))

    page = app.get(f"/summaries/students/{RUN}", headers=MAY)
    link = re.search(r'href="([^"]+changes\.html)"', page.text)[1]

    assert app.get(page.url.join(link), headers=MAY).content == CHANGES.read_bytes()


def test_a_run_that_is_not_there_gets_a_page_that_says_what_to_do(app):
    found = app.get("/summaries/students/<script>alert(1)</script>", headers=MAY)

    assert found.status_code == 404
    assert "There is no Job Summary of this run yet" in found.text
    assert "<script>" not in found.text


def test_an_unknown_form_is_refused(app):
    assert app.get(f"/summaries/students/{RUN}?format=pdf", headers=MAY).status_code == 422


@pytest.mark.parametrize("path", [f"/summaries/students/{RUN}", "/summaries/students/none", "/nowhere"])
def test_every_answer_forbids_scripts_frames_and_keeping(app, path):
    headers = app.get(path, headers=MAY).headers

    assert "default-src 'none'; style-src 'unsafe-inline'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_the_app_works_and_guards_when_it_is_mounted_in_another(app):
    outer = FastAPI()
    outer.mount("/patron-updates", app.app)
    client = TestClient(outer)

    assert client.get(f"/patron-updates/summaries/students/{RUN}").status_code == 401
    assert client.get(f"/patron-updates/summaries/students/{RUN}", headers=MAY).status_code == 200


def test_the_guard_may_itself_depend_on_others():
    client = TestClient(create_app(read_summary, find_file, authorize=guard))

    assert client.get(f"/summaries/students/{RUN}").status_code == 401
    assert client.get(f"/summaries/students/{RUN}", headers={"token": "students"}).status_code == 200
