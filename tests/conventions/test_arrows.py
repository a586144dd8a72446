"""The arrows between the rooms: every contract holds, and each one is seen to break by an import planted in a copy."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
PLANTED = {
    "Arrows point inwards": ("domain", "patron_update.jobs"),
    "Only the airflow room knows Airflow": ("ui", "airflow"),
    "Only the validation room knows Great Expectations": ("airflow", "great_expectations"),
    "Only the files room knows DuckDB": ("store", "duckdb"),
    "Only the store room knows PostgreSQL's drivers": ("summary", "psycopg"),
    "Only the ui room knows FastAPI": ("embedded", "fastapi"),
    "The domain and the errors are standard library only": ("domain", "yaml"),
}
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    """Lint the copy, not the installed package: its ``src`` comes first."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project / "src")}
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path) -> Path:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    shutil.copytree(PROJECT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return tmp_path


def test_every_contract_holds(copy):
    checked = lint(copy)

    assert checked.returncode == 0, checked.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in checked.stdout


def test_every_contract_has_its_proof_here():
    assert {contract["name"] for contract in CONTRACTS} == set(PLANTED)


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_contract_breaks_when_an_import_against_it_is_planted(copy, name):
    room, module = PLANTED[name]
    (copy / "src" / "patron_update" / room / "planted.py").write_text(f'"""Planted."""\n\nimport {module}\n')

    checked = lint(copy)

    assert checked.returncode == 1
    assert f"{name} BROKEN" in checked.stdout
