"""All deliberate errors: each says what, how much and what to do now, and keeps its figures as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class PatronUpdateError(Exception):
    """A stop that was foreseen. Its text is written for the person who must act and never names a patron.

    ``retry`` tells whether the same attempt may succeed later without anybody's help: a server that is down may come
    back, a wrong password does not mend itself.
    """

    retry = False


class SettingsError(PatronUpdateError):
    """The installation is not set up: a folder, a database or an environment variable is missing or wrong."""


class JobFileError(PatronUpdateError):
    """A job file, the district file or a suite cannot be used; the text names file, line, key and the likely remedy."""


class PropertiesError(PatronUpdateError):
    """A properties file cannot be used; the text names file, line and key."""


class SourceError(PatronUpdateError):
    """The file could not be brought from the SFTP server or the directory."""


class UnreachableError(SourceError):
    """The server does not answer, or the connection broke."""

    retry = True


class HostKeyError(SourceError):
    """The server's host key is not the pinned one."""


class KeyTextError(SourceError):
    """A key that stands in the connection is no key. The server was not asked."""


class LogInError(SourceError):
    """The server refused the log-in. Never retried: repeated failures lock accounts."""


class FileMissingError(SourceError):
    """The file, or its folder, is not there."""


class FileChangedError(SourceError):
    """The file changed, or shrank, while it was being fetched."""

    retry = True


class UnreadableFileError(PatronUpdateError):
    """The file as a whole cannot be read as the CSV it should be: empty, wrong encoding, missing columns, not a CSV."""


class EndlessRegexError(PropertiesError):
    """A regex of the properties file does not come to an end with some value of the file."""


class FileCheckError(PatronUpdateError):
    """A check of the file that the job lets stop its runs found something; nothing was written. ``codes``: which."""

    def __init__(self, text: str, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(text)


class ColumnsMissingError(UnreadableFileError):
    """The properties file uses columns beyond the last of the file, which has ``columns``."""

    def __init__(self, text: str, columns: int) -> None:
        self.columns = columns
        super().__init__(text)


class NamesMissingError(UnreadableFileError):
    """The properties file names columns, ``names``, that the header does not have, or has more than once."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.names = frozenset(names)
        super().__init__(text)


class ExpectationStopError(PatronUpdateError):
    """An expectation with severity *stop* failed; nothing was written."""


class TooManyChangesError(PatronUpdateError):
    """A limit of the job was passed; nothing was written."""


class ApprovalVoidError(TooManyChangesError):
    """What was approved is not what would be written now, in that ``what``; nothing was written."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"The approval is void: {what}. Nothing was written. Run the job again: it shows what would change now."
        )


class RejectedError(TooManyChangesError):
    """A run waited for a person's approval in vain; nothing was written."""


class StoreError(PatronUpdateError):
    """The patron database refused: unreachable, not migrated, or busy with the same job."""


class StoreUnreachableError(StoreError):
    """The patron database does not answer."""

    retry = True
