-- Rows about patrons of a site that waits: whoever is, or would be, at one. They are held before anything else, so that
-- they free nothing.
CREATE UNLOGGED TABLE parked AS
WITH
waiting AS (
    SELECT unnest(held_sites) AS site
    FROM seal
),

touched AS (
    SELECT
        planned.line,
        waiting.site
    FROM planned
    INNER JOIN waiting ON planned.site = waiting.site
    UNION
    SELECT
        planned.line,
        waiting.site
    FROM planned
    INNER JOIN patron_site AS place ON planned.patron_id = place.patron_id
    INNER JOIN waiting ON place.site = waiting.site
    UNION
    SELECT
        place.line,
        waiting.site
    FROM planned_place AS place
    INNER JOIN waiting ON place.site = waiting.site
)

SELECT
    planned.line,
    string_agg(touched.site, ', ' ORDER BY touched.site COLLATE "C") AS sites
FROM planned
INNER JOIN touched ON planned.line = touched.line
WHERE planned.outcome NOT IN ('unchanged', 'rejected', 'skipped', 'held') OR planned.fields_changed
GROUP BY planned.line;

INSERT INTO held (line)
SELECT line FROM parked
