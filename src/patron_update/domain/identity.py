"""Whether two sets of values speak of one person: evidence by field names, points, and the thresholds.

Only what two sides both know speaks for or against; a blank value says nothing. Keys are not compared: this is asked
when the keys differ, or when the key is what is doubted.

=====================  ======
evidence               points
=====================  ======
same name                  50
other name                -50
same birth date            50
other birth date         -100
same user name            100
same barcode              100
same e-mail               100
=====================  ======

The *name* is last and first name together, compared ignoring case, accents, punctuation and blanks; the *barcode*
counts at one and the same site; the *e-mail* is the primary one, ignoring case. So the same name and birth date are
enough, a user name, barcode or e-mail is enough unless something speaks against it, and siblings who share a parent's
e-mail are two.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patron_update.domain.roster import Patron

SAME_PERSON = 100
"""Points from which a patron who disappears and one who appears are taken for one person."""
LIKELY = 50
"""Points from which two patrons who want the same thing are told to be one person, what they both want not counted."""
OTHER_PERSON = -150
"""Points down to which a key has changed hands: other name and other birth date, and nothing that outweighs them."""

NAME, BIRTHDATE, USERNAME, BARCODE, EMAIL = "name", "birth date", "user name", "barcode", "e-mail"
POINTS = {NAME: (50, -50), BIRTHDATE: (50, -100), USERNAME: (100, 0), BARCODE: (100, 0), EMAIL: (100, 0)}
"""Points for, and against, by what was compared."""

_UNHEARD = re.compile("[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]")
_STROKES = str.maketrans("łøđ", "lod")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for (True) and against (False) one person, by what was compared."""

    found: dict[str, bool]

    @property
    def score(self) -> int:
        """Return the sum of the points."""
        return self.without()

    @property
    def told(self) -> str:
        """Return points and evidence in words; what was compared, never the values."""
        words = (f"{'same' if self.found[what] else 'other'} {what}" for what in POINTS if what in self.found)
        return f"{self.score} points ({', '.join(words)})"

    def without(self, *ignored: str) -> int:
        """Return the sum of the points, leaving some evidence out of account."""
        return sum(POINTS[what][not speaks_for] for what, speaks_for in self.found.items() if what not in ignored)


def plain(name: str | None) -> str:
    """Return ``name`` as names are compared: without case, accents, punctuation and blanks."""
    decomposed = unicodedata.normalize("NFKD", name or "")
    return letters(_UNHEARD.sub("", decomposed)).translate(_STROKES)


def evidence(one: Patron, other: Patron) -> Evidence:
    """Return what speaks for and against ``one`` (as it will be) and ``other`` (as stored) being one person."""
    found: dict[str, bool] = {}
    name = _same_name(one, other)
    if name is not None:
        found[NAME] = name
    mine, theirs = one.values.get("birthdate"), other.values.get("birthdate")
    if mine and theirs:
        found[BIRTHDATE] = mine == theirs
    if one.values.get("username") and one.values.get("username") == other.values.get("username"):
        found[USERNAME] = True
    home = one.home
    there = other.at(home.site) if home else None
    if home and there and there.barcode == home.barcode:
        found[BARCODE] = True
    mail = one.values.get("email_primary")
    if mail and letters(mail) == letters(other.values.get("email_primary")):
        found[EMAIL] = True
    return Evidence(found=found)


def _same_name(one: Patron, other: Patron) -> bool | None:
    """Return None where a first name is not known: a last name alone is shared by too many."""
    names = [(plain(who.values.get("last_name")), plain(who.values.get("first_name"))) for who in (one, other)]
    (last, first), (other_last, other_first) = names
    if last != other_last or (first and other_first and first != other_first):
        return False
    return True if last and first and other_first else None


def letters(text: str | None) -> str:
    """Return ``text`` in lower case, letter by letter."""
    return "".join(letter.lower() for letter in text or "")
