-- A run that is started again keeps its number.
INSERT INTO run (job, key, started_at)
VALUES ($1, $2, $3)
ON CONFLICT (job, key) DO NOTHING
