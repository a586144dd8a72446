"""The patron store's part about who is who: each call is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.store import applying, decisions, history, merging, undoing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import BinaryIO

    from patron_update.domain.decisions import Remedy
    from patron_update.domain.history import Entry, State
    from patron_update.store.connecting import Connection, Row
    from patron_update.store.decisions import Ruler
    from patron_update.store.undoing import Wish
    from patron_update.store.values import Merged, TellMerge, TellUndo, Undone


class Deciding:
    """What people rule; see `patron_update.store.decisions`. All raise StoreError when there is nothing to rule on."""

    def _transaction(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def resolve(
        self,
        run_id: int,
        line: int,
        remedy: Remedy,
        ruler: Ruler,
        other: str | None = None,
        barcode: str | None = None,
    ) -> str:
        """Settle what a run left open about a row, but for a merge; return what happens now."""
        with self._transaction() as connection:
            return decisions.resolve(connection, run_id, line, remedy, ruler, other, barcode)

    def merge(self, keep: str, drop: str, ruler: Ruler, tell: TellMerge) -> Merged:
        """Merge ``drop`` into ``keep``, at once: two patrons who are one person. ``tell`` makes its summary."""
        with self._transaction() as connection:
            return merging.merge(connection, keep, drop, ruler, tell)

    def merge_row(self, run_id: int, line: int, ruler: Ruler, tell: TellMerge, other: str | None = None) -> Merged:
        """Merge the other patron of a conflict into the row's own, at once."""
        with self._transaction() as connection:
            return merging.merge_row(connection, run_id, line, other, ruler, tell)

    def history(self, who: str) -> list[Entry]:
        """Return all that was done to the patron and to those who were merged into it, the oldest first.

        ``who``: District ID or BARCODE@SITE, be the patron stored or gone. Raises StoreError.
        """
        with self._transaction() as connection:
            return history.read(connection, who)

    def as_of(self, who: str, at: datetime) -> State | None:
        """Return the patron as it was at ``at`` (aware), whole but for the password, or None when it was not there."""
        with self._transaction() as connection:
            return history.read_as_of(connection, who, at)

    def undo(self, wish: Wish, ruler: Ruler, tell: TellUndo, *, preview: BinaryIO | None = None) -> Undone:
        """Take back what a run did, all that still can be.

        ``preview``: write there what that would change, as `PatronStore.preview` does, and leave it all.
        """
        with self._transaction() as connection, connection.transaction(force_rollback=preview is not None):
            undone = undoing.undo(connection, wish, ruler, tell)
            if preview is not None:
                applying.tell_history(connection, preview)
            return undone

    def tidy(self, before: datetime) -> int:
        """Forget what only an undo needs, of runs applied before ``before``; return of how many changes."""
        with self._transaction() as connection:
            return undoing.tidy(connection, before)

    def change_ids(self, job: str, pairs: Iterable[tuple[int, str, str]], ruler: Ruler) -> int:
        """Rule for each line, old and new District ID that they are one person; return how many."""
        with self._transaction() as connection:
            return decisions.change_ids(connection, job, pairs, ruler)

    def decisions(self, job: str) -> list[Row]:
        """Return the job's rulings, the newest last."""
        with self._transaction() as connection:
            return decisions.listed(connection, job)

    def withdraw(self, number: int, ruler: Ruler) -> None:
        """Take a ruling back."""
        with self._transaction() as connection:
            decisions.withdraw(connection, number, ruler)
