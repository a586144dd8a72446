"""The patron database: schema, baseline, change sets, history. Only this room imports PostgreSQL's drivers."""

from patron_update.store.connecting import StagingLostError, StoreBusyError
from patron_update.store.patron_store import PATRON_KEYS, PatronStore
from patron_update.store.values import Applied, ApplyFacts, Change, JobState, Plan, PlanOptions

__all__ = [
    "PATRON_KEYS",
    "Applied",
    "ApplyFacts",
    "Change",
    "JobState",
    "PatronStore",
    "Plan",
    "PlanOptions",
    "StagingLostError",
    "StoreBusyError",
]
