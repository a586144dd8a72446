-- By District ID: the patron that has the row's District ID. Keys are unique in the file: no two rows mean one patron.
CREATE UNLOGGED TABLE matched AS
SELECT
    staged_row.line,
    patron.id AS patron_id,
    NULL::bigint AS rival_line
FROM staged_row
INNER JOIN patron ON staged_row.district_id = patron.district_id
