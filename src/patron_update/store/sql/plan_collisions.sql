-- For each claim out of reach of a held row: the patron that keeps it (and the held row, if any, by which it would be
-- given up), else the first other row that wants it. Of a claim in a tie the rivals are told, although its patron keeps
-- it: that one would have given it up.
CREATE UNLOGGED TABLE collision AS
SELECT
    claim.line,
    claim.field,
    claim.site,
    claim.value,
    keeper.owner_id,
    keeper.owner_line,
    CASE WHEN keeper.line IS NULL THEN rival.line END AS rival_line
FROM acquired AS claim
INNER JOIN held ON claim.line = held.line
LEFT JOIN parked ON claim.line = parked.line
LEFT JOIN
    contested AS keeper
    ON
        claim.line = keeper.line
        AND claim.field = keeper.field
        AND claim.site = keeper.site
        AND claim.value = keeper.value
        AND (keeper.owner_line IS NULL OR EXISTS (
            SELECT 1 FROM held AS h
            WHERE h.line = keeper.owner_line
        ))
        AND NOT EXISTS (
            SELECT 1 FROM tied
            WHERE tied.field = claim.field AND tied.site = claim.site AND tied.value = claim.value
        )
LEFT JOIN LATERAL (
    SELECT min(other.line) AS line
    FROM (
        SELECT wanting.line
        FROM acquired AS wanting
        WHERE
            wanting.field = claim.field AND wanting.site = claim.site AND wanting.value = claim.value
            AND NOT EXISTS (
                SELECT 1 FROM held AS h
                WHERE h.line = wanting.line
            )
        UNION ALL
        SELECT tied.line
        FROM tied
        WHERE tied.field = claim.field AND tied.site = claim.site AND tied.value = claim.value
    ) AS other
    WHERE other.line <> claim.line
) AS rival ON TRUE
WHERE parked.line IS NULL AND (keeper.line IS NOT NULL OR rival.line IS NOT NULL);

INSERT INTO pair (line, patron_id)
SELECT DISTINCT
    line,
    owner_id
FROM collision
WHERE owner_id IS NOT NULL
ON CONFLICT DO NOTHING
