-- A patron by District ID, else by barcode and site: the first one counts, unless it must be the only one.
SELECT
    patron.id,
    patron.district_id,
    patron_keys(patron.district_id, home.barcode, home.site) AS keys
FROM patron
LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
WHERE
    patron.district_id = $1
    OR EXISTS (
        SELECT 1 FROM patron_site AS place
        WHERE place.patron_id = patron.id AND place.barcode || '@' || place.site = $1
    )
ORDER BY patron.district_id IS DISTINCT FROM $1
