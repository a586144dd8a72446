-- What was ruled about a patron who is gone says nothing about the one that was kept.
UPDATE decision SET withdrawn_by = $2, withdrawn_at = $3
WHERE patron_id = $1 AND withdrawn_at IS NULL AND applied_run_id IS NULL
