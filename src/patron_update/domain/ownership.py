"""Who owns a field: the source, staff, or the source as long as it is blank; and what both changed since last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from patron_update.domain.fields import FIELDS
from patron_update.domain.messages import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patron_update.domain.roster import Patron, Record

COLUMNS = {field.name: field.column for field in FIELDS if field.name != "siteShortName"}
"""The fields that somebody may own. A row's site is the row's: without it nobody could say where its patron is."""
HIDDEN = "(hidden)"


class Owner(StrEnum):
    """Whose value stands when staff and the source differ."""

    SOURCE = "source"
    """The row's value is taken."""
    STAFF = "staff"
    """A value that staff edited stays until the source sends the same."""
    FILL_BLANK = "fill_blank"
    """The row's value is taken where the stored one is blank."""


Ownership = Mapping[str, Owner]
"""Owners by field, under its name in the properties language. A field that is not named belongs to the source."""


def in_force(of_job: Ownership, of_site: Ownership) -> dict[str, Owner]:
    """Return the owners at one site: what the district file says of the site wins over the job."""
    return {field: owner for field, owner in {**of_job, **of_site}.items() if owner is not Owner.SOURCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A field that staff edited, met by a row that sends a value for it. Blank is ''.

    ``applied``: what the update had left there. ``kept``: the row's value is not taken.
    """

    field: str
    applied: str
    stored: str
    sent: str
    kept: bool

    @property
    def secret(self) -> bool:
        """Tell whether the values cannot be compared or shown."""
        return self.field == "password"

    def settled(self, before: Patron, after: Patron) -> bool:
        """Tell whether nothing is left of the edit: the source wrote the field, or sends what staff wrote."""
        if self.secret:
            return not self.kept
        return self.sent == self.stored or (not self.kept and self.changes(before, after))

    def changes(self, before: Patron, after: Patron) -> bool:
        """Tell whether the update changes the field."""
        return stored(before, self.field) != stored(after, self.field)

    def told(self, before: Patron, after: Patron) -> dict[str, str]:
        """Return the parts of the message about this edit, none when there is nothing to tell."""
        if not self.kept and not self.changes(before, after):
            return {}
        code = "staff_edit_kept" if self.kept else "staff_edit_overwritten"
        if self.secret:
            return {"code": code, "field": self.field, "value": HIDDEN, "detail": HIDDEN}
        if self.sent == self.stored:
            return {}
        if self.sent != self.applied:
            won = "the staff's value is kept" if self.kept else "the SIS's value is taken"
            detail = f"'{cut(self.sent)}'; {won}"
            return {"code": "changed_by_both", "field": self.field, "value": self.stored, "detail": detail}
        return {"code": code, "field": self.field, "value": self.stored, "detail": cut(self.sent)}


def stored(patron: Patron, field: str) -> str:
    """Return the patron's value of ``field``, '' when it is blank; the barcode is that of the primary site."""
    if field == "barcode":
        return patron.home.barcode if patron.home else ""
    return patron.values.get(COLUMNS[field], "")


def edits_met(record: Record, before: Patron, edits: Mapping[str, str], owners: Ownership) -> Iterator[Edit]:
    """Yield the edits of the patron for which the row sends values. ``edits``: by field, what was applied before."""
    for field, applied in sorted(edits.items()):
        sent = record.values.get(COLUMNS[field])
        if sent is not None:
            yield Edit(
                field=field,
                applied=applied,
                stored=stored(before, field),
                sent=sent,
                kept=_kept(before, field, owners, edited=True),
            )


def respecting(record: Record, before: Patron, edits: Mapping[str, str], owners: Ownership) -> Record:
    """Return the record without the values that are not the source's to write: as if they were missing."""
    kept = {COLUMNS[field] for field in owners if _kept(before, field, owners, edited=field in edits)}
    return replace(record, values={column: value for column, value in record.values.items() if column not in kept})


def _kept(before: Patron, field: str, owners: Ownership, *, edited: bool) -> bool:
    owner = owners.get(field, Owner.SOURCE)
    if owner is Owner.FILL_BLANK:
        return stored(before, field) not in ({"", "U"} if field == "gender" else {""})
    return owner is Owner.STAFF and edited
