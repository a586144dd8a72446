"""A Job Summary and a message of one, with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from patron_update.domain.messages import Message
from patron_update.summary import SourceFile, Summary, SummaryMessage

STARTED = datetime(2026, 8, 31, 7, 15, tzinfo=UTC)


@pytest.fixture
def summary():
    """Return a function that builds a summary, different where the test says so."""

    def made(**different):
        facts = {
            "run": "scheduled__2026-08-31T07:15:00+00:00",
            "run_id": 7,
            "job": "students",
            "job_name": "Students",
            "update": "full",
            "outcome": "completed",
            "started": STARTED,
            "finished": STARTED + timedelta(seconds=48),
            "file": SourceFile(name="Student Patrons.csv", size=1_234, modified=STARTED, sha256="ab" * 32),
        }
        return Summary(**{**facts, **different})

    return made


@pytest.fixture
def message():
    """Return a function that builds a message of a summary."""

    def made(code="site_unknown", **facts):
        return SummaryMessage.of(Message(code=code, **{"line": 5, "field": "siteShortName", "value": "MAPEL", **facts}))

    return made
