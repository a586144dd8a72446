-- One run as it is recorded.
SELECT
    id,
    job,
    key,
    applied_at,
    outcome,
    counts,
    summary
FROM run
WHERE id = $1
