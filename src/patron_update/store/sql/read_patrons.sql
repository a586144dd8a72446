-- Stored patrons with their sites; by any of their sites, or by District ID, where that is asked for.
SELECT
    patron_fields(stored) || jsonb_build_object(
        'siteShortName', home.site,
        'barcode', home.barcode,
        'associations', patron_places(stored.id)
    ) AS fields
FROM patron AS stored
LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
WHERE
    ($1::text IS NULL OR EXISTS (
        SELECT 1 FROM patron_site AS place
        WHERE place.patron_id = stored.id AND place.site = $1::text
    ))
    AND ($2::text IS NULL OR stored.district_id = $2::text)
ORDER BY home.site, stored.district_id, home.barcode, stored.id
