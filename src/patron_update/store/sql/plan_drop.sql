-- A plan that is made again starts from nothing.
DROP VIEW IF EXISTS incoming_row;
DROP TABLE IF EXISTS matched, edit_met, edit_told, assigned, amendment, absent, planned, deleting, associating,
further, planned_place, kept_site, acquired, contested, held, tied, planned_message, pair, evidence, collision,
conflict_message, decided, vanished, appeared, doubt, barcode_decided, parked, coming_back, named_elsewhere;
