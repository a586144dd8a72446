"""The workspace: private folders for runs, atomic private files, and the secret that keys digests.

Whatever lies here may hold patrons, so folders are 0700 and files 0600 whatever the umask says; the home may be passed.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from patron_update.errors import SettingsError

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
PASSAGE = stat.S_IXOTH
"""The right of others to pass through a folder without seeing what is in it. The home may have it: where root runs the
embedded PostgreSQL, the server is another user, whose data lie below."""
SECRET_BYTES = 32
MADE = "made"
LANDED = "landed.csv"
"""The file of a run as it was fetched, byte for byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """The folder of one run of one job."""

    path: Path

    def file(self, name: str) -> Path:
        """Return where the run's file ``name`` lies or will lie. Raises ValueError when it would lie elsewhere."""
        if name != Path(name).name:
            raise ValueError(f"{name!r} is no plain file name")
        return self.path / name

    @property
    def made(self) -> datetime:
        """Return when the folder was made (UTC): a run that is tried again keeps its beginning."""
        return datetime.fromisoformat(self.file(MADE).read_text("ascii"))


class Workspace:
    """The workspace below ``home``, which is made when it does not exist."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def find(self, job_id: str, run_key: str, name: str) -> Path | None:
        """Return the run's file ``name``, or None when there is none. Makes nothing."""
        found = RunFolder(path=self._home / "runs" / safe_name(job_id) / safe_name(run_key)).file(name)
        return found if found.is_file() else None

    def forget(self, name: str, before: datetime) -> int:
        """Delete the file ``name`` of every run that was last written before ``before``; return how many."""
        old = [path for path in self._home.glob(f"runs/*/*/{name}") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink()
        return len(old)

    def run_folder(self, job_id: str, run_key: str) -> RunFolder:
        """Return the run's folder, the same for the same key; make it when it does not exist."""
        path = self._home / "runs" / safe_name(job_id) / safe_name(run_key)
        private_folder(self._home, keep=PASSAGE)
        for folder in (self._home / "runs", path.parent, path):
            private_folder(folder)
        run_folder = RunFolder(path=path)
        _write_once(run_folder.file(MADE), datetime.now(UTC).isoformat().encode())
        return run_folder


def safe_name(text: str) -> str:
    """Return ``text`` as a file name; what had to be replaced is told apart by a digest at the end."""
    safe = re.sub(r"[^A-Za-z0-9_.+-]", "_", text).lstrip(".")[:120]
    if safe == text:
        return safe
    return f"{safe}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def private_folder(path: Path, *, keep: int = 0) -> None:
    """Make ``path`` a folder that only its owner may enter; of other rights those in ``keep`` stay as they are.

    Raises SettingsError when that is not possible.
    """
    try:
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        path.chmod(PRIVATE_FOLDER | path.stat().st_mode & keep)
    except OSError as error:
        raise SettingsError(
            f"The workspace folder {path} cannot be made or kept private: {error.strerror}. "
            "Set PATRON_UPDATE_HOME to a folder that belongs to this user."
        ) from error


def write_private(path: Path, content: bytes) -> None:
    """Write ``path`` whole or not at all, readable by its owner only."""
    part = _part(path)
    _write_new(part, content)
    part.replace(path)


def secret(home: Path) -> bytes:
    """Return the installation's secret, which is made on first use. Whoever loses it changes every password digest."""
    private_folder(home, keep=PASSAGE)
    path = home / "secret.key"
    _write_once(path, secrets.token_bytes(SECRET_BYTES))
    found = path.read_bytes()
    if len(found) != SECRET_BYTES:
        raise SettingsError(
            f"{path} is damaged: {len(found)} bytes instead of {SECRET_BYTES}. Restore it from a backup."
        )
    return found


def _write_once(path: Path, content: bytes) -> None:
    """Write ``path`` unless it is there; of several processes that try at once, one wins and all see its content."""
    if path.exists():
        return
    part = _part(path)
    _write_new(part, content)
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
