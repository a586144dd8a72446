-- Rows that change nothing but further sites.
UPDATE planned SET outcome = 'associated'
FROM planned_place
WHERE planned.line = planned_place.line AND planned.outcome = 'unchanged' AND planned_place.there_barcode IS NULL
