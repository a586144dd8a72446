-- Patron types come back with whom they are of.
INSERT INTO patron_type (name)
SELECT want AS name
FROM undo_field
WHERE field = 'patronType' AND kept IS NULL AND want IS NOT NULL
UNION
SELECT was ->> 'patronType' AS name
FROM undo_effect
WHERE action = 'deleted' AND kept IS NULL AND was ->> 'patronType' IS NOT NULL
ON CONFLICT DO NOTHING
