"""Why a run's change set is as large as it is: what its file and the store tell, held against the known causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain import causes
from patron_update.domain.file_profile import FileProfile
from patron_update.domain.outcomes import Counts
from patron_update.results import Changes, Checked, Converted, Explained, Former

if TYPE_CHECKING:
    from patron_update.run import Run


def explain(run: Run, changes: Changes) -> Explained:
    """Find the causes of the run's change set. There are none when the job has nothing to compare the file with."""
    former, checked, converted = Former.load(run), Checked.load(run), Converted.load(run)
    if not former.profile or not changes.owned:
        return Explained(causes=[]).save(run)
    counts = Counts(**changes.counts)
    at_sites = changes.figures_at_sites
    sites = {
        site["site"]: (
            Counts(**{name: number for name, number in site.items() if name != "site"}),
            at_sites[site["site"]].owned if site["site"] in at_sites else 0,
        )
        for site in changes.sites
    }
    seen = causes.Seen(
        new=FileProfile.of(checked.profile),
        old=FileProfile.of(former.profile),
        findings=checked.found,
        counts=counts,
        owned=changes.owned,
        keys="District IDs" if converted.match_using_district_id else "barcodes",
        sites=sites,
        leaving={site: at.leaving for site, at in at_sites.items()},
        properties_changed=former.properties_fingerprint != converted.properties_fingerprint,
    )
    mass = causes.is_mass(counts, [rows for rows, _ in sites.values()], changes.owned)
    shifts = run.store.shifts(changes.store_run) if mass else None
    found = causes.causes(seen, shifts)
    return Explained(
        causes=[{"code": one.code, "label": one.label, "text": one.text} for one in found],
        sites={one.code: list(one.sites) for one in found if one.sites},
    ).save(run)
