-- The earlier runs of the job of run $1 that still have staged rows: killed ones, above all.
SELECT earlier.id
FROM run
INNER JOIN run AS earlier ON run.job = earlier.job AND run.id > earlier.id
INNER JOIN pg_namespace ON 'run_' || earlier.id = pg_namespace.nspname
WHERE run.id = $1;
