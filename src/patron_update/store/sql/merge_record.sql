-- Who was merged into whom.
INSERT INTO merged_patron (patron_id, kept_id, run_id, merged_by, merged_at, reason)
VALUES ($1, $2, $3, $4, $5, $6)
