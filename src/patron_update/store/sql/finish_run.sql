-- How the run ended, with its summary.
UPDATE run SET
    outcome = $2,
    summary = $3,
    finished_at = $4
WHERE id = $1
