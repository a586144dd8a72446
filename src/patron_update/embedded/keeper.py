"""The keeper of one embedded PostgreSQL: waits until nobody uses the server, stops it, and ends.

It exists for the case that the users were killed and could not do so themselves.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

from patron_update.embedded.cluster import Cluster


def main(folder: Path, locks: Path) -> None:
    """Keep the server on ``folder``; a second keeper leaves at once."""
    with (locks / "keeper").open("ab") as mine:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with (locks / "held").open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            Cluster(folder).stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
