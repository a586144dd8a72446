-- Barcodes for one tier of those who ask: the first numbers of their site's range that are free at all their sites.
-- They are used then.
WITH
choosing AS (
    SELECT *
    FROM asking
    WHERE tier = $1
),

reached AS (
    SELECT DISTINCT unnest(sites) AS site
    FROM choosing
),

-- Among so many numbers there are as many free ones as are needed, if the range has them.
bounds AS (
    SELECT
        site.barcode_prefix,
        site.barcode_digits,
        site.barcode_first AS low,
        least(
            site.barcode_last,
            site.barcode_first
            + (SELECT count(*) FROM choosing)
            + (
                SELECT count(*) FROM used
                WHERE used.site IN (SELECT reached.site FROM reached)
            )
        ) AS high
    FROM site
    WHERE site.short_name IN (SELECT choosing.site FROM choosing)
),

candidate AS (
    SELECT
        number,
        concat(barcode_prefix, lpad(number::text, barcode_digits, '0')) AS barcode
    FROM bounds
    CROSS JOIN LATERAL generate_series(low, high) AS number
),

free AS (
    SELECT
        barcode,
        row_number() OVER (ORDER BY number ASC) AS place
    FROM candidate
    WHERE
        barcode NOT IN (
            SELECT used.barcode FROM used
            WHERE used.site IN (SELECT reached.site FROM reached)
        )
),

given AS (
    INSERT INTO assigned (line, barcode)
    SELECT
        choosing.line,
        free.barcode
    FROM choosing
    INNER JOIN free ON choosing.place = free.place
    RETURNING barcode
)

INSERT INTO used (site, barcode)
SELECT
    reached.site,
    given.barcode
FROM given
CROSS JOIN reached
