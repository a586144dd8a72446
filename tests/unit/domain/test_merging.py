from patron_update.domain.merging import merged, refusal
from patron_update.domain.roster import Association, Patron, Roster, Site


def at(site: str, barcode: str, *, primary: bool = False) -> Association:
    return Association(site=site, barcode=barcode, primary=primary)


KEPT = Patron(id=1, values={"last_name": "Ng"}, associations=(at("ELM", "1", primary=True),), outstanding={"loan": 1})
GONE = Patron(
    id=2,
    values={"last_name": "Nguyen", "nickname": "Al"},
    associations=(at("ELM", "2"), at("OAK", "2", primary=True)),
    outstanding={"loan": 2, "fine": 1},
)


def test_the_kept_patron_keeps_its_values_and_barcodes_and_gets_the_sites_it_lacks_as_secondary_ones():
    after = merged(KEPT, GONE)

    assert after.values == KEPT.values
    assert after.associations == (at("ELM", "1", primary=True), at("OAK", "2"))


def test_what_is_outstanding_is_added_up():
    assert merged(KEPT, GONE).outstanding == {"fine": 1, "loan": 3}


def test_a_kept_patron_without_a_site_takes_over_the_primary_one():
    nowhere = Patron(id=3, values={}, associations=())

    assert merged(nowhere, GONE).associations == GONE.associations


def test_a_patron_and_itself_and_patrons_at_sites_of_different_kinds_are_not_merged():
    film = Patron(id=3, values={}, associations=(at("FILM", "3", primary=True),))
    sites = (Site(short_name="ELM"), Site(short_name="OAK"), Site(short_name="FILM", kind="media"))
    roster = Roster(sites=sites, patron_types=frozenset(), patrons=(KEPT, GONE, film))

    assert refusal(roster, KEPT, GONE) is None
    assert "same patron" in str(refusal(roster, KEPT, KEPT))
    assert "library and media" in str(refusal(roster, KEPT, film))
