-- The messages of a run that is planned and not applied, in the order of the file.
SELECT
    code,
    line,
    site,
    district_id,
    barcode,
    field,
    value,
    detail
FROM (
    SELECT * FROM staged_message
    UNION ALL
    SELECT * FROM planned_message
) AS told
ORDER BY line NULLS FIRST, code, field
