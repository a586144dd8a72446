"""Fixtures that every room may use: a real PostgreSQL, one fresh database per test."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.embedded.postgres import EmbeddedPostgres


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=5, deadline=None, suppress_health_check=QUIET)
settings.register_profile("thorough", max_examples=100, deadline=None, suppress_health_check=QUIET)
settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=QUIET)
settings.load_profile("quick")
"""Random examples that a property test draws: few while one works, many in `make test`, very many in `make fuzz`."""

TEMPORARY = "PYTEST_DEBUG_TEMPROOT"


def pytest_configure(config: pytest.Config) -> None:
    """Give this session a folder of its own: pytest closes the shared one to other users at each start.

    Started by root, PostgreSQL runs as another user; a second session would lock it out of its data.
    """
    if TEMPORARY not in os.environ:
        folder = os.environ[TEMPORARY] = tempfile.mkdtemp(prefix="patron-update-tests-")
        config.add_cleanup(lambda: (os.environ.pop(TEMPORARY), shutil.rmtree(folder, ignore_errors=True)))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    from patron_update.embedded.postgres import EmbeddedPostgres

    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data") as server:
        yield server


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> str:
    """Return the URL of a fresh, empty database."""
    return postgres.database(f"test_{uuid.uuid4().hex[:12]}")
