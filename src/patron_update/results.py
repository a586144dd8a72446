"""What the steps of a run leave for one another: references and counts, never people.

A result holds nothing that may not stand in a log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from patron_update.domain.file_checks import Finding
from patron_update.domain.outcomes import AtSite, Outcome, added_up
from patron_update.domain.schedule import UpdateType
from patron_update.errors import PatronUpdateError
from patron_update.files.workspace import write_private

if TYPE_CHECKING:
    from pathlib import Path

    from patron_update import store
    from patron_update.domain.outcomes import Counts, OutcomesBySite
    from patron_update.files.workspace import RunFolder
    from patron_update.store import Plan


class Leaving(Protocol):
    """A run, as far as results need it."""

    @property
    def folder(self) -> RunFolder:
        """Return where results are kept."""


def listed(sites: dict[str, Counts]) -> list[dict[str, Any]]:
    """Return the counts of each site as they are kept."""
    return [{"site": site, **counts.as_dict()} for site, counts in sites.items()]


class Result:
    """What a step leaves: kept as ``<class name>.json`` in the run's folder, handed on as a small mapping."""

    @classmethod
    def load(cls, run: Leaving) -> Self:
        """Read this step's result. Raises PatronUpdateError when the step has not run."""
        found = cls.find(run)
        if found is None:
            raise PatronUpdateError(
                f"There is no {cls.path(run)} yet: the step before has not finished, or the workspace was cleared. "
                "Start a new run of the job."
            )
        return found

    @classmethod
    def path(cls, run: Leaving) -> Path:
        """Return where the result lies."""
        return run.folder.file(f"{cls.__name__.lower()}.json")

    @classmethod
    def find(cls, run: Leaving) -> Self | None:
        """Read this step's result, or return None when the step has not run."""
        path = cls.path(run)
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else None

    def save(self, run: Leaving) -> Self:
        """Write this result into the run's folder and return it."""
        write_private(self.path(run), json.dumps(self.for_xcom(), indent=1).encode())
        return self

    def for_xcom(self) -> dict[str, Any]:
        """Return the result as Airflow may store it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen(Result):
    """Why the freeze calendar allows no update on the run's day."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continues(Result):
    """The run, by key and number, whose ``sites`` on hold this run goes on with."""

    key: str
    run: int
    sites: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Result):
    """The landed file: its name, size in bytes, time of modification (ISO 8601, UTC) and SHA-256 (hex).

    ``generation`` counts how often the run began anew after it had applied a file: a finished run that somebody clears
    and starts again is a new run to the store, so that the former one keeps its history.
    """

    name: str
    size: int
    modified: str
    sha256: str
    generation: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Former(Result):
    """What the job applied last, known since the fetch: its file's profile and SHA-256, and what was in force then.

    ``file_applied``: when the job last applied the very file that was fetched now (ISO 8601).
    """

    profile: dict[str, Any] | None
    sha256: str | None
    properties_fingerprint: str
    file_applied: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Result):
    """The fetched file's profile, and what the checks found.

    Of each finding: code, text, whether it is grave, the sites it lies at, what to do if not what the check says.
    """

    profile: dict[str, Any]
    findings: list[list[Any]]

    @property
    def found(self) -> list[Finding]:
        """Return the findings."""
        return [
            Finding(code=code, text=text, grave=grave, sites=tuple(sites), remedy=remedy)
            for code, text, grave, sites, remedy in self.findings
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted(Result):
    """Rows read, rows that go on, and what stood out about the file as a whole."""

    read: int
    alive: int
    outcomes: dict[str, int]
    match_using_district_id: bool
    mapped_fields: list[str]
    properties_fingerprint: str
    notes: list[str]
    update_before_delete: bool = False
    templates: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated(Result):
    """Rows held out and expectations not met, in figures."""

    suite_fingerprint: str
    rejected: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Result):
    """The update to make, why that one, and the time that it is for (ISO 8601): absence is counted from there.

    ``afresh``: not even unchanged rows may be passed over. ``frozen``: what the freeze calendar says of the day; None:
    it lets everything through.
    """

    update: str
    reason: str
    at: str
    afresh: bool = False
    frozen: str | None = None

    @property
    def update_type(self) -> UpdateType:
        """Return the chosen type."""
        return UpdateType(self.update)

    @property
    def due_at(self) -> datetime:
        """Return the time that the update is for."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Result):
    """The change set in figures: rows by outcome, whole and by site; it lies in the store until it is applied."""

    store_run: int
    update: str
    counts: dict[str, int]
    sites: list[dict[str, Any]]
    unstaged: list[list[Any]]
    owned: int
    digest: str
    at_sites: dict[str, list[int]]
    """By site: see `AtSite`."""
    held_sites: list[str] = field(default_factory=list)
    """Sites that wait: nothing changes for their patrons."""
    district_fingerprint: str = ""
    options_fingerprint: str = ""
    """What the district and the job's options said when it was made, whatever they say when it is applied."""

    @classmethod
    def of(cls, plan: Plan | store.Applied, unstaged: OutcomesBySite, **known: Any) -> Changes:  # noqa: ANN401 - the other fields
        """Return the figures of a plan together with those of the rows that never reached the store."""
        total, sites = added_up(unstaged, plan.outcomes_by_site, missing=plan.missing, at_sites=plan.at_sites)
        return cls(
            counts=total.as_dict(),
            sites=listed(sites),
            unstaged=[[site, outcome.value, rows] for (site, outcome), rows in sorted(unstaged.items())],
            digest=plan.digest,
            at_sites={site: list(figures) for site, figures in sorted(plan.at_sites.items())},
            **known,
        )

    def planned_again(self, plan: Plan | store.Applied, **different: Any) -> Changes:  # noqa: ANN401 - the other fields
        """Return the figures of another plan of the same rows."""
        names = ("store_run", "update", "owned", "held_sites", "district_fingerprint", "options_fingerprint")
        kept = {name: getattr(self, name) for name in names}
        return Changes.of(plan, self.unstaged_outcomes, **{**kept, **different})

    def applied(self, applied: store.Applied) -> Applied:
        """Return the result of applying this change set."""
        total, sites = added_up(
            self.unstaged_outcomes,
            applied.outcomes_by_site,
            missing=self.counts["missing"],
            at_sites=applied.at_sites,
        )
        return Applied(counts=total.as_dict(), sites=listed(sites), replanned=applied.replanned)

    @property
    def figures_at_sites(self) -> dict[str, AtSite]:
        """Return the patrons of each site who are no rows."""
        return {site: AtSite(*figures) for site, figures in self.at_sites.items()}

    @property
    def unstaged_outcomes(self) -> OutcomesBySite:
        """Return the rows that never reached the store."""
        return {(site, Outcome(outcome)): rows for site, outcome, rows in self.unstaged}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Result):
    """The known causes of a large change set: code, label and text of each. ``sites``: by code, those it lies at."""

    causes: list[dict[str, str]]
    sites: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Result):
    """Whether the change set is applied, and whether what it would do is listed in the run's folder.

    ``reasons``: the limits that it passes, one sentence each. ``ask``: a person may approve it; ``digest`` is what the
    approval is bound to.
    """

    apply: bool
    listed: bool = False
    reasons: list[str] = field(default_factory=list)
    ask: bool = False
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Result):
    """That Airflow has put the question of a run that waits, and keeps the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Result):
    """What a person answered to a run that waits: who, when (ISO 8601), and why."""

    approved: bool
    by: str
    at: str
    reason: str | None = None

    @property
    def sentence(self) -> str:
        """Return the answer in words."""
        when = datetime.fromisoformat(self.at).astimezone(UTC)
        why = f": {self.reason}" if self.reason else "."
        return f"{'Approved' if self.approved else 'Rejected'} by {self.by} on {when:%Y-%m-%d at %H:%M UTC}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(Result):
    """What was written, in figures."""

    counts: dict[str, int]
    sites: list[dict[str, Any]]
    replanned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Result):
    """Why a step stopped the run. ``held``: a limit was passed, nothing is wrong with the machinery."""

    step: str
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRef(Result):
    """Where the Job Summary lies and what it says in figures."""

    outcome: str
    headline: str
    counts: dict[str, int]
    folder: str


def forget(run: Leaving) -> None:
    """Remove every result that the run's steps have left."""
    for result in Result.__subclasses__():
        result.path(run).unlink(missing_ok=True)
