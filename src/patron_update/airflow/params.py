"""The form of a run started by hand: which update, and whether it is only a preview."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from airflow.sdk import Param

from patron_update.errors import SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

UPDATES = {
    "auto": "As scheduled: what is due on this weekday",
    "full": "Full: every row",
    "incremental": "Incremental: new and changed rows",
}
PREVIEWS = {"no": "No: apply the changes", "yes": "Yes: change nothing, only report"}


def run_params() -> dict[str, Param]:
    """Return the form's fields."""
    return {
        "update": Param(
            "auto",
            type="string",
            enum=list(UPDATES),
            values_display=UPDATES,
            title="Update",
            description_md="**Incremental** is made **Full** when there is nothing to compare with, or when the "
            "properties file or the expectations changed. The Job Summary says so.",
        ),
        "preview": Param(
            "no",
            type="string",
            enum=list(PREVIEWS),
            values_display=PREVIEWS,
            title="Preview only",
            description_md="A preview goes all the way to the Job Summary and lists what would change, field by "
            "field, but leaves every patron as it is.",
        ),
    }


def wish_of(context: Context) -> str:
    """Return the update that was asked for: auto, full or incremental."""
    return str(context["params"]["update"])


def is_preview(context: Context) -> bool:
    """Return whether only a preview was asked for."""
    return bool(context["params"]["preview"] == "yes")


def due_at(context: Context) -> datetime:
    """Return the moment the run stands for. A run started by hand may have no logical date."""
    dag_run = context["dag_run"]
    moment: datetime = dag_run.logical_date or dag_run.run_after
    return moment


def refuse_unknown_params(context: Context) -> None:
    """Raise SettingsError for a parameter that the form does not have: Airflow itself would ignore a misspelt one."""
    known = list(run_params())
    for name in sorted(set(context["dag_run"].conf or {}) - set(known)):
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(known)}."
        raise SettingsError(f"This run was started with the parameter {name!r}, which does not exist. {hint}")
