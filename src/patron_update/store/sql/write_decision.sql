-- A ruling replaces the one that was in force about the same row and patron. With an applying run it was done at once.
INSERT INTO decision (
    job, key, patron_id, patron_keys, verdict, decided_by, decided_at, reason, run_id, applied_run_id
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING id
