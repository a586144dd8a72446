"""The district's sites, access levels and patron types, taken over from the district file.

A run plans over copies of its own; the store's follow when the run is applied.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patron_update.domain.barcodes import NUMBERED
from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from patron_update.store.connecting import Connection
    from patron_update.store.values import DistrictLike, RangeLike, SiteLike

STATEMENTS = ("sync_sites", "sync_access_levels", "sync_access_levels_gone", "sync_sites_gone")


def as_json(district: DistrictLike) -> list[str]:
    """Return the sites and the patron types, as the statements take them."""
    types = sorted({*district.patron_types, *(site.default_patron_type for site in district.sites)})
    return [json.dumps([_told(site) for site in district.sites]), json.dumps(types)]


def copy(connection: Connection, district: DistrictLike) -> None:
    """Make the run's own sites, access levels and patron types: the store's, as the district file changes them."""
    sites, types = as_json(district)
    connection.execute(statement("seal_district"), [sites, types])
    connection.execute(statement("district_copies"))
    _sync_sites(connection, sites)


def take_over(connection: Connection) -> None:
    """Make the store's sites those that the run was planned over; from now on the names mean the store's."""
    found = connection.execute(statement("seal_district_read")).fetchone()
    connection.execute(statement("district_copies_gone"))
    if found:
        sync(connection, found["sites"], found["patron_types"])


def sync(connection: Connection, sites: str, types: str) -> None:
    """Make the store's sites, access levels and patron types those of the district.

    A site that has patrons stays; what did not change is not written.
    """
    _sync_sites(connection, sites)
    connection.execute(statement("sync_patron_types"), [types])


def _sync_sites(connection: Connection, sites: str) -> None:
    for name in STATEMENTS:
        connection.execute(statement(name), [sites])


def _told(site: SiteLike) -> dict[str, str | int | list[str] | None]:
    return {
        **_barcodes(site.barcode_range),
        "short_name": site.short_name,
        "name": site.name,
        "aliases": list(site.aliases),
        "kind": site.kind,
        "access_levels": list(site.access_levels),
        "default_access_level": site.default_access_level,
        "default_patron_type": site.default_patron_type,
        "default_resource_group": site.default_resource_group,
    }


def _barcodes(known: RangeLike | None) -> dict[str, str | int | list[str]]:
    first, last = (NUMBERED.fullmatch(text) for text in (known.first, known.last)) if known else (None, None)
    if not first or not last:
        return {}
    return {
        "barcode_prefix": first[1],
        "barcode_first": int(first[2]),
        "barcode_last": int(last[2]),
        "barcode_digits": len(first[2]),
    }
