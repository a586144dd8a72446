"""The commands that settle a held row: as the summary shows them, and as docs/conflicts.md tells them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from patron_update.cli.main import _parser
from patron_update.domain.decisions import Remedy
from patron_update.domain.messages import Message
from patron_update.summary import SummaryMessage, to_text
from patron_update.summary.commands import NAMES_ANOTHER, OFFERED, command
from patron_update.summary.model import LATER

PAGE = (Path(__file__).parents[3] / "docs" / "conflicts.md").read_text("utf-8")
TOLD = sorted(set(re.findall(r"patron-update resolve RUN LINE [a-z]+(?: --barcode NEW)?", PAGE)))

ROWS = [
    (set(re.findall(r"`([a-z_]+)`", codes)), {word for word in re.findall(r"[a-z]+", typed) if word in set(Remedy)})
    for typed, codes in re.findall(r"^\|.*\|(.*)\|((?: `[a-z_]+`,?)+) \|$", PAGE, re.MULTILINE)
]
"""Of each row of the page's table the message codes, and the remedies that it names."""


@pytest.mark.parametrize("told", TOLD)
def test_a_command_of_the_page_is_one_that_the_summary_prints(told):
    assert told in {command(remedy, "RUN", "LINE") for remedies in OFFERED.values() for remedy in remedies}
    typed = shlex.split(told.replace("RUN", "17").replace("LINE", "2"))[1:]
    assert (_parser().parse_args(typed).run, _parser().parse_args(typed).line) == (17, 2)


def test_each_row_of_the_page_names_the_best_remedy_that_its_messages_offer_and_no_other_one():
    told = [code for codes, _ in ROWS for code in codes]
    assert sorted(told) == sorted(OFFERED.keys() | NAMES_ANOTHER | {"association_waits", "deletion_waits"})
    for codes, remedies in ROWS:
        for code in codes:
            assert remedies <= set(OFFERED.get(code, ()))
            assert remedies >= set(OFFERED.get(code, ())[:1])


def test_the_page_has_every_remedy():
    assert {one.split()[4] for one in TOLD} | {"same"} == set(Remedy)


def test_the_text_names_the_other_patron_above_the_commands(summary):
    held = Message(
        code="barcode_taken_same_person", line=342, site="OAK", district_id="9", field="barcode", value="C1",
        detail="the patron without District ID, barcode C1 at OAK",
    )  # fmt: skip

    lines = [line.strip() for line in to_text(summary(messages=SummaryMessage.all_of([held], 17))).splitlines()]

    assert "the patron without District ID, barcode C1 at OAK" in " ".join(lines[:-3])
    assert lines[-3:] == [
        "patron-update resolve 17 342 adopt",
        "patron-update resolve 17 342 rebarcode --barcode NEW",
        "patron-update resolve 17 342 leave",
    ]


def test_a_run_that_was_not_applied_says_that_its_rows_are_settled_in_one_that_was():
    found = [Message(code=code, line=3, detail="District ID 7") for code in ("district_id_recycled", "claim_waits")]

    doubtful, waiting = SummaryMessage.all_of(found, None)

    assert (doubtful.commands, doubtful.remedy.removeprefix(found[0].remedy)) == ((), LATER)
    assert waiting.remedy == found[1].remedy
