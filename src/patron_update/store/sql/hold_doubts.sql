-- Nothing of a row in doubt is done.
UPDATE planned SET outcome = 'held', fields_changed = FALSE, places_changed = FALSE, password_changed = FALSE
FROM doubt
WHERE planned.line = doubt.line;

DELETE FROM planned_place
USING doubt
WHERE planned_place.line = doubt.line
