-- Barcodes for new patrons whose row asks for one: the free numbers of their site's range in the order of the District
-- IDs. Free is what no patron of the site has and no row of the file names, or what a delete row frees that nothing can
-- hold up.
CREATE UNLOGGED TABLE assigned AS
WITH
asking AS (
    SELECT
        staged_row.line,
        site.short_name AS site,
        row_number() OVER (
            PARTITION BY site.short_name ORDER BY staged_row.district_id COLLATE "C" ASC, staged_row.line ASC
        ) AS place
    FROM staged_row
    INNER JOIN site ON staged_row.site_short_name = site.short_name
    LEFT JOIN matched ON staged_row.line = matched.line
    WHERE
        staged_row.barcode = 'autoassign'
        AND staged_row.action IS NULL
        AND matched.line IS NULL
        AND site.barcode_first IS NOT NULL
),

needing AS (
    SELECT
        site,
        count(*) AS patrons
    FROM asking
    GROUP BY site
),

freed AS (
    SELECT
        staged_row.line,
        place.patron_id,
        place.site
    FROM needing
    CROSS JOIN seal
    INNER JOIN staged_row ON needing.site = staged_row.site_short_name AND staged_row.action = 'delete'
    INNER JOIN matched ON staged_row.line = matched.line
    INNER JOIN patron_site AS place ON matched.patron_id = place.patron_id AND needing.site = place.site
    WHERE
        seal.frozen IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM matched AS other
            WHERE other.patron_id = place.patron_id AND other.line <> staged_row.line
        )
        AND NOT EXISTS (
            SELECT 1 FROM taken_back
            WHERE taken_back.job = seal.job AND taken_back.patron_id = place.patron_id
        )
        AND NOT EXISTS (
            SELECT 1 FROM patron_site AS held
            WHERE held.patron_id = place.patron_id AND held.site = any(seal.held_sites)
        )
        AND CASE
            WHEN
                EXISTS (
                    SELECT 1 FROM patron_site AS other
                    WHERE other.patron_id = place.patron_id AND other.site <> place.site
                )
                THEN NOT (place.is_primary AND seal.update_before_delete)
            ELSE
                seal.delete_with_outstanding
                OR NOT EXISTS (
                    SELECT 1 FROM outstanding
                    WHERE outstanding.patron_id = place.patron_id AND outstanding.kind IN ('loan', 'fine')
                )
        END
),

used AS (
    SELECT
        needing.site,
        patron_site.barcode
    FROM needing
    INNER JOIN patron_site ON needing.site = patron_site.site
    LEFT JOIN freed ON patron_site.patron_id = freed.patron_id AND patron_site.site = freed.site
    WHERE freed.line IS NULL
    UNION
    SELECT
        needing.site,
        staged_row.barcode
    FROM needing
    INNER JOIN staged_row ON needing.site = staged_row.site_short_name
    LEFT JOIN freed ON staged_row.line = freed.line
    WHERE staged_row.barcode <> '' AND freed.line IS NULL
),

-- Among so many numbers there are as many free ones as are needed, if the range has them.
bounds AS (
    SELECT
        site.short_name AS site,
        site.barcode_prefix,
        site.barcode_digits,
        site.barcode_first AS low,
        least(
            site.barcode_last,
            site.barcode_first + needing.patrons + (
                SELECT count(*) FROM used
                WHERE used.site = needing.site
            )
        ) AS high
    FROM needing
    INNER JOIN site ON needing.site = site.short_name
),

candidate AS (
    SELECT
        site,
        number,
        concat(barcode_prefix, lpad(number::text, barcode_digits, '0')) AS barcode
    FROM bounds
    CROSS JOIN LATERAL generate_series(low, high) AS number
),

free AS (
    SELECT
        candidate.site,
        candidate.barcode,
        row_number() OVER (PARTITION BY candidate.site ORDER BY candidate.number ASC) AS place
    FROM candidate
    LEFT JOIN used ON candidate.site = used.site AND candidate.barcode = used.barcode
    WHERE used.barcode IS NULL
)

SELECT
    asking.line,
    free.barcode
FROM asking
INNER JOIN free ON asking.site = free.site AND asking.place = free.place
