"""The folder that holds all an embedded installation makes: databases, files, logs, secrets. Private throughout."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else


class Home:
    """The folders below ``folder``, and the secrets, each made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = folder / "postgres"
        self.airflow = folder / "airflow"
        self.logs = folder / "logs"
        self.secrets = folder / "secrets"
        self.drop = folder / "drop"
        self.runs = folder / "runs"

    def prepare(self) -> None:
        """Make the folders, for the owner only. As root the home itself lets PostgreSQL's user pass: see cluster.py."""
        for folder in (self.folder, self.airflow, self.logs, self.secrets, self.drop, self.drop / "patrons", self.runs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the home for this launcher. Raises SettingsError when another one runs here."""
        with (self.folder / "launcher.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise SettingsError(
                    f"already running: {lock.read().strip() or 'another launcher'} uses {self.folder}. Stop it "
                    "(Ctrl-C there), or choose another folder: PATRON_UPDATE_HOME=/some/folder make ..."
                ) from error
            lock.truncate(0)
            lock.write(f"process {os.getpid()}")
            lock.flush()
            yield

    def throw_away(self) -> None:
        """Remove what the launcher and the runs have made, and nothing else that may lie in the folder."""
        ours = (
            self.postgres,
            self.airflow,
            self.logs,
            self.secrets,
            self.drop,
            self.runs,
            *self.folder.glob("runs_of_*"),
        )
        for folder in (*ours, self.folder / ".postgres"):
            shutil.rmtree(folder, ignore_errors=True)
        for file in ("launcher.lock", "secret.key"):
            (self.folder / file).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def password(self, name: str) -> str:
        """Return the password called ``name``, which is made on first use and can be typed."""
        return self._once(name, "".join(secrets.choice(READABLE) for _ in range(20)))

    def key(self, name: str) -> str:
        """Return the 32-byte key called ``name`` in URL-safe base64, the form that Fernet wants."""
        return self._once(name, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())

    def airflow_passwords(self, user: str) -> Path:
        """Return the file from which Airflow's simple auth manager reads the password of ``user``."""
        path = self.secrets / "airflow_passwords.json"
        write_private(path, json.dumps({user: self.password("airflow_password")}))
        return path

    def _once(self, name: str, value: str) -> str:
        path = self.secrets / name
        if not path.exists():
            write_private(path, value)
        return path.read_text("utf-8")


def write_private(path: Path, text: str) -> None:
    """Write ``text`` so that only the owner can read it, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "w", encoding="utf-8", opener=_private) as handle:
        handle.write(text)
    part.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
