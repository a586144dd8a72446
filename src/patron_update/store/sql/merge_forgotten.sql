-- A job that owns the kept patron by a row of its own needs no second one.
DELETE FROM baseline
WHERE
    patron_id = $2
    AND EXISTS (
        SELECT 1 FROM baseline AS own
        WHERE own.job = baseline.job AND own.patron_id = $1
    )
RETURNING job, key
