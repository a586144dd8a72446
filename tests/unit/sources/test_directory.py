"""A directory as a source, and what holds for the landing of every source."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patron_update.errors import FileChangedError, FileMissingError, SettingsError, SourceError
from patron_update.jobs.models import Source as SourceDefinition
from patron_update.sources import FileSeen, landing, open_source
from patron_update.sources.directory import DirectorySource
from patron_update.sources.landing import Landing

FILE = "Student Patrons.csv"


@pytest.fixture
def folder(tmp_path):
    drop = tmp_path / "drop"
    drop.mkdir()
    return drop


@pytest.fixture
def to(tmp_path):
    return tmp_path / "run" / "landed.csv"


def put(folder, text=b"a,b\r\n1,2\r\n", name=FILE):
    (folder / name).write_bytes(text)
    return DirectorySource(folder, name)


def test_a_file_lands_whole_private_and_with_its_hash(folder, to):
    source = put(folder)

    landed = source.fetch(source.look(), to)

    assert (landed.path, landed.size) == (to, 10)
    assert landed.sha256 == hashlib.sha256(b"a,b\r\n1,2\r\n").hexdigest()
    assert to.read_bytes() == b"a,b\r\n1,2\r\n"
    assert to.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in to.parent.iterdir()) == ["landed.csv"]


def test_a_look_tells_size_and_time_in_utc(folder):
    source = put(folder)
    os.utime(folder / FILE, ns=(0, 1_768_176_000_123_456_000))

    assert source.look() == FileSeen(name=FILE, size=10, modified=datetime(2026, 1, 12, 0, 0, 0, 123456, tzinfo=UTC))


def test_a_file_that_is_not_there_yet_is_none_but_a_missing_folder_is_an_error(folder):
    assert DirectorySource(folder, FILE).look() is None
    with pytest.raises(FileMissingError, match=r"no folder .*case-sensitive"):
        DirectorySource(folder / "Patrons", FILE).look()


def test_a_missing_file_names_what_is_there_instead(folder, to):
    seen = put(folder).look()
    (folder / FILE).rename(folder / "student patrons.csv")

    with pytest.raises(FileMissingError, match=r"There is 'student patrons\.csv': names are case-sensitive"):
        DirectorySource(folder, FILE).fetch(seen, to)
    for number in range(20):
        (folder / f"Student Patrons {number}.csv").touch()
    (folder / "student patrons.csv").unlink()
    with pytest.raises(FileMissingError) as caught:
        DirectorySource(folder, FILE).fetch(seen, to)
    assert str(caught.value).count("'Student Patrons ") == 10
    assert not to.parent.exists()


def test_an_empty_folder_and_unlike_names_are_told_apart(folder):
    assert "The folder is empty" in DirectorySource(folder, FILE).test().steps[-1].text
    (folder / "xyz.zip").touch()
    assert "None of the 1 names there is similar" in DirectorySource(folder, FILE).test().steps[-1].text


def test_a_link_in_the_folder_is_followed(folder, tmp_path, to):
    (tmp_path / "elsewhere.csv").write_bytes(b"x")
    (folder / FILE).symlink_to(tmp_path / "elsewhere.csv")
    source = DirectorySource(folder, FILE)

    assert source.fetch(source.look(), to).size == 1


@pytest.mark.parametrize("file", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "..\\b.csv", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused(folder, file):
    with pytest.raises(SourceError, match="outside its folder"):
        DirectorySource(folder, file)


def test_a_folder_of_the_files_name_is_no_file(folder):
    (folder / FILE).mkdir()

    with pytest.raises(FileMissingError, match="a folder"):
        DirectorySource(folder, FILE).look()


def test_a_file_that_is_not_the_one_seen_before_is_refused(folder, to):
    source = put(folder)
    seen = source.look()
    put(folder, b"a,b\r\n")

    with pytest.raises(FileChangedError, match=r"10 bytes.*5 bytes"):
        source.fetch(seen, to)
    assert not list(to.parent.iterdir())


def test_a_file_that_grows_while_it_is_read_is_refused(folder, to, monkeypatch):
    source = put(folder)
    seen = source.look()
    copy = source._copy
    monkeypatch.setattr(source, "_copy", lambda part: (copy(part), put(folder, b"a,b\r\n1,2\r\n3,4\r\n")))

    with pytest.raises(FileChangedError, match="15 bytes"):
        source.fetch(seen, to)
    assert not list(to.parent.iterdir())


def test_the_report_names_folder_and_file(folder):
    report = put(folder).test()

    assert report.ok
    assert [step.what for step in report.steps] == ["Folder", "File"]
    broken = DirectorySource(folder / "none", FILE).test()
    assert not broken.ok
    assert [(step.what, step.ok) for step in broken.steps] == [("Folder", False)]


def test_a_file_that_may_not_be_read_is_told_by_the_report_and_by_a_fetch(folder, to, monkeypatch):
    source = put(folder)
    seen = source.look()
    monkeypatch.setattr(Path, "open", refused)  # root may read everything, so rights alone prove nothing

    assert [(step.what, step.ok) for step in source.test().steps] == [("File", False)]
    with pytest.raises(SourceError, match="cannot be read: Permission denied"):
        source.fetch(seen, to)


def refused(self, mode: str):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_an_interrupted_landing_is_taken_up_where_it_ended(folder, to):
    source = put(folder, b"0123456789")
    seen = source.look()
    with Landing(to, seen) as part:
        part.write(b"01234")
    with (to.parent / "landed.csv.part").open("ab") as file:
        file.write(b"a block whose note was never written")

    with Landing(to, seen) as part:
        assert part.size == 5
    assert source.fetch(seen, to).sha256 == hashlib.sha256(b"0123456789").hexdigest()


def test_a_part_that_was_altered_or_belongs_to_another_file_is_not_used(folder, to):
    seen = put(folder, b"0123456789").look()
    with Landing(to, seen) as part:
        part.write(b"01234")
    note = to.parent / "landed.csv.part.json"

    with Landing(to, FileSeen(name=FILE, size=11, modified=seen.modified)) as part:
        assert part.size == 0
    note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": "0"}))
    with Landing(to, seen) as part:
        assert part.size == 0
    note.write_text("{half a no")
    with Landing(to, seen) as part:
        assert part.size == 0


def test_too_little_room_is_said_before_anything_is_fetched(folder, to, monkeypatch):
    source = put(folder)
    usage = namedtuple("usage", "total used free")  # noqa: PYI024
    monkeypatch.setattr(landing.shutil, "disk_usage", lambda _: usage(100, 95, 5))

    with pytest.raises(SourceError, match=r"The disk is full: 10 more bytes are needed in .*PATRON_UPDATE_HOME"):
        source.fetch(source.look(), to)


def test_a_disk_that_fills_up_meanwhile_is_said_clearly_too(folder, to, monkeypatch):
    source = put(folder)

    def full(_self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Landing, "_write_note", full)

    with pytest.raises(SourceError, match="The disk is full"):
        source.fetch(source.look(), to)
    assert not to.exists()


def test_a_jobs_definition_opens_its_source(folder):
    put(folder)
    definition = SourceDefinition.model_validate({"directory": {"path": str(folder), "file": FILE}})
    remote = SourceDefinition.model_validate({"sftp": {"connection": "springfield_sis", "path": "/p", "file": FILE}})

    assert open_source(definition).look().size == 10
    with pytest.raises(SettingsError, match="springfield_sis"):
        open_source(remote)
