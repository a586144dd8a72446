-- The primary site of new patrons, and of those who were never at the site they move to.
INSERT INTO patron_site (patron_id, site, barcode, is_primary)
SELECT
    coalesce(new_patron.patron_id, planned.patron_id) AS patron_id,
    planned.site,
    planned.barcode,
    TRUE AS is_primary
FROM planned
LEFT JOIN new_patron ON planned.line = new_patron.line
WHERE planned.places_changed AND planned.there_barcode IS NULL
