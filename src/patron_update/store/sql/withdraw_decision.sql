-- A ruling that no run has applied yet can be taken back.
UPDATE decision SET withdrawn_by = $2, withdrawn_at = $3
WHERE id = $1 AND withdrawn_at IS NULL AND applied_run_id IS NULL
