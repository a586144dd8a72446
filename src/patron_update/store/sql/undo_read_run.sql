-- A run that shall be taken back, and the number and job of the run at the end of the chain when it took back others
-- itself. What a run of a file did is the file's, and so is what the undo of an undo did.
WITH RECURSIVE
chain AS (
    SELECT
        id,
        job,
        undoes,
        TRUE AS is_the_files
    FROM run
    WHERE id = $1
    UNION ALL
    SELECT
        former.id,
        former.job,
        former.undoes,
        NOT chain.is_the_files AS is_the_files
    FROM chain INNER JOIN run AS former ON chain.undoes = former.id
)

SELECT
    run.job,
    run.outcome,
    run.applied_at,
    chain.id AS root,
    chain.job AS root_job,
    chain.is_the_files
FROM run
INNER JOIN chain ON chain.undoes IS NULL
WHERE run.id = $1
