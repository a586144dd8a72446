-- The claims that live rows would gain: barcodes at their sites, user names, District IDs. Claims that a patron has
-- already cannot collide, so most rows of a usual night are not here.
CREATE UNLOGGED TABLE acquired AS
WITH
live AS (
    SELECT
        planned.*,
        stored.username AS old_username,
        stored.district_id AS old_district_id
    FROM planned
    LEFT JOIN patron AS stored ON planned.patron_id = stored.id
    WHERE (planned.fields_changed OR planned.places_changed) AND planned.outcome <> 'deleted'
)

SELECT
    line,
    'barcode' AS field,
    site,
    barcode AS value
FROM live
WHERE places_changed AND there_barcode IS DISTINCT FROM barcode
UNION ALL
-- A new card is valid at every site where the old one was.
SELECT
    live.line,
    'barcode' AS field,
    place.site,
    live.barcode AS value
FROM live
INNER JOIN patron_site AS place ON live.patron_id = place.patron_id
WHERE
    live.places_changed
    AND live.new_card
    AND NOT place.is_primary
    AND place.site <> live.site
    AND place.barcode = live.old_barcode
    AND place.barcode <> live.barcode
    AND NOT EXISTS (
        SELECT 1 FROM kept_site
        WHERE kept_site.patron_id = place.patron_id AND kept_site.site = place.site
    )
UNION ALL
SELECT
    line,
    'barcode' AS field,
    site,
    barcode AS value
FROM planned_place
WHERE there_barcode IS DISTINCT FROM barcode
UNION ALL
SELECT
    line,
    'username' AS field,
    '' AS site,
    username AS value
FROM live
WHERE
    fields_changed
    AND username IS DISTINCT FROM old_username
    AND username IS NOT NULL
UNION ALL
SELECT
    line,
    'districtID' AS field,
    '' AS site,
    district_id AS value
FROM live
WHERE
    fields_changed
    AND district_id IS DISTINCT FROM old_district_id
    AND district_id IS NOT NULL
