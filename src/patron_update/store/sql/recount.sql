-- A run's figures, counted once more from what it left in the history and in the messages. $2, $3, $4: the codes by
-- which rows are rejected, held, skipped.
WITH
-- A patron may be updated by the row that deletes it.
changed AS (
    SELECT DISTINCT ON (line)
        line,
        action,
        coalesce(before -> 'associations', '[]'::jsonb) AS places_before,
        coalesce(after -> 'associations', '[]'::jsonb) AS places_after
    FROM change
    WHERE run_id = $1 AND line IS NOT NULL
    ORDER BY line ASC, action = 'deleted' DESC
),

told AS (
    SELECT
        line,
        bool_or(code = any($2::text[])) AS is_rejected,
        bool_or(code = any($3::text[])) AS is_held
    FROM message
    WHERE run_id = $1 AND line IS NOT NULL AND code = any($2::text[] || $3::text[] || $4::text[])
    GROUP BY line
)

SELECT
    action AS figure,
    count(*) AS counted
FROM changed
GROUP BY action
UNION ALL
SELECT
    'places' AS figure,
    count(DISTINCT concat(changed.line, ' ', place.found ->> 'siteShortName')) AS counted
FROM changed
CROSS JOIN LATERAL jsonb_array_elements(changed.places_before || changed.places_after) AS place (found)
WHERE
    NOT (
        changed.places_before @> jsonb_build_array(place.found)
        AND changed.places_after @> jsonb_build_array(place.found)
    )
UNION ALL
SELECT
    'missing_inactivated' AS figure,
    count(*) AS counted
FROM change
WHERE run_id = $1 AND line IS NULL AND action = 'inactivated'
UNION ALL
SELECT
    CASE WHEN told.is_rejected THEN 'rejected' WHEN told.is_held THEN 'held' ELSE 'skipped' END AS figure,
    count(*) AS counted
FROM told
LEFT JOIN changed ON told.line = changed.line
-- A row that failed to delete its patron may have updated it.
WHERE changed.line IS NULL OR told.is_rejected
GROUP BY figure
