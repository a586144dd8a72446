-- An undo is a run of its own; no job can have a name with a blank.
INSERT INTO run (job, key, started_at, applied_at, undoes)
VALUES ('patron-update undo', $1, $2, $2, $3)
RETURNING id
