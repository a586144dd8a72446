"""The commands that settle a held row: what each message offers, written out for one row of one run."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING

from patron_update.domain.decisions import PLACEHOLDER, Remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patron_update.domain.messages import Message

_ADOPT, _MERGE, _REBARCODE, _LEAVE = Remedy.ADOPT, Remedy.MERGE, Remedy.REBARCODE, Remedy.LEAVE

OFFERED: dict[str, tuple[Remedy, ...]] = {
    "barcode_taken": (_REBARCODE, _LEAVE),
    "barcode_taken_same_person": (_ADOPT, _REBARCODE, _LEAVE),
    "barcode_taken_twin": (_MERGE, _REBARCODE, _LEAVE),
    "barcode_taken_other_range": (_REBARCODE, _LEAVE),
    "barcode_taken_at_target": (_REBARCODE, _LEAVE),
    "barcode_taken_at_target_twin": (_MERGE, _REBARCODE, _LEAVE),
    "username_taken": (_LEAVE,),
    "username_taken_same_person": (_ADOPT, _LEAVE),
    "username_taken_twin": (_MERGE, _LEAVE),
    "district_id_taken": (_LEAVE,),
    "district_id_taken_twin": (_MERGE, _LEAVE),
    "conflict_left": (Remedy.ASK,),
    "identity_change_proposed": (Remedy.SAME, Remedy.DIFFERENT),
    "district_id_recycled": (Remedy.SAME, Remedy.DIFFERENT),
    "identity_refused": (Remedy.DIFFERENT,),
    "taken_back": (Remedy.AGAIN,),
}
"""What a person may say about a row that is held, by the message's code; what it is best to say comes first."""

NAMES_ANOTHER = OFFERED.keys() | {
    "barcode_wanted_twice",
    "username_wanted_twice",
    "district_id_wanted_twice",
    "claim_waits",
}
"""Messages whose cause names the other patron, or the other row of the file."""


def command(remedy: Remedy, run: object, line: object, other: str = "") -> str:
    """Return one command, to be typed as it stands but for the new barcode."""
    words = ["patron-update", "resolve", str(run), str(line), remedy]
    words += [f"--other={other}"] if other else []
    words += ["--barcode", PLACEHOLDER] if remedy is Remedy.REBARCODE else []
    return shlex.join(words)


def commands(messages: Sequence[Message], run_id: int) -> list[tuple[str, ...]]:
    """Return the commands of each message of an applied run; a row with several conflicts is told which one."""
    conflicts = Counter(message.line for message in messages if message.code in OFFERED)
    return [
        tuple(
            command(remedy, run_id, message.line, _which(message) if conflicts[message.line] > 1 else "")
            for remedy in OFFERED.get(message.code, ())
        )
        for message in messages
    ]


def _which(message: Message) -> str:
    return f"{message.value}@{message.site}" if message.field == "barcode" else message.value or ""
