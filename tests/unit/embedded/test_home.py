import stat

import pytest

from patron_update.embedded.home import Home
from patron_update.errors import SettingsError


@pytest.fixture
def home(tmp_path) -> Home:
    home = Home(tmp_path / "var")
    home.prepare()
    return home


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_no_other_user_can_look_into_any_folder_of_the_home(home):
    assert mode(home.folder) & 0o066 == 0
    assert {mode(folder) for folder in home.folder.iterdir()} == {0o700}


def test_a_secret_is_made_once_and_readable_by_its_owner_only(home):
    first = home.password("sftp_password")

    assert home.password("sftp_password") == first
    assert Home(home.folder).password("sftp_password") == first
    assert mode(home.secrets / "sftp_password") == 0o600
    assert home.password("airflow_password") != first


def test_the_fernet_key_is_one_that_fernet_takes(home):
    from cryptography.fernet import Fernet

    assert Fernet(home.key("fernet_key")).encrypt(b"x")


def test_a_second_launcher_in_the_same_home_is_told_who_runs(home):
    with home.alone(), pytest.raises(SettingsError, match=r"already running: process \d+ uses .*var"), home.alone():
        pass


def test_a_home_is_free_again_after_the_launcher_has_ended(home):
    for _ in range(2):
        with home.alone():
            pass


def test_throwing_away_leaves_what_is_not_the_launchers(home):
    (home.folder / "my notes.txt").write_text("mine")

    home.throw_away()

    assert [path.name for path in home.folder.iterdir()] == ["my notes.txt"]
