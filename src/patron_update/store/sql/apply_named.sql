-- Whom the file names is not missing, even where the row was rejected before it came here.
UPDATE baseline
SET
    missing_since = NULL,
    missing_runs = 0
WHERE
    job = $1::text
    AND missing_runs > 0
    AND NOT EXISTS (
        SELECT 1 FROM staged_missing
        WHERE staged_missing.key = baseline.key
    )
