-- A merge is a run of its own; no job can have a name with a blank.
INSERT INTO run (job, key, started_at, applied_at)
VALUES ('patron-update merge', $1, $2, $2)
RETURNING id
