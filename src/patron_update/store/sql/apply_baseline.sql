-- The baseline takes in every row that holds now, also those that changed nothing. Held and rejected rows do not touch
-- what their key applied before, and delete rows are looked at again every night.
INSERT INTO baseline (job, key, fingerprint, patron_id, patron_version, run_id)
SELECT
    $1::text AS job,
    planned.key,
    planned.fingerprint,
    patron.id AS patron_id,
    patron.version AS patron_version,
    $2::bigint AS run_id
FROM planned
LEFT JOIN new_patron ON planned.line = new_patron.line
INNER JOIN patron ON coalesce(new_patron.patron_id, planned.patron_id) = patron.id
WHERE
    planned.outcome NOT IN ('rejected', 'held', 'skipped')
    AND planned.line NOT IN (SELECT deleting.line FROM deleting)
ON CONFLICT (job, key) DO UPDATE SET
    fingerprint = excluded.fingerprint,
    patron_id = excluded.patron_id,
    patron_version = excluded.patron_version,
    run_id = excluded.run_id,
    missing_since = NULL,
    missing_runs = 0,
    unsettled = FALSE
WHERE
(
    baseline.fingerprint,
    baseline.patron_id,
    baseline.patron_version,
    baseline.missing_runs,
    baseline.unsettled
) IS DISTINCT FROM (
    excluded.fingerprint,
    excluded.patron_id,
    excluded.patron_version,
    0,
    FALSE
)
