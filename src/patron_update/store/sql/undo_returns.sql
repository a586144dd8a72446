-- Deleted patrons come back under their own numbers, with every value but the password.
INSERT INTO patron
SELECT former.*
FROM undo_effect AS effect
CROSS JOIN
    LATERAL (
        SELECT jsonb_object_agg(field_column(value.key), value.value) AS columns
        FROM jsonb_each(effect.was) AS value
        WHERE value.key NOT IN ('siteShortName', 'barcode', 'associations', 'password')
    ) AS fields
CROSS JOIN
    LATERAL jsonb_populate_record(
        NULL::patron,
        fields.columns
        || jsonb_build_object('id', effect.patron_id, 'version', 1, 'created_at', now(), 'updated_at', now())
    ) AS former
WHERE effect.action = 'deleted' AND effect.kept IS NULL
