-- When the job last applied the very file, for good.
SELECT max(run.applied_at) AS applied_at
FROM run_file
INNER JOIN run ON run_file.run_id = run.id
WHERE run.job = $1 AND run_file.sha256 = $2 AND run.applied_at IS NOT NULL AND NOT run_file.taken_back
