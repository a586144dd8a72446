-- What the job applied last.
SELECT
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
FROM job_state
WHERE job = $1
