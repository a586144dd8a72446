-- For a Full update a record may be passed over only when its patron is still as this job left it, and when
-- nobody has ruled that the row is another one.
COPY (
    SELECT
        baseline.key,
        CASE
            WHEN
                patron.version = baseline.patron_version
                AND baseline.missing_since IS NULL
                AND NOT baseline.unsettled
                AND ruling.key IS NULL
                THEN encode(uuid_send(baseline.fingerprint), 'hex')
        END AS fingerprint,
        CASE WHEN patron.district_id <> baseline.key THEN patron.district_id END AS district_id
    FROM baseline
    LEFT JOIN patron ON baseline.patron_id = patron.id
    LEFT JOIN decision_in_force AS ruling
        ON baseline.job = ruling.job AND baseline.key = ruling.key AND ruling.verdict = 'same'
    WHERE baseline.job = current_setting('patron_update.job')
) TO STDOUT (FORMAT csv, HEADER)
