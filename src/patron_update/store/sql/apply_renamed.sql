-- A patron that the file now names by another key is not missing under the former one.
DELETE FROM baseline
USING planned
WHERE
    baseline.job = $1::text
    AND planned.patron_id = baseline.patron_id
    AND planned.key <> baseline.key
    AND planned.outcome NOT IN ('rejected', 'held', 'skipped')
    AND planned.line NOT IN (
        SELECT deleting.line FROM deleting
        WHERE deleting.fate = 'refused'
    )
    AND EXISTS (
        SELECT 1 FROM staged_missing
        WHERE staged_missing.key = baseline.key
    )
