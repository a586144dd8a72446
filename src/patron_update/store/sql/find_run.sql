-- The number of a run by its job and key.
SELECT id FROM run
WHERE job = $1 AND key = $2
