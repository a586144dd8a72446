-- Messages of a run that applied nothing.
INSERT INTO message (run_id, line, code, site, district_id, barcode, field, value, detail)
SELECT
    $1::bigint AS run_id,
    staged_message.*
FROM staged_message
