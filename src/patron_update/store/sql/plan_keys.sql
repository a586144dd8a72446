-- First and last key of the rows that name nobody who is stored, and of the patrons whom no row names: what both begin
-- with, all between them begin with. Over all (site is null) and at each site.
WITH
named AS (
    SELECT
        TRUE AS is_new,
        planned.site,
        CASE WHEN seal.match_using_district_id THEN planned.district_id ELSE planned.barcode END AS key
    FROM planned
    CROSS JOIN seal
    WHERE planned.patron_id IS NULL
    UNION ALL
    SELECT
        FALSE AS is_new,
        home.site,
        CASE WHEN seal.match_using_district_id THEN patron.district_id ELSE home.barcode END AS key
    FROM seal
    INNER JOIN baseline ON seal.job = baseline.job
    INNER JOIN staged_missing ON baseline.key = staged_missing.key
    INNER JOIN patron ON baseline.patron_id = patron.id
    LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
)

SELECT
    site,
    is_new,
    count(*)::integer AS patrons,
    min(key COLLATE "C") AS first,
    max(key COLLATE "C") AS last
FROM named
WHERE key IS NOT NULL
GROUP BY GROUPING SETS ((is_new), (site, is_new))
HAVING grouping(site) = 1 OR site IS NOT NULL
