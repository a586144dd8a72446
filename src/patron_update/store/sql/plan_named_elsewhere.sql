-- Patrons whose District ID a row names that, by its barcode, means somebody else or nobody: who changed schools, say.
CREATE UNLOGGED TABLE named_elsewhere AS
SELECT patron.id AS patron_id
FROM seal
CROSS JOIN staged_row
INNER JOIN patron ON staged_row.district_id = patron.district_id
WHERE NOT seal.match_using_district_id
