"""What a change set would do, field by field, listed in the run's folder: the apply itself, taken back."""

from __future__ import annotations

import os
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from patron_update.files.workspace import PRIVATE_FILE, write_private
from patron_update.results import Changes, Explained

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from patron_update.run import Run
    from patron_update.store import ApplyFacts

CHANGES_CSV, CHANGES_HTML = "changes.csv", "changes.html"


def list_changes(run: Run, facts: ApplyFacts, verdict: str) -> Changes:
    """Write ``changes.csv`` and ``changes.html``; return the change set in the figures that applying it came to.

    Patrons stay as they are. Whoever writes patrons meanwhile waits, as for an update.
    """
    from patron_update.summary import changes as lists

    made = Changes.load(run)
    with TemporaryFile(dir=run.folder.path) as spool:
        applied = run.store.preview(made.store_run, facts, spool)
        spool.seek(0)
        history = lists.read_history(TextIOWrapper(spool, "utf-8", newline=""))
        with _private(run.folder.file(CHANGES_CSV)) as file:
            groups = lists.write_csv(history, file)
    explained = Explained.find(run)
    links = {"Every change as CSV": CHANGES_CSV, "Job Summary": "summary.html"}
    page = lists.page(
        groups, job_name=run.job.name, verdict=verdict, links=links, causes=explained.causes if explained else ()
    )
    write_private(run.folder.file(CHANGES_HTML), page.encode())
    return made.planned_again(applied).save(run)


def _private(path: Path) -> TextIO:
    """Open a file anew that its owner alone may read. With a byte order mark spreadsheets know that it is UTF-8."""
    path.unlink(missing_ok=True)
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w", encoding="utf-8-sig", newline=""
    )
