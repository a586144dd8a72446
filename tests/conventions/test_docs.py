"""What the documentation names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patron_update.domain.outcomes import Outcome

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path) if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} links to {target}"


def test_the_vocabulary_names_every_outcome():
    words = (PROJECT / "docs" / "vocabulary.md").read_text("utf-8")
    assert [outcome for outcome in Outcome if outcome not in words] == []


def test_the_architecture_names_every_room_and_every_step():
    page = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    package = PROJECT / "src" / "patron_update"
    rooms = [f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()]
    rooms += [path.name for path in package.glob("*.py") if path.name != "__init__.py"]
    assert [room for room in sorted(rooms) if f"`{room}`" not in page] == []
    dag = (PROJECT / "dags" / "patron_updates.py").read_text("utf-8")
    assert [step for step in re.findall(r"^    (\w+),$", dag, re.MULTILINE) if step not in page] == []


def test_the_operating_page_names_every_environment_variable():
    page = (PROJECT / "docs" / "operating.md").read_text("utf-8")
    settings = (PROJECT / "src" / "patron_update" / "settings.py").read_text("utf-8")
    assert [name for name in set(re.findall(r"PATRON_UPDATE_[A-Z_]+", settings)) if name not in page] == []
