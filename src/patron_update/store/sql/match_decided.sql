-- Rows that a person has ruled to be a certain patron, whatever patron has their District ID now. Only District IDs are
-- decided about, so matching by barcode knows none. A rival is a row of the file that names the patron by its own key
-- (an unchanged one that is not staged: 0), or another row decided alike: then nothing is applied on the ruling. Rows
-- that ask for associations go along.
CREATE UNLOGGED TABLE decided AS
WITH
ruled AS (
    SELECT
        staged_row.line,
        decision.key,
        decision.patron_id,
        patron.district_id,
        staged_row.action IS NULL AS is_ordinary
    FROM seal
    INNER JOIN decision_in_force AS decision ON seal.job = decision.job AND decision.verdict = 'same'
    INNER JOIN staged_row ON decision.key = staged_row.district_id AND staged_row.action IS DISTINCT FROM 'delete'
    INNER JOIN patron ON decision.patron_id = patron.id
    WHERE seal.match_using_district_id
),

rivals AS (
    SELECT
        ruled.line,
        min(home.line) AS home_line,
        min(twin.line) AS twin_line,
        bool_or(spoken.key IS NOT NULL) AS spoken_for
    FROM ruled
    CROSS JOIN seal
    LEFT JOIN staged_row AS home
        ON
            ruled.district_id = home.key
            AND NOT EXISTS (
                SELECT 1 FROM ruled AS elsewhere
                WHERE elsewhere.line = home.line
            )
    LEFT JOIN ruled AS twin ON ruled.patron_id = twin.patron_id AND ruled.line <> twin.line AND twin.is_ordinary
    LEFT JOIN baseline AS spoken
        ON
            seal.job = spoken.job
            AND ruled.patron_id = spoken.patron_id
            AND ruled.key <> spoken.key
            AND NOT EXISTS (
                SELECT 1 FROM staged_row
                WHERE staged_row.key = spoken.key
            )
            AND NOT EXISTS (
                SELECT 1 FROM staged_missing
                WHERE staged_missing.key = spoken.key
            )
    WHERE ruled.is_ordinary AND ruled.key IS DISTINCT FROM ruled.district_id
    GROUP BY ruled.line
)

SELECT
    ruled.line,
    ruled.key,
    ruled.patron_id,
    ruled.is_ordinary,
    CASE
        WHEN rivals.home_line IS NOT NULL THEN rivals.home_line
        WHEN rivals.twin_line IS NOT NULL THEN rivals.twin_line
        WHEN rivals.spoken_for THEN 0
    END AS rival_line
FROM ruled
LEFT JOIN rivals ON ruled.line = rivals.line
