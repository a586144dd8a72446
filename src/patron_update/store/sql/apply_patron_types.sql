-- Patron types come into being when a row that is applied names them.
INSERT INTO patron_type (name)
SELECT DISTINCT patron_type
FROM planned
WHERE outcome NOT IN ('rejected', 'held') AND patron_type IS NOT NULL
ON CONFLICT DO NOTHING
