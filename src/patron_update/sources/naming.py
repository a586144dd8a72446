"""File names: what is asked for, what is there, and how to say that they differ."""

from __future__ import annotations

import difflib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from patron_update.errors import FileMissingError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 10
"""Names that an error lists at most."""


def check_inside(folder: str, file: str) -> None:
    """Raise SourceError when ``file`` names anything outside ``folder``. Links inside the folder may lead anywhere."""
    path = PurePosixPath(file.replace("\\", "/"))
    if not file or path.is_absolute() or ".." in path.parts:
        raise SourceError(
            f"The job asks for {file!r}, which lies outside its folder {folder}. "
            "Name the file without leading / and without '..'; put the folder into the source's path."
        )


def missing_file(where: str, file: str, names: Iterable[str] | None) -> FileMissingError:
    """Return the error for a file that is not in the folder ``where``, with what is there instead (None: not known)."""
    text = f"There is no file {file!r} in {where}."
    if names is None:
        return FileMissingError(f"{text} The folder's other files cannot be listed. Check the name in the job file.")
    present = sorted(names)
    differing = [name for name in present if name.casefold() == file.casefold()]
    if differing:
        return FileMissingError(
            f"{text} There is {', '.join(map(repr, differing[:SHOWN]))}: names are case-sensitive. "
            "Write it in the job file exactly as it is there."
        )
    if not present:
        return FileMissingError(f"{text} The folder is empty. Check that the SIS has sent the file, and to here.")
    similar = _similar(file, present)
    found = (
        f"Similar names there: {', '.join(map(repr, similar))}."
        if similar
        else f"None of the {len(present):,} names there is similar."
    )
    return FileMissingError(f"{text} {found} Check that the SIS has sent the file, and its name in the job file.")


def missing_folder(where: str, folder: str) -> FileMissingError:
    """Return the error for a folder that is not there."""
    return FileMissingError(
        f"There is no folder {folder!r} on {where}. Folder names are case-sensitive; check 'path' in the job file."
    )


def _similar(file: str, names: list[str]) -> list[str]:
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(file.casefold(), folded, n=SHOWN, cutoff=0.5)
    return [folded[name] for name in close]
