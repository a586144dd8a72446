-- Patron types that exist from the start; those that updates created stay.
INSERT INTO patron_type (name)
SELECT DISTINCT told.name
FROM jsonb_array_elements_text($1::jsonb) AS told (name)
ON CONFLICT DO NOTHING
