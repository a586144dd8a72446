-- For a Full update a record may be passed over only when its patron is still as this job left it.
COPY (
    SELECT
        baseline.key,
        CASE
            WHEN
                patron.version = baseline.patron_version
                AND baseline.missing_since IS NULL
                AND NOT baseline.unsettled
                THEN encode(uuid_send(baseline.fingerprint), 'hex')
        END AS fingerprint
    FROM baseline
    LEFT JOIN patron ON baseline.patron_id = patron.id
    WHERE baseline.job = current_setting('patron_update.job')
) TO STDOUT (FORMAT csv, HEADER)
