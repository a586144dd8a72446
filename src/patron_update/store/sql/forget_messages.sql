-- Messages of a run that was finished before are written anew.
DELETE FROM message
WHERE run_id = $1
