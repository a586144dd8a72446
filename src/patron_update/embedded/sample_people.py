"""Invented people for the sample district: names, addresses and numbers that follow from a seed and an index alone."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = (
    "Zoë", "Łucja", "Nuño", "Siân", "José", "Anaïs", "Bjørn", "D’Andre", "Mei-Lin", "Ngọc", "Oluwaseun", "Çelik",  # noqa: RUF001
    "Aarav", "Amara", "Beatrix", "Caleb", "Dagný", "Elio", "Fatima", "Gideon", "Hana", "Ines", "Jamal", "Kaia",
    "Lionel", "Maren", "Nadia", "Otis", "Priya", "Quentin", "Rosalind", "Santiago", "Tamsin", "Ulises", "Vesna",
    "Wren", "Ximena", "Yusuf", "Zahra", "Ama'ri",
)  # fmt: skip
LAST = (
    "O'Brannock", "Nuñez-Łukasz", "d'Angelico", "van der Wessel", "St. Claremont", "Müllerin", "Šimkovic", "Nguyễnh",
    "Ó Dálaighe", "Fjällgren", "Þorvaldsdóttir", "O’Rourkeson", "Marlowe, Jr.", "Ashgrove", "Bexley",  # noqa: RUF001
    "Castellano-Roux", "Delacroixe", "Eversley", "Farrowdale", "Gutiérrez Peñalva", "Hollingbeck", "Iwataki",
    "Jablonskie", "Kapoorani", "Lindenthal", "Mbekiani", "Norwoodly", "Okonjola", "Pellegrinno", "Quillfeather",
    "Ravensworth", "Sandovalle", "Thistlewood", "Umbertone", "Vantongeren", "Whitlocke", "Xiongmao", "Yarborne",
    "Zielonkova", "Lee-Hartwell",
)  # fmt: skip
NICKNAMES = ("Ace", "Bea", "Cal", "Dee", "Zo", "Lu", "Pip", "Mo", "Ro", "Sunny")
STREETS = ("Elm Street", "Maple Avenue", "Old Mill Road", "Peña Court", "Second Street", "St. John's Place, Apt. 4")
ROOMS = ("West", "East", "North", "Annex")
FOLDED = str.maketrans({"ł": "l", "ø": "o", "þ": "th", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person; nothing in it depends on anybody else."""

    number: int
    first: str
    last: str
    middle: str
    nickname: str
    gender: str
    street: str
    phone: str
    draw: Random
    """Further numbers, for what only students or only staff have."""

    @property
    def email_name(self) -> str:
        """Return the local part of the address: unique, since it ends in the number, and plain ASCII."""
        return f"{folded(self.first)[:1]}{folded(self.last)[:20]}{self.number}"


def person(seed: int, number: int, *, encoding: str = "utf-8") -> Person:
    """Return the person of this number; names are such that ``encoding`` can write them."""
    draw = Random(seed * 1_000_003 + number)  # noqa: S311 - the same people every time is the point
    first, last = (writable(names, encoding) for names in (FIRST, LAST))
    return Person(
        number=number,
        first=pick(draw, first),
        last=pick(draw, last),
        middle=pick(draw, first) if draw.random() < 0.6 else "",  # noqa: PLR2004 - a share
        nickname=pick(draw, NICKNAMES) if draw.random() < 0.15 else "",  # noqa: PLR2004 - a share
        gender=pick(draw, "MF"),
        street=f"{1 + int(draw.random() * 998)} {pick(draw, STREETS)}",
        phone=f"(555) 555-{int(draw.random() * 10_000):04d}",
        draw=draw,
    )


def pick(draw: Random, choices: Sequence[str]) -> str:
    """Return one of ``choices``. Built on random() alone, the one method whose sequence Python keeps for ever."""
    return choices[int(draw.random() * len(choices))]


def folded(name: str) -> str:
    """Return the ASCII letters of ``name``, diacritics taken off."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(FOLDED))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


@cache
def writable(names: tuple[str, ...], encoding: str) -> tuple[str, ...]:
    """Return the names that ``encoding`` can write."""
    return tuple(name for name in names if name.encode(encoding, "ignore").decode(encoding) == name)
