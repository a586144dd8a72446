-- A run of a file ($1) is taken back whole, or that is taken back ($2 tells which). The job's next file is held against
-- the last one that stays.
WITH
this AS (
    UPDATE run_file SET taken_back = $2
    WHERE run_id = $1
    RETURNING (
        SELECT job FROM run
        WHERE id = $1
    ) AS job
)

UPDATE job_state SET
    (sha256, file_profile) = (
        SELECT
            run_file.sha256,
            run_file.profile
        FROM run_file
        INNER JOIN run ON run_file.run_id = run.id
        WHERE
            run.job = job_state.job
            AND run.applied_at IS NOT NULL
            AND CASE WHEN run.id = $1 THEN NOT $2 ELSE NOT run_file.taken_back END
        ORDER BY run.id DESC
        LIMIT 1
    )
WHERE job IN (SELECT this.job FROM this)
