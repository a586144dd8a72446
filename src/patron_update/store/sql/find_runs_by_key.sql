-- Runs of this key: every job has its own. A key may also be written with its job before it.
SELECT
    id,
    job,
    key
FROM run
WHERE key = $1 OR job || '/' || key = $1
ORDER BY id
