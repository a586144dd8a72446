"""The few questions that the launcher asks Airflow's REST API."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from patron_update.errors import PatronUpdateError

COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
REQUEST_SECONDS = 30
TRIES = 4
"""How often a question is asked when nobody answers: a busy machine can be silent for a minute."""


class AirflowApiError(PatronUpdateError):
    """Airflow refused a request; ``status`` is the HTTP status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class AirflowSilentError(PatronUpdateError):
    """Airflow did not answer in time, or closed the connection."""


class AirflowApi:
    """A client of one Airflow, logged in on first use. Proxies are not asked: the address is this machine's own."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._address = address
        self._log_in = {"username": user, "password": password}
        self._token = ""
        self._opener = build_opener(ProxyHandler({}))

    def unhealthy(self) -> list[str]:
        """Return the components that are not up yet; all of them while nobody answers."""
        try:
            health = self._send("GET", "/api/v2/monitor/health", None)
        except (AirflowApiError, AirflowSilentError):
            return ["api_server", *COMPONENTS]
        return [name for name in COMPONENTS if (health.get(name) or {}).get("status") != "healthy"]

    def get(self, path: str) -> dict[str, Any]:
        """Return the answer to GET ``/api/v2<path>``; asks again when nobody answers, for asking changes nothing."""
        for _ in range(TRIES - 1):
            with suppress(AirflowSilentError):
                return self._ask("GET", path)
        return self._ask("GET", path)

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Return the answer to POST."""
        return self._ask("POST", path, body)

    def patch(self, path: str, body: object) -> dict[str, Any]:
        """Return the answer to PATCH."""
        return self._ask("PATCH", path, body)

    def delete(self, path: str) -> None:
        """Delete; what does not exist is as good as deleted."""
        try:
            self._ask("DELETE", path)
        except AirflowApiError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:
                raise

    def put_connection(self, connection: dict[str, Any]) -> None:
        """Store a connection, encrypted by Airflow; one of the same name is replaced."""
        try:
            self.patch(f"/connections/{quote(connection['connection_id'])}", connection)
        except AirflowApiError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:
                raise
            self.post("/connections", connection)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        if not self._token:
            self._token = self._send("POST", "/auth/token", self._log_in)["access_token"]
        return self._send(method, f"/api/v2{path}", body)

    def _send(self, method: str, path: str, body: object) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = Request(  # noqa: S310 - the address is ours and http
            self._address + path, json.dumps(body).encode() if body is not None else None, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=REQUEST_SECONDS) as answer:
                found: dict[str, Any] = json.loads(answer.read() or b"{}")
                return found
        except HTTPError as error:
            text = error.read().decode("utf-8", "replace")[:500]
            raise AirflowApiError(
                f"Airflow answered {error.code} to {method} {path.partition('?')[0]}: {text}", error.code
            ) from None
        except (OSError, http.client.HTTPException) as error:  # URLError and TimeoutError among them
            raise AirflowSilentError(
                f"Airflow at {self._address} did not answer {method} {path.partition('?')[0]}: {error!r}. Is it still "
                "running, and is the machine very busy?"
            ) from None
