"""What a change set would do, field by field, listed in the run's folder: the apply itself, taken back."""

from __future__ import annotations

import os
from contextlib import contextmanager
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from patron_update.files.workspace import PRIVATE_FILE, write_private
from patron_update.results import Changes, Explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any, BinaryIO, TextIO

    from patron_update.files.workspace import RunFolder
    from patron_update.run import Run
    from patron_update.store import ApplyFacts

CHANGES_CSV, CHANGES_HTML = "changes.csv", "changes.html"


def list_changes(run: Run, facts: ApplyFacts, verdict: str) -> Changes:
    """Write ``changes.csv`` and ``changes.html``; return the change set in the figures that applying it came to.

    Patrons stay as they are. Whoever writes patrons meanwhile waits, as for an update.
    """
    made, explained = Changes.load(run), Explained.find(run)
    causes, links = explained.causes if explained else [], {"Job Summary": "summary.html"}
    with written(run.folder, job_name=run.job.name, verdict=verdict, causes=causes, links=links) as spool:
        applied = run.store.preview(made.store_run, facts, spool)
    return made.planned_again(applied).save(run)


@contextmanager
def written(folder: RunFolder, *, links: Mapping[str, str], **told: Any) -> Iterator[BinaryIO]:  # noqa: ANN401 - the page's
    """Yield where a store may tell what would change; write ``changes.csv`` and ``changes.html`` of it then."""
    from patron_update.summary import changes as lists

    with TemporaryFile(dir=folder.path) as spool:
        yield spool
        spool.seek(0)
        history = lists.read_history(TextIOWrapper(spool, "utf-8", newline=""))
        with _private(folder.file(CHANGES_CSV)) as file:
            groups = lists.write_csv(history, file)
    page = lists.page(groups, links={"Every change as CSV": CHANGES_CSV, **links}, **told)
    write_private(folder.file(CHANGES_HTML), page.encode())


def _private(path: Path) -> TextIO:
    """Open a file anew that its owner alone may read. With a byte order mark spreadsheets know that it is UTF-8."""
    path.unlink(missing_ok=True)
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w", encoding="utf-8-sig", newline=""
    )
