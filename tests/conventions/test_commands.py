"""The commands that people are told to type exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TARGETS = {"help", "setup", "demo", "up", "lock", "format", "generate", "clean"}
TARGETS |= {"test", "fuzz", "chaos", "bench", "check", "lint"}


def makefile() -> str:
    return (PROJECT / "Makefile").read_text("utf-8")


def texts() -> list[Path]:
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *PROJECT.glob("docs/*.md")]


def test_make_alone_explains_every_command():
    shown = subprocess.run([shutil.which("make")], cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert set(re.findall(r"^  make (\w+) ", shown, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.name)
def test_every_make_command_in_the_texts_exists(path):
    if not path.exists():
        pytest.fail(f"{path} is missing")
    told = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE))

    assert told <= TARGETS


def test_ci_runs_the_tests_by_the_readmes_command():
    assert "make --no-print-directory test" in (PROJECT / ".ci" / "run").read_text("utf-8")
    assert "make test" in (PROJECT / "README.md").read_text("utf-8")


def test_an_old_python_is_refused_with_a_remedy(tmp_path):
    script = (PROJECT / ".ci" / "environment.py").read_text("utf-8").replace("OLDEST = (3, 11)", "OLDEST = (3, 99)")
    (tmp_path / "environment.py").write_text(script)

    done = subprocess.run(
        [shutil.which("python3"), str(tmp_path / "environment.py")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "Python 3.99 or newer is needed" in done.stderr
    assert "make PYTHON=" in done.stderr
