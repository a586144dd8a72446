-- What was ruled before about the same row and patron, or that the row is somebody else, holds no longer.
UPDATE decision SET withdrawn_by = $5, withdrawn_at = $6
WHERE
    job = $1 AND key = $2
    AND (patron_id = $3 OR (verdict = 'same' AND $4::text = 'same'))
    AND withdrawn_at IS NULL AND applied_run_id IS NULL
