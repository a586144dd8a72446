-- What a person may decide about this run's held rows.
INSERT INTO question (run_id, line, code, key, patron_id, other_id, site, value)
SELECT
    $1::bigint AS run_id,
    doubt.line,
    doubt.code,
    doubt.key,
    doubt.patron_id,
    doubt.other_id,
    NULL AS site,
    NULL AS value
FROM doubt
UNION ALL
SELECT
    $1::bigint AS run_id,
    decided.line,
    'identity_refused' AS code,
    decided.key,
    NULL AS patron_id,
    decided.patron_id AS other_id,
    NULL AS site,
    NULL AS value
FROM decided
INNER JOIN planned ON decided.line = planned.line
WHERE decided.is_ordinary AND planned.outcome = 'held' AND planned.rival_line IS NOT NULL
UNION ALL
SELECT
    $1::bigint AS run_id,
    told.line,
    told.code,
    planned.key,
    planned.patron_id,
    told.owner_id,
    told.claim_site,
    told.value
FROM conflict_message AS told
INNER JOIN planned ON told.line = planned.line
WHERE told.owner_id IS NOT NULL
