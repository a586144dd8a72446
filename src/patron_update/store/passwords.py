"""Passwords in the store: salted slow hashes of the keyed digests that records carry, made only when needed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from patron_update.store.connecting import Connection


class Cost(NamedTuple):
    """Scrypt's work factor, block size and parallelism: about 40 ms and 16 MiB for one hash."""

    n: int = 2**14
    r: int = 8
    p: int = 1


COST = Cost()


def hashed(digest: str, cost: Cost | None = None) -> str:
    """Return the salted hash of ``digest``, as ``scrypt$n$r$p$salt$hash``."""
    cost, salt = cost or COST, os.urandom(16)
    return "$".join(("scrypt", *map(str, cost), _text(salt), _text(_scrypt(digest, salt, cost))))


def matches(digest: str, stored: str) -> bool:
    """Tell whether ``stored`` is a hash of ``digest``. A hash of another form matches nothing."""
    try:
        kind, n, r, p, salt, expected = stored.split("$")
        cost = Cost(int(n), int(r), int(p))
        found = _scrypt(digest, base64.b64decode(salt), cost)
    except ValueError:
        return False
    return kind == "scrypt" and hmac.compare_digest(_text(found), expected)


def compare(connection: Connection) -> None:
    """Find out which sent passwords differ from the stored ones; what is known from an earlier plan is kept."""
    pairs = connection.execute(statement("password_pairs")).fetchall()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        same = pool.map(lambda pair: matches(pair["password"], pair["password_hash"]), pairs)
        found = [(pair["line"], pair["password_hash"], one) for pair, one in zip(pairs, same, strict=True)]
    with connection.cursor().copy("COPY password_check FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)


def hash_due(connection: Connection, *, for_good: bool = True) -> None:
    """Hash the passwords that the plan will write and that have no hash yet.

    Not ``for_good``: the caller takes everything back, so a word in their place spares the work.
    """
    due = connection.execute(statement("password_due")).fetchall()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(lambda row: hashed(row["password"]) if for_good else "preview", due))
    with connection.cursor().copy("COPY password_fresh FROM STDIN") as copy:
        for row, made in zip(due, hashes, strict=True):
            copy.write_row((row["line"], made))


def _scrypt(digest: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(digest.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, dklen=32)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
