"""Where a job's file comes from: an SFTP server or a directory, behind one small protocol."""

from patron_update.sources.login import SftpLogin, login_from_environment, login_from_fields
from patron_update.sources.port import FileSeen, Landed, Source, Step, TestReport, open_source
from patron_update.sources.waiting import Watch

__all__ = [
    "FileSeen",
    "Landed",
    "SftpLogin",
    "Source",
    "Step",
    "TestReport",
    "Watch",
    "login_from_environment",
    "login_from_fields",
    "open_source",
]
