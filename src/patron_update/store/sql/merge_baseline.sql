-- The kept patron is owned by the jobs that owned the other one. The rows are looked at again by the next run, and the
-- nights on which the other one was missing do not count.
UPDATE baseline SET
    patron_id = $1,
    unsettled = TRUE,
    missing_since = NULL,
    missing_runs = 0
WHERE patron_id = $2
RETURNING job, key
