-- What the job has applied is forgotten; patrons and history stay.
DELETE FROM baseline
WHERE job = $1
