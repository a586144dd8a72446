-- Barcodes that are not free at the sites of those who ask for one: what somebody has at the end, or wants, or names,
-- if nothing is assigned.
CREATE UNLOGGED TABLE used AS
WITH
reached AS (
    SELECT DISTINCT unnest(sites) AS site
    FROM asking
)

SELECT
    place.site,
    place.barcode
FROM reached
INNER JOIN patron_site AS place ON reached.site = place.site
LEFT JOIN given_up ON place.patron_id = given_up.patron_id AND place.site = given_up.site
LEFT JOIN held ON given_up.line = held.line
WHERE given_up.line IS NULL OR held.line IS NOT NULL
UNION
SELECT
    wanted.site,
    wanted.value AS barcode
FROM reached
INNER JOIN wanted ON reached.site = wanted.site
UNION
SELECT
    staged_row.site_short_name AS site,
    staged_row.barcode
FROM reached
INNER JOIN staged_row ON reached.site = staged_row.site_short_name
WHERE staged_row.barcode <> '' AND staged_row.action IS DISTINCT FROM 'delete'
