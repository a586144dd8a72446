"""The sample district's side: the drop folder, the nights' files in it, the SFTP server before it."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from patron_update.embedded.home import write_private
from patron_update.embedded.ports import HOST
from patron_update.embedded.progress import shown, step
from patron_update.embedded.sftp import SampleSftpServer
from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patron_update.embedded.home import Home

CONNECTION, SFTP_USER = "springfield_sis", "springfield"
FOLDER = "patrons"


@contextmanager
def drop_server(home: Home, port: int) -> Iterator[dict[str, Any]]:
    """Serve the drop folder by SFTP; yield the connection that Airflow needs, with the server's host key pinned."""
    password = home.password("sftp_password")
    server = SampleSftpServer(home.drop, SFTP_USER, password, home.secrets / "sftp_host_key", port=port)
    with server:
        connection = {"conn_type": "sftp", "host": HOST, "port": server.port, "login": SFTP_USER, "password": password}
        extra = {"host_key": server.host_key, "compress": False}
        write_private(
            home.secrets / "sftp.env",
            "# For the command line, while this runs: set -a; . this file; set +a; patron-update run students\n"
            f"AIRFLOW_CONN_{CONNECTION.upper()}='{json.dumps({**connection, 'extra': extra})}'\n",
        )
        yield {"connection_id": CONNECTION, **connection, "extra": json.dumps(extra)}


def night_folder(include: Path, night: int) -> Path:
    """Return where the sample files of a night lie. Raises SettingsError when there are none."""
    folder = include / "samples" / f"night{night}"
    if not sorted(folder.glob("*.csv")):
        raise SettingsError(
            f"There are no sample files in {folder}. The demo needs the sample district: unset PATRON_UPDATE_INCLUDE."
        )
    return folder


def put_night(include: Path, home: Home, night: int) -> None:
    """Put the files of a night into the drop folder, as a school's system would: each at once, under its final name."""
    with step(f"the school's system drops the files of night {night} into {shown(home.drop / FOLDER)}"):
        for source in sorted(night_folder(include, night).glob("*.csv")):
            part = home.drop / FOLDER / f".{source.name}.part"
            shutil.copyfile(source, part)
            part.chmod(0o600)
            part.replace(home.drop / FOLDER / source.name)
