-- A job without a state has not applied a file yet, as far as anybody can tell.
DELETE FROM job_state
WHERE job = $1
