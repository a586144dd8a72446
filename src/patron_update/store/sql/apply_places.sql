-- Secondary associations: new ones, and other barcodes at those that are there.
INSERT INTO patron_site (patron_id, site, barcode, is_primary)
SELECT
    coalesce(new_patron.patron_id, planned_place.patron_id) AS patron_id,
    planned_place.site,
    planned_place.barcode,
    FALSE AS is_primary
FROM planned_place
LEFT JOIN new_patron ON planned_place.line = new_patron.line
ON CONFLICT (patron_id, site) DO UPDATE SET
    barcode = excluded.barcode
WHERE patron_site.barcode <> excluded.barcode
