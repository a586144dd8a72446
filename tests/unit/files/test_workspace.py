from __future__ import annotations

import os
from datetime import UTC, datetime
from multiprocessing.pool import ThreadPool

import pytest

from patron_update.errors import SettingsError
from patron_update.files.workspace import Workspace, secret, write_private


@pytest.fixture(autouse=True)
def loose_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path):
    return path.stat().st_mode & 0o777


def test_every_folder_down_to_the_run_is_private(tmp_path):
    folder = Workspace(tmp_path / "home").run_folder("students", "scheduled__2026-01-01T00:00:00+00:00")

    assert folder.path.parts[-3:-1] == ("runs", "students")
    assert [mode(path) for path in (folder.path, *list(folder.path.parents)[:3])] == [0o700] * 4


def test_a_home_that_others_may_pass_through_stays_so_and_shows_them_nothing(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    folder = Workspace(home).run_folder("students", "k")
    secret(home)

    assert mode(home) == 0o701
    assert [mode(path) for path in (folder.path, *list(folder.path.parents)[:2])] == [0o700] * 3


def test_the_same_key_is_the_same_folder_and_another_key_another(tmp_path):
    workspace = Workspace(tmp_path / "home")
    first = workspace.run_folder("students", "a:b")

    assert workspace.run_folder("students", "a:b") == first
    assert workspace.run_folder("students", "a/b") != first
    assert workspace.run_folder("students", "a_b") != first


def test_a_key_cannot_leave_the_workspace(tmp_path):
    folder = Workspace(tmp_path / "home").run_folder("students", "../../etc")

    assert folder.path.resolve().is_relative_to((tmp_path / "home" / "runs" / "students").resolve())
    with pytest.raises(ValueError, match="no plain file name"):
        folder.file("../other")


def test_a_run_that_is_tried_again_keeps_its_beginning(tmp_path):
    made = Workspace(tmp_path).run_folder("students", "k").made

    assert Workspace(tmp_path).run_folder("students", "k").made == made
    assert abs((datetime.now(UTC) - made).total_seconds()) < 60


def test_a_private_file_is_replaced_whole_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "result.json"
    path.write_bytes(b"old")
    path.chmod(0o644)

    write_private(path, b"new")

    assert (path.read_bytes(), mode(path), list(tmp_path.iterdir())) == (b"new", 0o600, [path])


def test_the_secret_is_made_once_even_when_many_ask_at_once(tmp_path):
    home = tmp_path / "home"
    with ThreadPool(8) as pool:
        found = set(pool.map(lambda _: secret(home), range(16)))

    assert len(found) == 1
    assert len(found.pop()) == 32
    assert [(path.name, mode(path)) for path in home.iterdir()] == [("secret.key", 0o600)]


def test_a_damaged_secret_is_told_and_not_replaced(tmp_path):
    (tmp_path / "secret.key").write_bytes(b"short")

    with pytest.raises(SettingsError, match="5 bytes instead of 32"):
        secret(tmp_path)


def test_a_home_that_is_a_file_is_told_with_the_remedy(tmp_path):
    (tmp_path / "home").write_text("")

    with pytest.raises(SettingsError, match="PATRON_UPDATE_HOME"):
        Workspace(tmp_path / "home").run_folder("students", "k")
