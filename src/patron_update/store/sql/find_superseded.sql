-- The earlier runs of the job of run $1 that still have staged rows: killed ones, above all.
SELECT earlier.id
FROM run
INNER JOIN run AS earlier ON earlier.job = run.job AND earlier.id < run.id
INNER JOIN pg_namespace ON pg_namespace.nspname = 'run_' || earlier.id
WHERE run.id = $1;
