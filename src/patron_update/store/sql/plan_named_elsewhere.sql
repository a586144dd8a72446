-- Patrons whose District ID a row names that, by its barcode, means somebody else or nobody: who changed schools, say.
-- Rows that were rejected before they came here have left a message.
CREATE UNLOGGED TABLE named_elsewhere AS
SELECT patron.id AS patron_id
FROM seal
INNER JOIN patron ON NOT seal.match_using_district_id
WHERE
    patron.district_id IN (SELECT staged_row.district_id FROM staged_row)
    OR patron.district_id IN (
        SELECT staged_message.district_id FROM staged_message
        WHERE staged_message.code <> 'row_skipped_by_rule'
    )
