"""Make .venv with exactly the pinned requirements in it; a second start sees that nothing is to be done.

Standard library only: this runs before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "ready"
REQUIREMENTS = PROJECT / "requirements-dev.txt"
OLDEST = (3, 11)


def main() -> None:
    """Set up, unless that has been done for these requirements, at this place, with this Python."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=/path/to/python3.11 ..."
        )
    if is_ready():
        return
    with (PROJECT / ".venv.lock").open("w") as lock:
        wait_for(lock)
        if not is_ready():
            set_up()


def set_up() -> None:
    """Make the environment anew where it is not usable, and bring its packages to the pinned versions."""
    start = time.monotonic()
    say(f"The environment {VENV} is being set up (once; about 200 packages, a minute or two)")
    STAMP.unlink(missing_ok=True)
    if not usable():
        shutil.rmtree(VENV, ignore_errors=True)
        say("  a virtual environment is made")
        if run(sys.executable, "-m", "venv", str(VENV), check=False):
            sys.exit(
                f"{sys.executable} -m venv failed. On Debian and Ubuntu install python3-venv; elsewhere see above."
            )
    install()
    say("  the package itself is installed")
    run(*pip("install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(PROJECT)))
    STAMP.write_text(wanted_state())
    say(f"  done in {time.monotonic() - start:.0f} s")


def install() -> None:
    """Install what is pinned: with uv, or with pip where uv cannot reach the package index that pip is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(pinned("uv"))
        run(*pip("install", "--quiet", "--require-hashes", "--requirement", str(only_uv)))
    say("  the pinned requirements are installed and compiled (the long part)")
    options = ("--require-hashes", "--requirement", str(REQUIREMENTS))
    uv = (str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), "--compile-bytecode")
    if not sys.stderr.isatty():
        uv += ("--quiet",)
    if run(*uv, *options, check=False):
        say("  uv could not install them; pip tries (slower)")
        run(*pip("install", *options))


def pinned(name: str) -> str:
    """Return the lines of one package, with its hashes."""
    found = re.search(rf"^{name}==.*\n(?:    .*\n)*", REQUIREMENTS.read_text("utf-8"), re.MULTILINE)
    if not found:
        sys.exit(f"{REQUIREMENTS.name} does not pin {name}: run `make lock` in a complete environment.")
    return found[0]


def is_ready() -> bool:
    """Tell whether the environment is the one that is wanted."""
    return STAMP.exists() and PYTHON.exists() and STAMP.read_text() == wanted_state()


def wanted_state() -> str:
    """Return what the environment depends on; a moved project needs its scripts and its own path anew."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS, PROJECT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return f"{PROJECT} {digest.hexdigest()}"


def usable() -> bool:
    """Tell whether there is an environment at this place whose Python starts and is new enough."""
    config = VENV / "pyvenv.cfg"
    if not PYTHON.exists() or not config.exists():
        return False
    script = VENV / "bin" / "pip"
    if not script.exists() or str(VENV) not in script.read_text(errors="replace"):
        return False
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return run(str(PYTHON), "-c", test, check=False) == 0


def pip(*arguments: str) -> tuple[str, ...]:
    """Return a command of the environment's pip."""
    return (str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments)


def run(*command: str, check: bool = True) -> int:
    """Run a command with our output; stop when it fails, unless the caller looks at the result itself."""
    environment = dict(os.environ)
    # pip knows its certificates under another name than uv.
    if "PIP_CERT" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["PIP_CERT"])
    environment.pop("PYTHONPATH", None)
    status = subprocess.run(command, check=False, env=environment, cwd=PROJECT).returncode
    if status and check:
        sys.exit(
            f"\nThis command failed with status {status}:\n  {' '.join(command)}\nIts own words stand above. Usually "
            "the package index cannot be reached: check the network or pip's settings, and start again."
        )
    return status


def wait_for(lock: object) -> None:
    """Take the lock; say so when another set-up holds it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    say("Another set-up of this environment is running; this one waits for it")
    fcntl.flock(lock, fcntl.LOCK_EX)


def say(text: str) -> None:
    """Print at once, even into a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
