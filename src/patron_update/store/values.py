"""What goes into the store and what comes out of it, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from patron_update.domain.absence import InactivateMissing
    from patron_update.domain.outcomes import AtSite, Outcome
    from patron_update.domain.schedule import UpdateType
    from patron_update.store.decisions import Ruler


class RangeLike(Protocol):
    """Barcodes that belong to a site: they end in a number, and before it all are the same."""

    @property
    def first(self) -> str:
        """Return the lowest barcode."""

    @property
    def last(self) -> str:
        """Return the highest one."""


class SiteLike(Protocol):
    """One site, as the district file tells it."""

    @property
    def short_name(self) -> str:
        """Return the name under which patrons are stored."""

    @property
    def name(self) -> str:
        """Return the full name."""

    @property
    def aliases(self) -> Iterable[str]:
        """Return the names that files may use."""

    @property
    def kind(self) -> str:
        """Return ``library`` or ``media``."""

    @property
    def access_levels(self) -> Iterable[str]:
        """Return the access levels; an update never creates one."""

    @property
    def default_access_level(self) -> str:
        """Return the level of patrons whose row names none."""

    @property
    def default_patron_type(self) -> str:
        """Return the type of patrons whose row names none."""

    @property
    def default_resource_group(self) -> str | None:
        """Return the resource group of patrons whose row names none; None: they have none."""

    @property
    def barcode_range(self) -> RangeLike | None:
        """Return the barcodes that the update may choose."""


class DistrictLike(Protocol):
    """The district, as its file tells it."""

    @property
    def sites(self) -> Iterable[SiteLike]:
        """Return the sites."""

    @property
    def patron_types(self) -> Iterable[str]:
        """Return the types that exist from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What a job applied last."""

    job: str
    run_id: int
    properties_fingerprint: str
    suite_fingerprint: str
    district_fingerprint: str | None
    options_fingerprint: str | None
    rows_read: int
    sha256: str | None
    file_profile: Mapping[str, Any] | None
    applied_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What the properties file and the job say about the update; ``mapped_fields`` as in the properties language.

    ``ownership``: by site (short name) and field, the owners other than the source. ``at``: when the run is due.
    ``frozen``: why patrons who are stored stay as they are, or None.
    ``inactivate_missing``: None unless a Full update shall inactivate. ``absence_doubt``: why absence does not count.
    ``held_sites``: sites that wait. ``missing_at``: sites whose missing patrons are counted; None: all.
    """

    match_using_district_id: bool
    mapped_fields: frozenset[str]
    at: datetime
    ownership: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    require_district_id: bool = False
    update_before_delete: bool = False
    delete_with_outstanding: bool = False
    inactivate_missing: InactivateMissing | None = None
    absence_doubt: str | None = None
    held_sites: frozenset[str] = frozenset()
    frozen: str | None = None
    missing_at: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The change set of a run in figures: staged rows by site (as sent, where it is unknown) and outcome.

    ``missing`` and those in ``at_sites`` are patrons, no rows.
    ``digest`` stands for the change set and the patrons it was made for: another digest is another change set.
    """

    outcomes_by_site: Mapping[tuple[str, Outcome], int]
    digest: str
    store_version: int
    missing: int = 0
    at_sites: Mapping[str, AtSite] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyFacts:
    """What the run's record keeps about the update and its file.

    ``unstaged``: the rows that never reached the store, by site and outcome. When it is given, its sum and that of
    the staged rows must be ``rows_read``, or nothing is applied.
    """

    job: str
    update: UpdateType
    properties_fingerprint: str
    suite_fingerprint: str
    district_fingerprint: str
    options_fingerprint: str
    rows_read: int
    file_name: str
    file_size: int
    file_modified: datetime | str
    file_sha256: str
    templates: Mapping[str, str] = field(default_factory=dict)
    """By field, the template that makes its values; for the history."""
    unstaged: Mapping[tuple[str, Outcome], int] | None = None
    file_profile: Mapping[str, Any] | None = None
    """What the file looks like, in figures: what the job's next one is compared with."""
    expected_digest: str | None = None
    """Apply only this change set: set when a person has approved it."""
    judge: Callable[[Plan], None] | None = None
    """Called before anything is written when the store has moved since the plan; what it raises stops the update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was applied: staged rows by site and outcome. ``replanned``: the store had moved since the plan."""

    outcomes_by_site: Mapping[tuple[str, Outcome], int]
    replanned: bool
    missing: int = 0
    at_sites: Mapping[str, AtSite] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the history: what a run did to a patron. Only changed values, under their field names."""

    patron_id: int
    line: int | None
    action: str
    before: Mapping[str, Any] | None = field(repr=False)
    after: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did. Both patrons are told by their keys.

    ``ruled``: the jobs whose row with the merged patron's District ID is taken for the kept one from now on.
    """

    run_id: int
    key: str
    kept: str
    dropped: str
    dropped_district_id: str | None
    sites: int
    items: int
    ruled: tuple[str, ...] = ()


class TellMerge(Protocol):
    """Makes the stored summary of a merge."""

    def __call__(self, merged: Merged, ruler: Ruler) -> dict[str, Any]:
        """Return it as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did: patrons by site and outcome, and what was kept, by reason.

    Unchanged are patrons of whom nothing came back. ``of``: the run that was taken back, of it only ``site`` or
    ``patron`` where those are named.
    """

    run_id: int
    key: str
    of: int
    site: str | None
    patron: str | None
    patrons: Mapping[tuple[str, Outcome], int]
    kept: Mapping[str, int]


class TellUndo(Protocol):
    """Makes the stored summary of an undo."""

    def __call__(self, undone: Undone, ruler: Ruler) -> dict[str, Any]:
        """Return it as JSON."""
