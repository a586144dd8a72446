"""The 45 patron fields, in the order of the vendor's converter, with their labels, limits and kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200C))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What surrounds a value without belonging to it (ours): white space of every script, zero-width space, BOM."""


class Kind(StrEnum):
    """How a field's text is normalised and stored."""

    TEXT = "text"
    DATE = "date"
    """MM/DD/YYYY in records, ``date`` in the store."""
    YEAR = "year"
    FLAG = "flag"
    """``true`` or ``false`` in records, ``boolean`` in the store."""
    STATUS = "status"
    """A active, I inactive, R restricted."""
    GENDER = "gender"
    """M, F, U."""
    PASSWORD = "password"  # noqa: S105 - the name of a kind


class UnknownStatus(StrEnum):
    """What becomes of a status that is none of A, I, R and of the words for them."""

    KEEP = "keep"
    """The stored status stays; a new patron is active."""
    ACTIVE = "active"
    """The patron is active, as with a blank status: what the original does."""
    REJECT = "reject"
    """The row is rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One patron field. ``name`` is its key in the properties language without ``field_``; ``column`` its SQL name."""

    name: str
    column: str
    label: str
    limit: int
    """Longest value kept, in characters; longer ones are shortened with a message."""
    kind: Kind


def _field(name: str, label: str, limit: int, kind: Kind = Kind.TEXT) -> Field:
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", "_", name.replace("ID", "Id"))
    return Field(name=name, column=snake.lower(), label=label, limit=limit, kind=kind)


def _address(which: str, number: int) -> tuple[Field, ...]:
    prefix, label = f"address{which}", f"Address {number}"
    return (
        _field(f"{prefix}Line1", f"{label} Line 1", 90),
        _field(f"{prefix}Line2", f"{label} Line 2", 90),
        _field(f"{prefix}City", f"{label} City", 90),
        _field(f"{prefix}State", f"{label} State", 90),
        _field(f"{prefix}ZipCode", f"{label} Zip", 20),
        _field(f"{prefix}PhoneNumberPrimary", f"{label} Phone 1", 30),
        _field(f"{prefix}PhoneNumberSecondary", f"{label} Phone 2", 30),
    )


FIELDS: tuple[Field, ...] = (
    _field("siteShortName", "Site Short Name", 10),
    _field("barcode", "Barcode", 14),
    _field("districtID", "District ID", 40),
    _field("lastName", "Last Name", 42),
    _field("firstName", "First Name", 42),
    _field("middleName", "Middle Name", 42),
    _field("nickname", "Nickname", 30),
    _field("patronType", "Patron Type", 30),
    _field("accessLevel", "Access Level", 30),
    _field("resourceGroup", "Resource Group", 30),
    _field("status", "Status", 1, Kind.STATUS),
    _field("gender", "Gender", 1, Kind.GENDER),
    _field("homeroom", "Homeroom", 90),
    _field("gradeLevel", "Grade Level", 30),
    _field("cardExpires", "Card Expires", 10, Kind.DATE),
    _field("isAcceptableUsePolicyOnFile", "Acceptable Use Policy on File", 5, Kind.FLAG),
    _field("isTeacher", "Is Teacher", 5, Kind.FLAG),
    *(_field(f"userDefined{n}", f"User Defined {n}", 30) for n in range(1, 6)),
    _field("graduationYear", "Graduation Year", 4, Kind.YEAR),
    _field("birthdate", "Birth Date", 10, Kind.DATE),
    _field("username", "User Name", 50),
    _field("password", "Password", 50, Kind.PASSWORD),
    _field("emailPrimary", "Email 1", 200),
    _field("emailSecondary", "Email 2", 200),
    *(_field(f"email{n}", f"Email {n}", 200) for n in range(3, 6)),
    *_address("Primary", 1),
    *_address("Secondary", 2),
)

AUTOASSIGN = "autoassign"
"""The barcode that asks for the next free one of the site's range; in any letter case."""

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
