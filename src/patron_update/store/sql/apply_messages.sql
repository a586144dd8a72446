-- The messages of converting and validating, and those of the plan.
INSERT INTO message (run_id, line, code, site, district_id, barcode, field, value, detail)
SELECT
    $1::bigint AS run_id,
    told.*
FROM (
    SELECT * FROM staged_message
    UNION ALL
    SELECT * FROM planned_message
) AS told
