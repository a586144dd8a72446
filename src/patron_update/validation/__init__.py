"""Expectation suites: what a file must meet before it touches a patron. The only room that knows Great Expectations."""

from __future__ import annotations

from patron_update.validation.engine import engine_version
from patron_update.validation.judging import Judge, Judgement, judge
from patron_update.validation.suite import Suite, load

__all__ = ["Judge", "Judgement", "Suite", "engine_version", "judge", "load"]
