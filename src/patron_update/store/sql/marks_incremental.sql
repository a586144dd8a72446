-- For an Incremental update a record may be passed over when it is as it was when this job last applied it.
COPY (
    SELECT
        key,
        CASE WHEN missing_since IS NULL AND NOT unsettled THEN encode(uuid_send(fingerprint), 'hex') END AS fingerprint
    FROM baseline
    WHERE job = current_setting('patron_update.job')
) TO STDOUT (FORMAT csv, HEADER)
