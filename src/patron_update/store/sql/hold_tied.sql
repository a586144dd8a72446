-- Claims that several rows want, none of which is held: the file contradicts itself, and nobody can say who is right.
-- Values are counted by their hashes first: few are there twice, and only those are worth a sort.
INSERT INTO tied (line, field, site, value)
WITH
live AS (
    SELECT acquired.*
    FROM acquired
    LEFT JOIN held ON acquired.line = held.line
    WHERE held.line IS NULL
),

repeated AS MATERIALIZED (
    SELECT hashtextextended(value, 0) AS hashed
    FROM live
    GROUP BY hashtextextended(value, 0)
    HAVING count(*) > 1
)

SELECT
    line,
    field,
    site,
    value
FROM (
    SELECT
        live.line,
        live.field,
        live.site,
        live.value,
        count(*) OVER (PARTITION BY live.field, live.site, live.value) AS claimants
    FROM live
    INNER JOIN repeated ON hashtextextended(live.value, 0) = repeated.hashed
) AS claim
WHERE claimants > 1
