-- Runs of this key: every job has its own. A key may also be written with its job before it; a job alone means its
-- latest run.
SELECT
    id,
    job,
    key
FROM run
WHERE
    key = $1
    OR job || '/' || key = $1
    OR id = (
        SELECT max(latest.id)
        FROM run AS latest
        WHERE latest.job = $1 AND latest.summary IS NOT NULL
    )
ORDER BY id
