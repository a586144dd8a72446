from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

HEAVY = {"fastapi", "pandas", "great_expectations", "duckdb", "psycopg", "asyncssh", "jinja2.environment"}


@pytest.fixture
def plugin(project):
    found = importlib.util.spec_from_file_location("patron_update_plugin", project / "plugins/patron_update_plugin.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.PatronUpdatePlugin


def test_the_plugins_folder_holds_one_registration_file(project):
    assert [path.name for path in (project / "plugins").rglob("*.py")] == ["patron_update_plugin.py"]


def test_airflow_finds_the_plugin_and_its_schedule():
    from airflow import plugins_manager

    assert "patron_update.airflow.timetable.WeekTimetable" in plugins_manager.get_timetables_plugins()
    apps, _ = plugins_manager.get_fastapi_plugins()
    assert [app["url_prefix"] for app in apps] == ["/patron-update"]


def test_the_plugin_says_what_it_registers_in_airflows_own_list(plugin):
    from airflow.plugins_manager import get_plugin_info

    (info,) = [info for info in get_plugin_info() if info["name"] == "patron_update"]

    assert info["operator_extra_links"] == ["<patron_update.airflow.links.SummaryLink object>"]


def test_loading_the_plugin_loads_no_page_so_that_workers_stay_small(project):
    code = (
        "import sys, runpy; before = set(sys.modules); import airflow.plugins_manager; airflow = set(sys.modules)\n"
        f"runpy.run_path({str(project / 'plugins/patron_update_plugin.py')!r})\n"
        "print(*sorted(set(sys.modules) - airflow))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()

    assert "patron_update.airflow.pages" in loaded
    assert not HEAVY & set(loaded)
    assert not [name for name in loaded if name.startswith(("patron_update.ui", "patron_update.store"))]


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ("manual__2026-09-07T07:15:00+00:00", "manual__2026-09-07T07%3A15%3A00%2B00%3A00"),
        ("by hand/again", "by%20hand%2Fagain"),
    ],
)
def test_the_button_leads_to_the_runs_summary_below_airflows_own_path(run, path):
    from airflow.models.taskinstancekey import TaskInstanceKey

    from patron_update.airflow.links import SummaryLink

    link = SummaryLink().get_link(None, ti_key=TaskInstanceKey("patron_update__students", "report", run))

    assert link == f"/district/patron-update/summaries/students/{path}"
