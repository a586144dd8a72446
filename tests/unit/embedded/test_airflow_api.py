"""A busy Airflow can be silent: a question is asked again, a request that changes something is not."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from patron_update.embedded.airflow_api import TRIES, AirflowApi, AirflowSilentError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def airflow(silent: int) -> Iterator[tuple[AirflowApi, list[str]]]:
    """A server that hangs up on so many requests after the log-in, then answers; and the requests it was sent."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                return
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.close_connection = True
            logging_in = self.path == "/auth/token"
            if not logging_in:
                asked.append(self.command)
                if len(asked) <= silent:
                    return
            body = json.dumps({"access_token": "token"} if logging_in else {"state": "success"}).encode()
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield AirflowApi(f"http://127.0.0.1:{server.server_port}", "admin", "secret"), asked
        finally:
            server.shutdown()


def test_a_question_without_an_answer_is_asked_again():
    with airflow(silent=TRIES - 1) as (api, asked):
        assert api.get("/dags") == {"state": "success"}
    assert asked == ["GET"] * TRIES


def test_an_airflow_that_stays_silent_is_told_without_the_login():
    with airflow(silent=TRIES) as (api, asked), pytest.raises(AirflowSilentError) as caught:
        api.get("/dags?limit=1")
    assert asked == ["GET"] * TRIES
    assert "did not answer GET /api/v2/dags:" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_request_that_changes_something_is_made_once():
    with airflow(silent=1) as (api, asked), pytest.raises(AirflowSilentError):
        api.post("/dags/students/dagRuns", {})
    assert asked == ["POST"]
