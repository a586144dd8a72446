"""Words for small rosters and files in the tests of the update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patron_update.domain.roster import Association, Options, Patron, Record, Roster, Site
from patron_update.domain.update import plan_update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patron_update.domain.roster import ChangeSet

SITES = (
    Site(short_name="ELM", access_levels=frozenset({"Patron", "Young Reader"})),
    Site(short_name="OAK"),
    Site(short_name="FILM", kind="media"),
)
BY_ID = Options(match_using_district_id=True, mapped_fields=frozenset({"accessLevel", "patronType"}))
BY_BARCODE = Options(match_using_district_id=False)


def patron(number: int, *places: tuple[str, str], **values: str) -> Patron:
    kept = {"district_id": str(number), "last_name": "Name", "status": "A", "gender": "U", "access_level": "Patron"}
    kept |= {"patron_type": "Student", **values}
    found = [Association(site=site, barcode=code, primary=not index) for index, (site, code) in enumerate(places)]
    return Patron(id=number, values={c: v for c, v in kept.items() if v}, associations=tuple(sorted(found)))


def roster(*patrons: Patron) -> Roster:
    return Roster(sites=SITES, patron_types=frozenset({"Student"}), patrons=patrons)


def row(line: int, **values: str) -> Record:
    return Record(line=line, values={"site_short_name": "ELM", **values})


def outcomes(change_set: ChangeSet) -> dict[int, str]:
    return {result.line: result.outcome.value for result in change_set.rows}


def codes(change_set: ChangeSet) -> list[str]:
    return [message.code for message in change_set.messages]


def after(change_set: ChangeSet, line: int = 2) -> Patron:
    (result,) = [result for result in change_set.rows if result.line == line]
    assert result.after is not None
    return result.after


def places(one: Patron) -> list[tuple[str, str]]:
    return [(p.site, p.barcode) for p in sorted(one.associations, key=lambda p: not p.primary)]


def plan(patrons: Iterable[Patron], rows: Iterable[Record], options: Options) -> ChangeSet:
    return plan_update(roster(*patrons), rows, options)


def messages(change_set: ChangeSet) -> list[tuple]:
    return [(message.code, message.site, message.value, message.detail) for message in change_set.messages]
