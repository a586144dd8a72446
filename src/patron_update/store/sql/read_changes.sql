-- A run's changes in the order of the file.
SELECT
    patron_id,
    line,
    action,
    before,
    after
FROM change
WHERE run_id = $1
ORDER BY line, id
