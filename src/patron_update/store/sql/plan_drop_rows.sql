-- What the rows would make of the patrons is made anew, with what is known by now.
DROP VIEW IF EXISTS incoming_row;
DROP TABLE IF EXISTS planned, deleting, associating, further, planned_place, kept_site, acquired, wanted, used,
given_up, contested, held, tied, pair, evidence, vanished, appeared, doubt, parked
