"""A patron's history: what was done to it, where each value came from, and what it was like at any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

State = dict[str, Any]
"""A patron's values under their field names (None: blank), ``associations`` among them. Never the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the history: the values that changed, before and after.

    ``run`` is None for an edit of staff. ``line``: the row of ``file`` that made the change, None when no row did.
    """

    patron_id: int
    at: datetime
    action: str
    run: int | None = None
    job: str | None = None
    file: str | None = None
    line: int | None = None
    before: Mapping[str, Any] = field(default_factory=dict, repr=False)
    after: Mapping[str, Any] = field(default_factory=dict, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict)
    """By field, the template of the properties file that made the value."""
    made_by: str | None = None
    """Who signed the change or decided about it, and why."""
    reason: str | None = None

    @property
    def fields(self) -> list[str]:
        """Return the names of the fields that changed."""
        return sorted({*self.before, *self.after})

    def undone(self, state: State | None) -> State | None:
        """Return the patron as it was before this entry, ``state`` being it after the entry; None: it was not there."""
        if self.action == "added":
            return None
        if self.action == "edited" and "siteShortName" in self.before:
            return self._card_back({**(state or {})})
        return {**(state or {}), **self.before}

    def _card_back(self, state: State) -> State:
        """Return the state before staff gave out a card, at whatever site that was."""
        site, barcode = self.before["siteShortName"], self.before["barcode"]
        state["associations"] = [
            {**place, "barcode": barcode} if place["siteShortName"] == site else place
            for place in state.get("associations", [])
        ]
        if state.get("siteShortName") == site:
            state["barcode"] = barcode
        return state


def as_of(entries: Iterable[Entry], state: State | None, at: datetime) -> State | None:
    """Return what one patron was like at ``at``, or None when it was not there.

    ``entries``: its history, the oldest first; ``state``: what it is like now, None when it is gone.
    """
    for entry in reversed(list(entries)):
        if entry.at <= at:
            break
        state = entry.undone(state)
    return state
