-- A run that shall be taken back, and the job of the run at the end of the chain when it took back others itself.
WITH RECURSIVE
chain AS (
    SELECT
        id,
        job,
        undoes
    FROM run
    WHERE id = $1
    UNION ALL
    SELECT
        former.id,
        former.job,
        former.undoes
    FROM chain INNER JOIN run AS former ON chain.undoes = former.id
)

SELECT
    run.job,
    run.outcome,
    run.applied_at,
    chain.job AS root_job
FROM run
INNER JOIN chain ON chain.undoes IS NULL
WHERE run.id = $1
