-- The file that this run read.
INSERT INTO run_file (run_id, name, size, modified, sha256, profile)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
