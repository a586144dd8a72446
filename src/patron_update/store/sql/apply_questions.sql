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
WHERE doubt.code <> 'patron_frozen'
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
UNION ALL
-- What came with a District ID that was handed on, and is its former patron's still. A row that deletes brings nothing.
SELECT
    $1::bigint AS run_id,
    doubt.line,
    'handed_on' AS code,
    doubt.key,
    NULL AS patron_id,
    doubt.other_id,
    place.site,
    place.barcode AS value
FROM doubt
INNER JOIN incoming_row AS incoming ON doubt.line = incoming.line
INNER JOIN patron_site AS place
    ON doubt.other_id = place.patron_id AND incoming.site_short_name = place.site AND incoming.barcode = place.barcode
WHERE doubt.code = 'district_id_recycled' AND incoming.action IS DISTINCT FROM 'delete'
UNION ALL
SELECT
    $1::bigint AS run_id,
    doubt.line,
    'handed_on' AS code,
    doubt.key,
    NULL AS patron_id,
    doubt.other_id,
    NULL AS site,
    stored.username AS value
FROM doubt
INNER JOIN incoming_row AS incoming ON doubt.line = incoming.line
INNER JOIN patron AS stored ON doubt.other_id = stored.id AND incoming.username = stored.username
WHERE doubt.code = 'district_id_recycled' AND incoming.action IS DISTINCT FROM 'delete'
