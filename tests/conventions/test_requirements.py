"""What is installed is what is pinned, and what is pinned is pinned exactly."""

import re
from importlib import metadata
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DIRECT = re.compile(r"(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?==(?P<version>\S+)\s+# (?P<reason>\S.*)")
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?==(?P<version>[^ ;]+)(?P<rest>.*(?:\n    .*)*)", re.MULTILINE)


def lines_of(name: str) -> list[str]:
    text = (PROJECT / name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "-r "))]


def direct(name: str) -> dict[str, str]:
    return {found["name"]: found["version"] for line in lines_of(name) if (found := DIRECT.fullmatch(line))}


def pinned(name: str) -> dict[str, re.Match[str]]:
    text = (PROJECT / name).read_text("utf-8")
    return {found["name"]: found for found in PINNED.finditer(text)}


def test_the_installed_airflow_is_the_pinned_one():
    assert metadata.version("apache-airflow") == direct("requirements.in")["apache-airflow"]
    assert metadata.version("apache-airflow-core") == direct("requirements.in")["apache-airflow"]


def test_every_direct_requirement_is_installed_as_pinned():
    wanted = direct("requirements.in") | direct("requirements-dev.in")

    assert {name: metadata.version(name) for name in wanted} == wanted


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_direct_requirement_has_an_exact_version_and_a_reason(name):
    assert [line for line in lines_of(name) if not DIRECT.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_requirement_has_hashes(name):
    assert [found["name"] for found in pinned(name).values() if "--hash=sha256:" not in found["rest"]] == []


def test_the_locks_agree_with_what_is_asked_for_and_with_each_other():
    runtime, development = pinned("requirements.txt"), pinned("requirements-dev.txt")

    for name, version in direct("requirements.in").items():
        assert runtime[name]["version"] == version
    for name, version in direct("requirements-dev.in").items():
        assert development[name]["version"] == version
    assert {name: development[name]["version"] for name in runtime} == {
        name: found["version"] for name, found in runtime.items()
    }


def test_the_image_is_built_on_the_pinned_airflow():
    base = re.search(
        r"^FROM apache/airflow:slim-(\S+)-python3\.11$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE
    )

    assert base[1] == direct("requirements.in")["apache-airflow"]


def test_no_file_names_a_package_index():
    for name in ("requirements.in", "requirements-dev.in", "requirements.txt", "requirements-dev.txt", "Makefile"):
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", (PROJECT / name).read_text("utf-8")), name
