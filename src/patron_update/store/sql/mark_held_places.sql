-- Held rows add no associations.
DELETE FROM planned_place
USING held
WHERE planned_place.line = held.line
