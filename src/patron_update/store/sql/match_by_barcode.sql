-- By barcode and site: the patron that has the barcode at the row's site, primary or not. When several rows mean one
-- patron, the one at its primary site counts, or the only one; the others have a rival and are held. An unchanged row
-- of the same job that names the patron by another key is not staged, but it is in the file: rival 0. Delete rows have
-- no say in this; but while the others are held none deletes the patron from its primary site, or the next night
-- another row would count. A delete row with another District ID than the patron's means somebody else.
CREATE UNLOGGED TABLE matched AS
WITH
found AS (
    SELECT
        staged_row.line,
        staged_row.key,
        patron_site.patron_id,
        patron_site.is_primary,
        coalesce(staged_row.action = 'delete', FALSE) AS deletes,
        row_number() OVER ranked AS place,
        first_value(staged_row.line) OVER ranked AS first_line,
        nth_value(staged_row.line, 2) OVER ranked AS second_line
    FROM staged_row
    INNER JOIN
        patron_site
        ON staged_row.site_short_name = patron_site.site AND staged_row.barcode = patron_site.barcode
    INNER JOIN patron ON patron_site.patron_id = patron.id
    WHERE
        staged_row.action IS DISTINCT FROM 'associate'
        AND (
            staged_row.action = 'delete'
            AND staged_row.district_id <> ''
            AND staged_row.district_id <> patron.district_id
        ) IS NOT TRUE
    WINDOW
        ranked AS (
            PARTITION BY patron_site.patron_id, staged_row.action
            ORDER BY patron_site.is_primary DESC, staged_row.line ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
),

spoken_for AS (
    SELECT DISTINCT found.line
    FROM found
    CROSS JOIN seal
    INNER JOIN baseline ON seal.job = baseline.job AND found.patron_id = baseline.patron_id
    WHERE
        NOT found.is_primary
        AND NOT found.deletes
        AND baseline.key <> found.key
        AND NOT EXISTS (
            SELECT 1 FROM staged_row
            WHERE staged_row.key = baseline.key
        )
        AND NOT EXISTS (
            SELECT 1 FROM staged_missing
            WHERE staged_missing.key = baseline.key
        )
),

ranked AS (
    SELECT
        found.*,
        CASE
            WHEN found.is_primary OR found.deletes THEN NULL
            WHEN found.place > 1 THEN found.first_line
            WHEN found.second_line IS NOT NULL THEN found.second_line
            WHEN spoken_for.line IS NOT NULL THEN 0
        END AS rival_line
    FROM found
    LEFT JOIN spoken_for ON found.line = spoken_for.line
),

waiting AS (
    SELECT
        patron_id,
        min(line) AS line
    FROM ranked
    WHERE rival_line IS NOT NULL
    GROUP BY patron_id
)

SELECT
    ranked.line,
    ranked.patron_id,
    CASE WHEN ranked.deletes AND ranked.is_primary THEN waiting.line ELSE ranked.rival_line END AS rival_line
FROM ranked
LEFT JOIN waiting ON ranked.patron_id = waiting.patron_id
UNION ALL
-- An association row that finds nobody at its site means the patron that has its District ID. It is nobody's rival.
SELECT
    staged_row.line,
    coalesce(patron_site.patron_id, patron.id) AS patron_id,
    NULL::bigint AS rival_line
FROM staged_row
LEFT JOIN
    patron_site
    ON staged_row.site_short_name = patron_site.site AND staged_row.barcode = patron_site.barcode
LEFT JOIN patron ON staged_row.district_id = patron.district_id
WHERE staged_row.action = 'associate' AND coalesce(patron_site.patron_id, patron.id) IS NOT NULL
