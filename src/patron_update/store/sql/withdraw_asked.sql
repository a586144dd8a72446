-- The ruling in force about a row and a patron is taken back: the next run asks again.
UPDATE decision SET withdrawn_by = $4, withdrawn_at = $5
WHERE job = $1 AND key = $2 AND patron_id = $3 AND withdrawn_at IS NULL AND applied_run_id IS NULL
RETURNING id
