"""The page for a run that is not there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template


def not_found(job: str, run: str) -> str:
    """Return the page that says so, why that may be, and what to do."""
    return _template().render(job=job, run=run)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("patron_update.ui", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("not_found.html")
