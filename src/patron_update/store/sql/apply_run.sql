-- The run is applied: a second attempt finds this and changes nothing.
UPDATE run SET
    applied_at = now(),
    update_type = $2,
    properties_fingerprint = $3,
    suite_fingerprint = $4,
    counts = $5,
    templates = $6
WHERE id = $1
