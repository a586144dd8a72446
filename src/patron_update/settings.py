"""Where things are: the include folder, the workspace, the patron database. Read from the environment, nowhere else."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


FEWEST_UNDO_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The three places that an installation may choose."""

    include: Path
    """``PATRON_UPDATE_INCLUDE``: jobs, properties files, suites, the district. Default: ./include"""
    home: Path
    """``PATRON_UPDATE_HOME``: the workspace; holds patrons, readable by the owner only. Default: ./var"""
    database_url: str | None
    """``PATRON_UPDATE_DATABASE_URL``: the patron database. Default: the embedded server below the workspace."""
    undo_days: int = FEWEST_UNDO_DAYS
    """``PATRON_UPDATE_UNDO_DAYS``: how long a run can be taken back, 90 days or more. Default: 90"""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings. Raises SettingsError when the include folder does not exist."""
        include = Path(environment.get("PATRON_UPDATE_INCLUDE") or "include").absolute()
        if not include.is_dir():
            raise SettingsError(
                f"There is no include folder {include}. Change to the project's folder, or set "
                "PATRON_UPDATE_INCLUDE to the folder that holds jobs/, properties/ and district.yaml."
            )
        return cls(
            include=include,
            home=Path(environment.get("PATRON_UPDATE_HOME") or "var").absolute(),
            database_url=environment.get("PATRON_UPDATE_DATABASE_URL") or None,
            undo_days=_days(environment.get("PATRON_UPDATE_UNDO_DAYS") or f"{FEWEST_UNDO_DAYS}"),
        )

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the patron database's URL; the embedded server, if that is meant, runs meanwhile."""
        if self.database_url:
            yield self.database_url
            return
        from patron_update.embedded.postgres import EmbeddedPostgres

        with EmbeddedPostgres(self.home / "postgres") as server:
            yield server.database("patrons")


def _days(text: str) -> int:
    """Read a number of days. Raises SettingsError."""
    if not (text.isascii() and text.isdigit() and int(text[:6]) >= FEWEST_UNDO_DAYS):
        raise SettingsError(f"PATRON_UPDATE_UNDO_DAYS must be a number of {FEWEST_UNDO_DAYS} or more.")
    return int(text[:6])
