-- Claims that several rows want, none of which is held: the file contradicts itself, and nobody can say who is right.
-- Values are counted by their hashes first: few are there twice, and only those are worth a sort.
INSERT INTO tied (line, field, site, value)
WITH
repeated AS MATERIALIZED (
    SELECT hashtextextended(value, 0) AS hashed
    FROM acquired
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
        acquired.line,
        acquired.field,
        acquired.site,
        acquired.value,
        count(*) OVER (PARTITION BY acquired.field, acquired.site, acquired.value) AS claimants
    FROM acquired
    INNER JOIN repeated ON hashtextextended(acquired.value, 0) = repeated.hashed
    LEFT JOIN held ON acquired.line = held.line
    WHERE held.line IS NULL
) AS claim
WHERE claimants > 1
