-- What the job applied last, for the choice between Full and Incremental.
INSERT INTO job_state (
    job,
    run_id,
    properties_fingerprint,
    suite_fingerprint,
    district_fingerprint,
    options_fingerprint,
    rows_read,
    sha256,
    file_profile,
    applied_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
ON CONFLICT (job) DO UPDATE SET
    run_id = excluded.run_id,
    properties_fingerprint = excluded.properties_fingerprint,
    suite_fingerprint = excluded.suite_fingerprint,
    district_fingerprint = excluded.district_fingerprint,
    options_fingerprint = excluded.options_fingerprint,
    rows_read = excluded.rows_read,
    sha256 = excluded.sha256,
    file_profile = excluded.file_profile,
    applied_at = excluded.applied_at
