"""The checks of a run's file: by what lies there before it is converted, by its rows once it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from patron_update.domain import file_drift
from patron_update.domain.column_drift import Used
from patron_update.domain.file_checks import Action, Finding, in_order, sorted_out
from patron_update.domain.file_profile import FileProfile
from patron_update.domain.school_years import school_year
from patron_update.errors import FileCheckError
from patron_update.results import Checked, Fetched, Former

if TYPE_CHECKING:
    from patron_update.files.reading import Landed
    from patron_update.run import Run


def remember_former(run: Run, sha256: str) -> Former:
    """Keep, beside the file just fetched, what the job applied last: what the checks compare it with."""
    state = run.store.job_state(run.job.id)
    applied = run.store.file_applied_at(run.job.id, sha256) if state else None
    return Former(
        profile=dict(state.file_profile) if state and state.file_profile else None,
        sha256=state.sha256 if state else None,
        properties_fingerprint=state.properties_fingerprint if state else "",
        file_applied=applied.isoformat() if applied else None,
    ).save(run)


class FileChecking:
    """Holds one landed file against the job's checks. With ``preview``, what would stop the run is only told."""

    def __init__(self, run: Run, at: datetime, *, preview: bool) -> None:
        self._run, self._at, self._preview = run, at, preview
        self._day = at.astimezone(run.job.schedule.week.timezone).date()
        self._fetched, self._former = Fetched.load(run), Former.load(run)
        self._old = FileProfile.of(self._former.profile) if self._former.profile else None
        self._new = FileProfile(size=self._fetched.size)
        self._found: list[Finding] = []

    def landed(self, found: Landed) -> None:
        """Check the file as it lies there. Raises FileCheckError when a finding stops the run."""
        from patron_update.files.profile import profile_of

        self._new = profile_of(found, self._fetched.size)
        self._found += file_drift.headless(self._new)
        if self._old:
            self._found += file_drift.compared(self._new, self._old, self._used(found))
        self._conclude()

    def converted(self) -> list[str]:
        """Check the converted rows; return what the summary tells of all checks. Raises FileCheckError, too."""
        from patron_update.files.profile import with_rows
        from patron_update.files.workspace import secret

        checks, former = self._run.job.file_checks, self._former
        names = {name.casefold(): site for name, site in self._run.district.site_names.items()}
        old = self._old.named_now(names) if self._old else None
        self._new = replace(with_rows(self._new, self._run.folder, old, secret(self._run.settings.home)), names=names)
        age = self._at - datetime.fromisoformat(self._fetched.modified)
        applied = datetime.fromisoformat(former.file_applied) if former.file_applied else None
        self._found += file_drift.by_itself(self._new, age=age, oldest=timedelta(hours=checks.too_old_hours))
        self._found += file_drift.sent(self._fetched.sha256, former.sha256, applied)
        self._found += school_year(self._new, old, self._day)
        if old:
            self._found += file_drift.content(self._new, old, checks.rows_by)
        return self._conclude()

    def _conclude(self) -> list[str]:
        """Keep what was found; return what is told of it, or raise what stops the run."""
        found = in_order(self._found)
        told = [[one.code, one.text, one.grave, one.sites, one.remedy] for one in found]
        Checked(profile=self._new.as_dict(), findings=told).save(self._run)
        by_action = sorted_out(found, self._run.job.file_checks.actions)
        stops, notes = by_action[Action.STOP], by_action[Action.WARN]
        if not stops:
            return [*map(str, notes)]
        if self._preview:
            return [*(f"This stops a run that is no preview: {stop}" for stop in stops), *map(str, notes)]
        codes = tuple(stop.code for stop in stops)
        choices = " and ".join(f"'{code}: warn'" for code in codes)
        passing = f"If the file is right all the same, set {choices} under 'file_checks' in the job file for one run."
        raise FileCheckError(f"Nothing was written. {' '.join(map(str, [*stops, *notes]))} {passing}", codes)

    def _used(self, found: Landed) -> Used:
        from patron_update.properties import for_file

        properties = self._run.properties
        if properties is None:
            return Used()
        known = for_file(properties, found.header, self._day)
        by_district_id = properties.settings.match_using_district_id
        keys = {"District IDs": "districtID", "barcodes": "barcode"}
        return Used(
            numbered=properties.columns_used,
            named=known.columns_used - properties.columns_used,
            keys={
                what: known.columns_of(field)
                for what, field in keys.items()
                if field in known.fields and (field == "barcode" or by_district_id)
            },
            attended=self._former.properties_fingerprint != properties.fingerprint,
        )
