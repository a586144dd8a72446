-- The job's last file is taken back: the next one is held against the one before, of which only the checksum is known.
UPDATE job_state SET
    file_profile = NULL,
    sha256 = (
        SELECT run_file.sha256
        FROM run_file
        INNER JOIN run ON run_file.run_id = run.id
        LEFT JOIN run AS undoing ON run.id = undoing.undoes
        WHERE run.job = job_state.job AND run.id < $1 AND run.applied_at IS NOT NULL AND undoing.id IS NULL
        ORDER BY run.id DESC
        LIMIT 1
    )
WHERE run_id = $1
