"""docs/messages.md says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

import pytest

from patron_update.domain.messages import CATALOGUE
from patron_update.domain.original import ON_SAVING, ORIGINAL
from patron_update.summary.messages_page import text

ROOT = Path(__file__).parents[3]
LABELS = [
    "too long; shortened to fit",
    "Access level was not specified; using the default",
    "Access level (…) was unknown; using the default",
    "Resource Group was not specified; using the default",
    "Barcode … already exists at target site",
    "Barcode is required for all patrons; Barcode was blank |",
    "Barcode was blank; ignored",
    "Birth Date invalid; field left untouched",
    "Card Expiration invalid; field left untouched",
    "District ID is required |",
    "District ID is required for all patrons; … blank. Please add … as soon as possible",
    "Duplicates another patron's user name",
    "Gender was blank or invalid; set to Unspecified",
    "Graduation Year invalid; field left blank",
    'Invalid Teaching Status. Expecting "True" or "False"; not changed',
    "Last name was blank; ignored",
    "Last name was missing",
    "No barcode match criteria specified",
    "No match criteria specified",
    "No site short name match criteria specified",
    "Patron's new barcode … is already assigned to another patron",
    "Patron Type was blank; used the default",
    "Site short name … does not exist",
    "Site short name is required",
    "Status was blank or unknown; set to Active",
    "Unable to match using District ID; … exceeds maximum length of 40 characters",
    "Unable to transfer patron between media sites / non-media sites",
    "Patron XML records read must be between 0 and 999,999",
    "Number of days before inactivating patrons must be between 0 and 999",
    "The Inactivate patrons option must be enabled to set the Homeroom",
]
"""What is known of the original's labels; a bar ends one that is the beginning of another one."""


def test_the_committed_page_is_the_catalogue():
    assert (ROOT / "docs" / "messages.md").read_text("utf-8") == text(), "run: make generate"


def test_every_message_of_the_original_has_one_of_ours():
    assert set(ORIGINAL.values()) <= CATALOGUE.keys()


def test_what_a_message_fills_in_stands_in_italics_and_nothing_else_is_markup():
    page = text()

    assert "Site short name '*value*' does not exist" in page
    assert "{" not in page


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_original_is_found_on_the_committed_page(label):
    rows = [line for line in (ROOT / "docs" / "messages.md").read_text("utf-8").splitlines() if line.startswith("| ")]

    assert [row for row in rows if label in row]


def test_the_page_maps_no_label_that_this_list_lacks():
    assert len(LABELS) == len(ORIGINAL) + len(ON_SAVING)


def test_the_keys_that_stand_for_the_form_are_keys_of_the_job_file():
    from patron_update.jobs.models import InactivateMissing

    assert set(ON_SAVING.values()) <= set(InactivateMissing.model_fields)
