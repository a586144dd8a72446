-- Patron types come into being when a row that is applied names them.
INSERT INTO patron_type (name)
SELECT DISTINCT patron_type
FROM planned
WHERE fields_changed AND patron_type IS NOT NULL
ON CONFLICT DO NOTHING
