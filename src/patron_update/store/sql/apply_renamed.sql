-- A patron that the file now names by another key is not missing under the former one.
DELETE FROM baseline
USING planned
WHERE
    baseline.job = $1::text
    AND planned.patron_id = baseline.patron_id
    AND planned.key <> baseline.key
    AND planned.outcome NOT IN ('rejected', 'held')
    AND NOT EXISTS (
        SELECT 1 FROM staged_row
        WHERE staged_row.key = baseline.key
    )
