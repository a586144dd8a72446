-- A run's messages in the order of the file.
SELECT
    code,
    line,
    site,
    district_id,
    barcode,
    field,
    value,
    detail
FROM message
WHERE run_id = $1
ORDER BY line NULLS FIRST, code, field, id
