-- Messages of a run that was reported before, as failed, are written anew.
DELETE FROM message
WHERE run_id = $1
