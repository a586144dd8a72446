"""Claims on barcodes, user names and District IDs: which records are held because not all can be true at the end.

This is the specification, slow and obvious; the store does the same set-wise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from patron_update.domain.roster import Patron


class Claim(NamedTuple):
    """What only one patron may have: a barcode at its site, or a user name or District ID in the district."""

    field: str
    site: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What one record wants: its patron as it is (None: a new one) and as it would be (None: deleted).

    ``leader`` is the line of another record without which this one cannot be applied.
    """

    line: int
    before: Patron | None
    after: Patron | None
    leader: int | None = None

    @property
    def acquired(self) -> frozenset[Claim]:
        """Return the claims that the patron does not have yet. Nothing else can collide."""
        return claims_of(self.after) - claims_of(self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """A claim that a held record cannot get, because ``other`` has it or wants it too (a patron, or a line).

    ``waits_for`` is the line by which the other patron would give it up, were that one not held itself.
    """

    claim: Claim
    other: Patron | int
    waits_for: int | None = None


def claims_of(patron: Patron | None) -> frozenset[Claim]:
    """Return everything that this patron claims."""
    if patron is None:
        return frozenset()
    claims = {Claim("barcode", place.site, place.barcode) for place in patron.associations}
    for field, column in (("username", "username"), ("districtID", "district_id")):
        if patron.values.get(column):
            claims.add(Claim(field, "", patron.values[column]))
    return frozenset(claims)


def held_moves(
    patrons: Iterable[Patron], moves: Iterable[Move], parked: Collection[int] = ()
) -> dict[int, tuple[Collision, ...]]:
    """Return the lines that are held, each with its collisions; without any it waits for its leader, which is held.

    ``parked`` are lines that wait for another reason: they give nothing up, and what needs them is held.

    A patron keeps a claim that it has stored unless a record that is not held gives it up. To the fixpoint: hold every
    record that wants a claim which another patron keeps; when there is none left, hold all records that want the same
    claim; and again, because a held record's patron keeps what it has. So swaps, chains and cycles succeed, and the
    order of the records never matters.

    No smaller set is held without taking sides: nothing in a file tells which of two records that want one claim is
    right, so both are held, even where holding one of them would let a swap go on.
    """
    owners = {claim: patron for patron in patrons for claim in claims_of(patron)}
    every = tuple(moves)
    live = {move.line: move for move in every if move.line not in parked}
    tied: dict[Claim, set[int]] = {}
    while True:
        stuck = [
            line
            for line, move in live.items()
            if (move.leader is not None and move.leader not in live)
            or any(_kept(claim, owners, live) for claim in move.acquired)
        ]
        if not stuck:
            ties = {claim: lines for claim, lines in _wanted(live.values()).items() if len(lines) > 1}
            tied |= ties
            stuck = sorted(set().union(*ties.values()))
        if not stuck:
            break
        for line in stuck:
            del live[line]
    held = [move for move in every if move.line not in live]
    return {move.line: _collisions(move, owners, live, held, tied) for move in held if move.line not in parked}


def _kept(claim: Claim, owners: dict[Claim, Patron], live: dict[int, Move]) -> Patron | None:
    """Return the patron that has this claim stored and keeps it."""
    owner = owners.get(claim)
    if owner is None:
        return None
    return None if _giver(claim, owner, live.values()) else owner


def _giver(claim: Claim, owner: Patron, moves: Iterable[Move]) -> int | None:
    """Return the line by which ``owner`` would give the claim up."""
    lines = [m.line for m in moves if m.before and m.before.id == owner.id and claim not in claims_of(m.after)]
    return min(lines, default=None)


def _wanted(moves: Iterable[Move]) -> dict[Claim, set[int]]:
    wanted: dict[Claim, set[int]] = defaultdict(set)
    for move in moves:
        for claim in move.acquired:
            wanted[claim].add(move.line)
    return wanted


def _collisions(
    move: Move,
    owners: dict[Claim, Patron],
    live: dict[int, Move],
    held: Iterable[Move],
    tied: dict[Claim, set[int]],
) -> tuple[Collision, ...]:
    """Return, for each claim out of reach, the patron that keeps it, else the first record that wants it too.

    Of a claim in a tie the rivals are told, although its patron keeps it: that one would have given it up.
    """
    wanted, found = _wanted(live.values()), []
    for claim in sorted(move.acquired):
        keeper = None if claim in tied else _kept(claim, owners, live)
        rivals = (wanted.get(claim, set()) | tied.get(claim, set())) - {move.line}
        if keeper:
            found.append(Collision(claim=claim, other=keeper, waits_for=_giver(claim, keeper, held)))
        elif rivals:
            found.append(Collision(claim=claim, other=min(rivals)))
    return tuple(found)
