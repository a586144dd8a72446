-- Run $1 and the earlier runs of its job, as far as they still have staged rows.
SELECT earlier.id
FROM run
INNER JOIN run AS earlier ON run.job = earlier.job AND run.id >= earlier.id
INNER JOIN pg_namespace ON 'run_' || earlier.id = pg_namespace.nspname
WHERE run.id = $1;
