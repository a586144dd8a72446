-- A plan that is made again starts from nothing.
DROP TABLE IF EXISTS matched, edit_met, edit_told, asking, assigned, amendment, absent, planned_message, collision,
conflict_message, decided, barcode_decided, coming_back, named_elsewhere, at_site
