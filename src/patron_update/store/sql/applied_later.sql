-- Whether the run's job has applied another run since this one began. $1: the run.
SELECT count(*) > 0 AS found
FROM run AS later
INNER JOIN run AS mine ON later.job = mine.job AND later.id > mine.id
WHERE mine.id = $1 AND later.applied_at IS NOT NULL
