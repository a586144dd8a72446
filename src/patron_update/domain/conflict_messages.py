"""What a conflict is called: which of the known scenarios it is, and whom it is with.

Every message names both patrons by their keys, never by name: the row's own in the message's columns, the other one in
``detail``. Which code is chosen decides the remedy that the catalogue tells: the stored patron takes over the row's
District ID, two stored patrons are merged, one of them gets another barcode, or things are left as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.decisions import Verdict
from patron_update.domain.drafts import about
from patron_update.domain.identity import BARCODE, LIKELY, USERNAME, evidence
from patron_update.domain.roster import Association, Patron, keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from patron_update.domain.conflicts import Claim, Collision
    from patron_update.domain.drafts import Draft
    from patron_update.domain.messages import Message
    from patron_update.domain.roster import Options

TAKEN = {"barcode": "barcode_taken", "username": "username_taken", "districtID": "district_id_taken"}
WANTED_TWICE = {"barcode": "barcode_wanted_twice", "username": "username_wanted_twice"}
WANTED_TWICE["districtID"] = "district_id_wanted_twice"
COUNTED_OUT = {"barcode": BARCODE, "username": USERNAME}
"""The evidence that is the conflict itself, by the claim's field."""


def conflict_messages(
    one: Draft,
    collisions: Iterable[Collision],
    lines: Mapping[int, Draft],
    options: Options,
    verdicts: Mapping[int, Verdict],
) -> list[Message]:
    """Return one message for each claim out of reach of a held record.

    ``lines`` are all records of the file, ``verdicts`` what was ruled of this record and other patrons, by their ids.
    """
    return [_message(one, collision, lines, options, verdicts) for collision in collisions]


def _message(
    one: Draft,
    collision: Collision,
    lines: Mapping[int, Draft],
    options: Options,
    verdicts: Mapping[int, Verdict],
) -> Message:
    claim, other = collision.claim, collision.other
    if isinstance(other, Patron):
        verdict = verdicts.get(other.id)
        code, detail = _scenario(one, claim, other, options, apart=verdict is Verdict.DIFFERENT), other.called
        if verdict is Verdict.LEAVE:
            code = "conflict_left"
        elif collision.waits_for is not None:
            code, detail = "claim_waits", f"{detail} (line {collision.waits_for} of the file)"
    else:
        code, detail = WANTED_TWICE[claim.field], _called(lines[other])
    site = {"site": claim.site} if claim.site else {}
    return about(one.record, one.before, code, field=claim.field, value=claim.value, detail=detail, **site)


def _scenario(one: Draft, claim: Claim, other: Patron, options: Options, *, apart: bool) -> str:
    """Return the code for a claim that ``other`` keeps; ``apart``: a person has ruled that it is another person."""
    # A row that speaks for one secondary site only says nothing of what its patron is like.
    code, person = TAKEN[claim.field], one.before if one.side else one.after
    if claim.field == "barcode" and _comes_to(one, claim.site):
        code = "barcode_taken_at_target"
    if person and not apart and evidence(person, other).without(COUNTED_OUT.get(claim.field, "")) >= LIKELY:
        if one.before:
            return f"{code}_twin"
        if options.match_using_district_id:
            return f"{code}_same_person"
    kinds = {patron.values.get("patron_type") for patron in (one.after, other) if patron}
    if code == "barcode_taken" and None not in kinds and len(kinds) > 1:
        return "barcode_taken_other_range"
    return code


def _comes_to(one: Draft, site: str) -> bool:
    """Tell whether a stored patron is new at the site, or the row asks for an association."""
    return one.side or one.transfers or (one.before is not None and one.before.at(site) is None)


def _called(one: Draft) -> str:
    """Return how messages name another row of the file."""
    record, home = one.record, one.before.home if one.before else None
    district_id = record.given("district_id") or (one.before.values.get("district_id") if one.before else None)
    site, barcode = record.given("site_short_name"), record.given("barcode") or (home.barcode if home else None)
    place = Association(site=site, barcode=barcode) if site and barcode else None
    return f"line {record.line} of the file ({keys(district_id, place)})"
