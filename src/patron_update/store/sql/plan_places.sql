-- Secondary associations that rows ask for: association rows beside the patron's own row, and rows with further sites.
CREATE UNLOGGED TABLE planned_place AS
SELECT
    line,
    patron_id,
    lead_line,
    site,
    barcode,
    there_barcode
FROM associating
WHERE
    is_beside
    AND rival_line IS NULL
    AND waits_for IS NULL
    AND between_kinds IS NULL
    AND site IS DISTINCT FROM home_site
UNION ALL
SELECT
    further.line,
    further.patron_id,
    NULL AS lead_line,
    further.site,
    further.barcode,
    stored.barcode AS there_barcode
FROM further
LEFT JOIN patron_site AS stored ON further.patron_id = stored.patron_id AND further.site = stored.site
WHERE further.problem IS NULL AND (stored.site IS NULL OR (stored.is_primary AND further.leaves))
