-- A run's figures, counted once more from what it left in the history and in the messages. $2: the codes of errors.
SELECT
    action AS figure,
    count(*) AS counted
FROM change
WHERE run_id = $1 AND line IS NOT NULL
GROUP BY action
UNION ALL
SELECT
    'missing_inactivated' AS figure,
    count(*) AS counted
FROM change
WHERE run_id = $1 AND line IS NULL AND action = 'inactivated'
UNION ALL
SELECT
    'failed' AS figure,
    count(DISTINCT line) AS counted
FROM message
WHERE
    run_id = $1
    AND code = any($2::text[])
    -- A row that failed to delete its patron may have updated it.
    AND NOT EXISTS (
        SELECT 1 FROM change
        WHERE change.run_id = $1 AND change.line = message.line
    )
