"""SFTP against the real sample server: every way in which a fetch can fail, and the ways in which it must not."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import time
from datetime import UTC, datetime
from unittest.mock import patch

import asyncssh
import pytest

from patron_update.embedded.sftp import SampleSftpServer
from patron_update.errors import (
    FileChangedError,
    FileMissingError,
    HostKeyError,
    KeyTextError,
    LogInError,
    SettingsError,
    SourceError,
    UnreachableError,
)
from patron_update.sources import SftpLogin, login_from_environment
from patron_update.sources.sftp import SftpSource

FILE = "Student Patrons.csv"
SECRET = "p4ss, wörd"


@pytest.fixture
def patrons(tmp_path):
    folder = tmp_path / "drop" / "patrons"
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(b"a,b\r\n1,2\r\n")
    return folder


@pytest.fixture
def to(tmp_path):
    return tmp_path / "run" / "landed.csv"


@pytest.fixture
def server(tmp_path, patrons):
    with SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as running:
        yield running


def login(server, **changes):
    known = {"host": "127.0.0.1", "port": server.port, "username": "springfield", "password": SECRET}
    return SftpLogin(**(known | {"host_key": server.host_key} | changes))


def source(server, file=FILE, path="/patrons", **changes):
    return SftpSource(login(server, **changes), path, file)


def test_a_file_lands_whole_private_with_its_hash_and_one_log_in(server, patrons, to):
    os.utime(patrons / FILE, (0, 1_768_176_000))
    seen = source(server).look()
    assert (seen.size, seen.modified) == (10, datetime(2026, 1, 12, tzinfo=UTC))
    assert server.log_ins == 1

    landed = source(server).fetch(seen, to)

    assert server.log_ins == 2
    assert (landed.path, landed.size) == (to, 10)
    assert landed.sha256 == hashlib.sha256(b"a,b\r\n1,2\r\n").hexdigest()
    assert to.read_bytes() == b"a,b\r\n1,2\r\n"
    assert to.stat().st_mode & 0o777 == 0o600
    assert to.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in to.parent.iterdir()] == ["landed.csv"]


def test_an_empty_file_lands_as_an_empty_file(server, patrons, to):
    (patrons / FILE).write_bytes(b"")

    assert source(server).fetch(source(server).look(), to).size == 0
    assert to.read_bytes() == b""


def test_fifty_megabytes_arrive_unharmed_and_fast(server, patrons, to):
    content = os.urandom(1024 * 1024) * 50
    (patrons / FILE).write_bytes(content)
    seen = source(server).look()
    started = time.monotonic()

    landed = source(server).fetch(seen, to)

    assert landed.sha256 == hashlib.sha256(content).hexdigest()
    assert landed.size == len(content)
    assert time.monotonic() - started < 20, "50 MB take about a second"


def test_the_servers_own_connection_text_logs_in(server):
    connection = login_from_environment("sis", {"AIRFLOW_CONN_SIS": server.connection})

    assert SftpSource(connection, "/patrons", FILE).test().ok
    assert SECRET not in server.url


def test_airflow_reads_the_same_from_the_same_text():
    uri = "sftp://spring%40field:s3cret%2F%2B%C3%B6@sis.example:2222/?host_key=ssh-ed25519%20AA%2BA"
    from airflow.sdk.definitions.connection import Connection

    theirs = Connection.from_uri(uri, conn_id="sis")

    ours = login_from_environment("sis", {"AIRFLOW_CONN_SIS": uri})

    assert (ours.host, ours.port, ours.username, ours.password, ours.host_key) == (
        theirs.host,
        theirs.port,
        theirs.login,
        theirs.password,
        theirs.extra_dejson["host_key"],
    )


def test_the_asynchronous_twins_work_inside_a_running_loop(server):
    assert asyncio.run(source(server).look_async()).size == 10


def test_a_wrong_password_is_tried_exactly_once_and_never_shown(server, to):
    seen = source(server).look()

    with pytest.raises(LogInError, match=r"user 'springfield'.*not retried.*lock") as caught:
        source(server, password="Wr0ng").fetch(seen, to)

    assert server.log_ins == 1 + 1
    assert not caught.value.retry
    assert "Wr0ng" not in str(caught.value)
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert not to.parent.exists()


def test_a_wrong_user_is_refused_the_same_way(server):
    with pytest.raises(LogInError, match=r"'Springfield'.*case-sensitive"):
        source(server, username="Springfield").look()


def test_a_private_key_logs_in_and_a_wrong_one_does_not(server):
    mine, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    server.authorized_key = mine.convert_to_public()

    def with_key(key, **changes):
        text = key.export_private_key("openssh", **changes).decode()
        return source(server, password=None, private_key=text, passphrase=changes.get("passphrase"))

    assert with_key(mine).look().size == 10
    assert with_key(mine, passphrase="pp").look().size == 10
    with pytest.raises(LogInError):
        with_key(other).look()
    with pytest.raises(KeyTextError, match="cannot be used"):
        source(server, password=None, private_key="-----BEGIN nonsense").look()


def test_without_a_pinned_key_nothing_is_sent_and_the_offered_key_is_shown(server):
    with pytest.raises(HostKeyError) as caught:
        source(server, host_key=None).look()

    assert f'{{"host_key": "{server.host_key}"}}' in str(caught.value)
    assert "SHA256:" in str(caught.value)
    assert server.log_ins == 0


def test_another_host_key_is_refused_with_both_fingerprints(server):
    other = asyncssh.generate_private_key("ssh-ed25519")
    pinned = other.export_public_key("openssh").decode()

    with pytest.raises(HostKeyError) as caught:
        source(server, host_key=pinned).look()

    offered = asyncssh.import_public_key(server.host_key)
    assert f"expected {other.get_fingerprint()}, got {offered.get_fingerprint()}" in str(caught.value)
    assert f'{{"host_key": "{server.host_key}"}}' in str(caught.value)
    assert server.log_ins == 0


def test_a_key_of_another_kind_is_refused_with_both_fingerprints_too(server):
    pinned = asyncssh.generate_private_key("ssh-rsa", key_size=2048).export_public_key("openssh").decode()

    with pytest.raises(HostKeyError, match=r"expected SHA256:.*, got SHA256:"):
        source(server, host_key=pinned).look()


@pytest.mark.parametrize("text", ["ssh-ed25519 AAAA", "ssh-ed25519 AAAA…", "SHA256:abc", "ssh-ed25519"])
def test_a_pinned_key_that_is_malformed_is_said_to_be_so_and_the_server_is_not_asked(server, text):
    other = source(server, host_key=text, host="no-such-host.invalid")

    with pytest.raises(KeyTextError, match=r"pins for .* is malformed .* Put the server's whole public key"):
        other.look()
    [step] = other.test().steps
    assert (step.what, step.ok) == ("Connection", False)
    assert "malformed" in step.text


def test_a_server_with_several_keys_is_asked_for_the_pinned_one(tmp_path):
    keys = [asyncssh.generate_private_key(kind) for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")]
    offered = []

    class Server(SampleSftpServer):
        async def _listen(self):
            acceptor = await super()._listen()
            acceptor.update(server_host_keys=keys)
            return acceptor

    with Server(tmp_path / "drop", "springfield", SECRET, tmp_path / "key") as running:
        (tmp_path / "drop" / FILE).touch()
        for key in keys:
            line = key.export_public_key("openssh").decode()
            offered.append(source(running, path="/", host_key=line).look().size)

    assert offered == [0, 0, 0]


def test_a_host_key_is_kept_and_private(server, tmp_path):
    again = SampleSftpServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key")

    assert again.host_key == server.host_key
    assert (tmp_path / "host.key").stat().st_mode & 0o777 == 0o600


def test_a_server_that_is_not_there_can_be_tried_again(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(UnreachableError, match=f"127.0.0.1:{port} cannot be reached.*host and port") as caught:
        source(server, port=port).look()

    assert caught.value.retry
    with pytest.raises(UnreachableError, match=r"no-such-host\.invalid"):
        source(server, host="no-such-host.invalid").look()


def test_a_missing_file_is_none_to_a_look_and_an_error_to_a_fetch(server, patrons, to):
    seen = source(server).look()
    (patrons / FILE).rename(patrons / "student patrons.csv")

    assert source(server).look() is None
    with pytest.raises(FileMissingError, match=r"There is 'student patrons\.csv': names are case-sensitive"):
        source(server).fetch(seen, to)


def test_a_missing_folder_is_an_error_at_once(server):
    with pytest.raises(FileMissingError, match=f"no folder '/Patrons' on 127.0.0.1:{server.port}.*case-sensitive"):
        source(server, path="/Patrons").look()


def test_a_folder_of_the_files_name_is_no_file(server, patrons):
    (patrons / "sub").mkdir()

    with pytest.raises(FileMissingError, match="a folder"):
        source(server, file="sub").look()


def test_a_name_that_leads_out_of_the_folder_is_refused(server):
    with pytest.raises(SourceError, match="outside its folder"):
        source(server, file="../host.key")


def test_the_server_shows_nothing_outside_its_folder(server):
    with pytest.raises(FileMissingError):
        source(server, path="/../../etc", file="passwd").look()


def test_a_file_replaced_since_it_was_seen_is_refused(server, patrons, to):
    seen = source(server).look()
    (patrons / FILE).write_bytes(b"new")

    with (
        patch.object(asyncssh.SFTPServer, "read", side_effect=AssertionError("nothing need be read")) as read,
        pytest.raises(FileChangedError, match=r"10 bytes.*3 bytes"),
    ):
        source(server).fetch(seen, to)
    assert not read.called
    assert not list(to.parent.iterdir())


def test_a_server_that_gives_less_than_it_announces_is_not_believed(server, to):
    seen = source(server).look()

    with (
        patch.object(asyncssh.SFTPServer, "read", lambda _self, _file, offset, _size: b"a,b\r\n"[offset:]),
        pytest.raises(FileChangedError, match="5 bytes received"),
    ):
        source(server).fetch(seen, to)
    assert not list(to.parent.iterdir())


class MeddlingServer(SampleSftpServer):
    """Does something to the file or to the connection once a read begins at or after ``at``; once only."""

    at = 8 * 1024 * 1024
    meddle = None

    def files(self, channel):
        server = self

        class Files(asyncssh.SFTPServer):
            def read(self, file_obj, offset, size):
                if server.meddle and offset >= server.at:
                    meddle, server.meddle = server.meddle, None
                    meddle(channel)
                return super().read(file_obj, offset, size)

        return Files(channel, chroot=os.fsencode(server._root))


@pytest.fixture
def meddling(tmp_path, patrons):
    (patrons / FILE).write_bytes(os.urandom(1024 * 1024) * 20)
    with MeddlingServer(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as running:
        yield running


@pytest.mark.parametrize("size", [9 * 1024 * 1024, 0, 30 * 1024 * 1024])
def test_a_file_that_shrinks_or_grows_while_being_fetched_is_refused(meddling, patrons, to, size):
    seen = source(meddling).look()
    meddling.meddle = lambda _channel: os.truncate(patrons / FILE, size)

    with pytest.raises(FileChangedError, match=r"changed while it was being fetched.*Let the SIS finish") as caught:
        source(meddling).fetch(seen, to)

    assert caught.value.retry
    assert not list(to.parent.iterdir())


def test_a_broken_transfer_is_taken_up_where_it_broke(meddling, patrons, to):
    content = (patrons / FILE).read_bytes()
    seen = source(meddling).look()
    meddling.meddle = lambda channel: channel.get_connection().abort()

    with pytest.raises(UnreachableError, match="broke") as caught:
        source(meddling).fetch(seen, to)
    assert caught.value.retry
    assert not to.exists()
    part = to.parent / "landed.csv.part"
    kept = part.stat().st_size
    assert 0 < kept < len(content)
    assert {path.stat().st_mode & 0o777 for path in to.parent.iterdir()} == {0o600}

    offsets = []
    meddling.at = 0
    read = asyncssh.SFTPServer.read

    def noting(self, file_obj, offset, size):
        offsets.append(offset)
        return read(self, file_obj, offset, size)

    with pytest.MonkeyPatch.context() as swap:
        swap.setattr(asyncssh.SFTPServer, "read", noting)
        landed = source(meddling).fetch(seen, to)

    assert min(offsets) == kept
    assert landed.sha256 == hashlib.sha256(content).hexdigest()
    assert to.read_bytes() == content


def test_a_broken_transfer_of_a_file_that_changed_since_begins_anew(meddling, patrons, to):
    seen = source(meddling).look()
    meddling.meddle = lambda channel: channel.get_connection().abort()
    with pytest.raises(UnreachableError):
        source(meddling).fetch(seen, to)
    (patrons / FILE).write_bytes(b"new")

    landed = source(meddling).fetch(source(meddling).look(), to)

    assert to.read_bytes() == b"new"
    assert landed.sha256 == hashlib.sha256(b"new").hexdigest()


def test_a_server_that_hangs_up_on_the_password_counts_as_a_refusal(tmp_path, patrons):
    class Rude(SampleSftpServer):
        def lets_in(self, username, password):
            super().lets_in(username, password)
            for connection in self._connections:
                connection.abort()
            return False

    with Rude(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as rude:
        with pytest.raises(LogInError, match="not retried"):
            source(rude).look()
        assert rude.log_ins == 1


def test_a_file_that_may_not_be_read_says_so(tmp_path, patrons, to):
    class Closed(SampleSftpServer):
        def files(self, channel):
            class Files(asyncssh.SFTPServer):
                def open(self, path, pflags, attrs):
                    raise asyncssh.SFTPPermissionDenied("not yours")

            return Files(channel, chroot=os.fsencode(self._root))

    with Closed(tmp_path / "drop", "springfield", SECRET, tmp_path / "host.key") as closed:
        seen = source(closed).look()
        with pytest.raises(SourceError, match="may not read") as caught:
            source(closed).fetch(seen, to)
        assert not caught.value.retry
        report = source(closed).test()
        assert failed_at(report)[-2:] == [("Folder", True), ("File", False)]


def failed_at(report):
    return [(step.what, step.ok) for step in report.steps]


def test_the_test_report_ends_at_the_step_that_failed(server):
    fine = source(server).test()
    assert fine.ok
    assert failed_at(fine) == [(what, True) for what in ("Server", "Host key", "Log-in", "Folder", "File")]
    assert "10 bytes" in fine.steps[-1].text

    for changed, failing in (
        (source(server, host="no-such-host.invalid"), 0),
        (source(server, host_key=None), 1),
        (source(server, password="wrong"), 2),
        (source(server, path="/none"), 3),
        (source(server, file="none.csv"), 4),
    ):
        report = changed.test()
        assert failed_at(report) == [(what, True) for what, _ in failed_at(fine)[:failing]] + [
            (fine.steps[failing].what, False)
        ]
        assert not report.ok


def test_a_taken_port_is_said_clearly(server, tmp_path):
    with (
        pytest.raises(SettingsError, match=f"Port {server.port} on 127.0.0.1 is taken"),
        SampleSftpServer(tmp_path / "drop", "u", "p", tmp_path / "host.key", server.port),
    ):
        pass


def test_the_server_listens_to_this_machine_only(server):
    assert {address[0] for address in (sock.getsockname() for sock in server._acceptor.sockets)} == {"127.0.0.1"}
