"""Checks of single values that a pattern cannot express; each tells what was found and what to write instead."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import NoReturn
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from patron_update.domain.limits import Limit
from patron_update.domain.ownership import COLUMNS, Owner
from patron_update.jobs.mistakes import closest, did_you_mean, shown

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+", re.ASCII)
_USUAL_ENCODINGS = ("UTF-8", "windows-1252", "MacRoman", "ISO-8859-1")
_COMMON_ZONES = {
    "est": "America/New_York",
    "edt": "America/New_York",
    "eastern": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "central": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "mountain": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
}


def refuse(text: str, *at: str | int) -> NoReturn:
    """Refuse the value being validated, or its part ``at``, with ``text`` as the message."""
    raise PydanticCustomError("job_file", "{text}", {"text": text, "at": at})


def file_name(value: str) -> str:
    """Accept the bare name of a file."""
    if "/" in value or "\\" in value:
        refuse(f"found {shown(value)}. Write the file's name only; its folder belongs in 'path'.")
    if value in (".", ".."):
        refuse(f"found {shown(value)}, which is a folder. Write the file's name.")
    return value


def name_below(value: str) -> str:
    """Accept a file's name relative to a folder of ours that cannot lead out of the folder."""
    if "\\" in value:
        refuse(f"found {shown(value)}. Separate folders with '/'.")
    if value.startswith("/") or {"", ".", ".."} & set(value.split("/")):
        refuse(f"found {shown(value)}. Write the name of a file that lies in the folder itself, without '/' or '..'.")
    return value


def owned_fields(value: dict[str, Owner]) -> dict[str, Owner]:
    """Accept owners of fields that somebody may own."""
    for name in value:
        if name not in COLUMNS:
            near = did_you_mean(name, COLUMNS)
            refuse(f"{shown(name)} is no field that staff may own.{near} docs/properties.md lists the fields.", name)
    return value


def encoding(value: str) -> str:
    """Accept an encoding of text that Python knows; its spelling stays as written."""
    try:
        b"a".decode(value)
    except UnicodeDecodeError:  # a wide encoding that finds one byte too short: it exists
        pass
    except (LookupError, ValueError):
        from encodings.aliases import aliases

        near = did_you_mean(value, _USUAL_ENCODINGS) or did_you_mean(value, aliases)
        refuse(f"{shown(value)} is no known encoding.{near} Usual ones: {', '.join(_USUAL_ENCODINGS)}.")
    return value


def clock(value: str) -> str:
    """Accept a time of day written HH:MM."""
    if re.fullmatch(r"\d\d:\d\d", value, re.ASCII):
        hour, minute = int(value[:2]), int(value[3:])
        if hour < 24 and minute < 60:  # noqa: PLR2004 - a day's hours, an hour's minutes
            return time(hour, minute).strftime("%H:%M")
    near = re.fullmatch(r"(\d):([0-5]\d)", value, re.ASCII)
    hint = f" Did you mean '0{value}'?" if near else ""
    refuse(f'found {shown(value)}.{hint} Write hours and minutes from "00:00" to "23:59", for example "02:15".')


def timezone(value: str) -> str:
    """Accept a time zone of the IANA database."""
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):
        refuse(f"{shown(value)} is no known time zone.{_zone_near(value)} Write an IANA name such as America/Chicago.")
    return value


def _zone_near(value: str) -> str:
    from zoneinfo import available_timezones  # walks a thousand files: only when somebody must be helped

    zones = {zone for zone in available_timezones() if not zone.startswith(("posix", "right"))}
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(zones)}
    city = closest(value.rpartition("/")[2], cities)
    near = (
        _COMMON_ZONES.get(value.casefold().split(" ")[0]) or closest(value, zones) or (cities[city] if city else None)
    )
    return f" Did you mean '{near}'?" if near else ""


def connection(value: str) -> str:
    """Accept the id of an Airflow connection."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", value):
        refuse(
            f"found {shown(value)}. Write the id of the Airflow connection that holds the server and the log-in "
            "(letters, digits, '_', '-', '.'), for example springfield_sis."
        )
    return value


def mail_address(value: str) -> str:
    """Accept ``mailto:`` and one e-mail address."""
    scheme, colon, address = value.partition(":")
    if colon and scheme.casefold() == "mailto" and _ADDRESS.fullmatch(address):
        return f"mailto:{address}"
    hint = f" Did you mean 'mailto:{value}'?" if _ADDRESS.fullmatch(value) else ""
    refuse(f"found {shown(value)}.{hint} Write mailto: and one address, for example mailto:library-data@example.org.")


def limit(value: object) -> Limit | None:
    """Accept ``25%``, ``50``, null, or a limit that is already one."""
    if value is None or isinstance(value, Limit):
        return value
    text = str(value).strip()
    if percent := _PERCENT.fullmatch(text):
        share = Decimal(percent[1]) / 100
        if share <= 1:
            return Limit(share=float(share))
        refuse(f"found {shown(text)}; the most is 100%. Write a number of patrons, or null for no limit.")
    if _COUNT.fullmatch(text) and not isinstance(value, bool):
        return Limit(count=int(text))
    decimal = re.fullmatch(r"0?\.\d+", text, re.ASCII)
    hint = f" Did you mean '{float(text) * 100:g}%'?" if decimal else ""
    refuse(f"found {shown(value)}.{hint} Write a share such as 25%, a whole number such as 50, or null for no limit.")


def day(value: object) -> date:
    """Return the day that a text such as ``2026-06-15`` names."""
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            refuse(f"found {shown(value)}, which is no day of the calendar.")
    refuse(f"found {shown(value)}. Write a day as year-month-day, such as 2026-06-15.")


def given_limit(value: object) -> Limit:
    """Accept what `limit` accepts, but null."""
    found = limit(value)
    if found is None:
        refuse("has no limit. Write a share such as 20% or a whole number; to look no more, turn the check itself off.")
    return found
