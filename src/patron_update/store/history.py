"""What was done to a patron: the history read, of patrons who are gone, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.history import Entry, State, as_of
from patron_update.errors import StoreError
from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from datetime import datetime

    from patron_update.store.connecting import Connection


def people(connection: Connection, who: str) -> list[int]:
    """Return the numbers of the stored patron of this name and of those who had it and are gone. Raises StoreError.

    ``who``: District ID or BARCODE@SITE.
    """
    stored = connection.execute(statement("find_person"), [who]).fetchall()
    if len(stored) > 1:
        known = "; ".join(one["keys"] for one in stored)
        raise StoreError(f"{who!r} names several patrons: {known}. Name the one you mean by its other key.")
    gone = connection.execute(statement("find_gone"), [who])
    found = [int(one["id"]) for one in (*gone, *stored)]
    if not found:
        raise StoreError(f"The store knows no patron {who!r}. Name one by District ID or as BARCODE@SITE.")
    return found


def read(connection: Connection, who: str) -> list[Entry]:
    """Return all that was done to the patron and to those who were merged into it, the oldest first."""
    found = connection.execute(statement("read_history"), [people(connection, who)])
    return [Entry(**row) for row in found]


def read_as_of(connection: Connection, who: str, at: datetime) -> State | None:
    """Return the patron as it was at ``at``, whole, or None when it was not there."""
    known = people(connection, who)
    entries = [Entry(**row) for row in connection.execute(statement("read_history"), [known])]
    now = {row["id"]: row for row in connection.execute(statement("patron_now"), [known])}
    states = []
    for number in known:
        own = [entry for entry in entries if entry.patron_id == number]
        row = now.get(number)
        entered = row and not any(entry.action == "added" for entry in own)
        if not (row and entered and row["created_at"] > at):
            states.append(as_of(own, row and row["state"], at))
    return next((state for state in reversed(states) if state), None)
