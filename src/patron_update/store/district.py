"""The district's sites, access levels and patron types, taken over from the district file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patron_update.domain.barcodes import NUMBERED
from patron_update.store.connecting import statement

if TYPE_CHECKING:
    from patron_update.store.connecting import Connection
    from patron_update.store.values import DistrictLike, RangeLike, SiteLike

STATEMENTS = ("sync_sites", "sync_access_levels", "sync_access_levels_gone", "sync_sites_gone")


def sync(connection: Connection, district: DistrictLike) -> None:
    """Make the store's sites those of ``district``; plans are made again only when something differs."""
    sites = json.dumps([_told(site) for site in district.sites])
    types = json.dumps(sorted({*district.patron_types, *(site.default_patron_type for site in district.sites)}))
    changed = sum(connection.execute(statement(name), [sites]).rowcount for name in STATEMENTS)
    changed += connection.execute(statement("sync_patron_types"), [types]).rowcount
    if changed:
        connection.execute(statement("bump_store_version"))


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
