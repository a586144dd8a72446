-- By District ID: the patron that has the row's District ID, unless a person has ruled otherwise. Keys are unique in
-- the file: no two rows mean one patron by themselves.
CREATE UNLOGGED TABLE matched AS
SELECT
    staged_row.line,
    patron.id AS patron_id,
    NULL::bigint AS rival_line
FROM staged_row
INNER JOIN patron ON staged_row.district_id = patron.district_id
WHERE
    NOT EXISTS (
        SELECT 1 FROM decided
        WHERE decided.line = staged_row.line
    )
UNION ALL
SELECT
    line,
    patron_id,
    rival_line
FROM decided
