-- Claims that several rows want, none of which is held: the file contradicts itself, and nobody can say who is right.
INSERT INTO tied (line, field, site, value)
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
    LEFT JOIN held ON acquired.line = held.line
    WHERE held.line IS NULL
) AS claim
WHERE claimants > 1
