-- What was ruled about a job's rows, the newest last.
SELECT
    id,
    key,
    verdict,
    patron_keys,
    decided_by,
    decided_at,
    reason,
    CASE
        WHEN withdrawn_at IS NOT NULL THEN 'taken back by ' || withdrawn_by
        WHEN applied_run_id = run_id THEN 'done at once'
        WHEN applied_run_id IS NOT NULL THEN 'applied by run ' || applied_run_id
        ELSE 'in force'
    END AS state
FROM decision
WHERE job = $1
ORDER BY id
