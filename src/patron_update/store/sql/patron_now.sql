-- Patrons as they are now, whole, and since when they are stored.
SELECT
    id,
    created_at,
    patron_state(patron) AS state
FROM patron
WHERE id = any($1::bigint[])
