-- Fields that the run changed go back where they are still what it left there.
INSERT INTO undo_field (patron_id, field, now, want, kept)
SELECT
    part.patron_id,
    part.field,
    part.is_now AS now,
    CASE WHEN (part.is_now IS DISTINCT FROM part.left_there) THEN part.is_now ELSE part.was END AS want,
    CASE WHEN (part.is_now IS DISTINCT FROM part.left_there) THEN 'changed' END AS kept
FROM (
    SELECT
        effect.patron_id,
        told.name AS field,
        effect.was ->> told.name AS was,
        effect.after ->> told.name AS left_there,
        state.fields ->> told.name AS is_now
    FROM undo_effect AS effect
    INNER JOIN patron AS stored ON effect.patron_id = stored.id
    CROSS JOIN LATERAL (SELECT patron_fields(stored) AS fields) AS state
    CROSS JOIN LATERAL jsonb_object_keys(effect.was || effect.after) AS told (name)
    WHERE effect.action = 'changed' AND jsonb_exists(state.fields, told.name)
) AS part
WHERE part.was IS DISTINCT FROM part.left_there AND part.is_now IS DISTINCT FROM part.was
