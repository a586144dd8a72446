-- Rows that name a patron whom an update inactivated for missing from the file, with the status and homeroom that it
-- had, where staff have not changed them since. One whose status nobody knows brings nobody back: it may be a leaver.
CREATE UNLOGGED TABLE coming_back AS
SELECT
    matched.line,
    CASE WHEN stored.status = 'I' THEN absence.status END AS status,
    coalesce(stored.homeroom = absence.homeroom_set, FALSE) AS homeroom_due,
    absence.homeroom
FROM absence
INNER JOIN matched ON absence.patron_id = matched.patron_id
INNER JOIN staged_row ON matched.line = staged_row.line
INNER JOIN patron AS stored ON absence.patron_id = stored.id
WHERE
    staged_row.action IS DISTINCT FROM 'delete'
    AND NOT EXISTS (
        SELECT 1 FROM staged_message
        WHERE staged_message.line = matched.line AND staged_message.code = 'status_unknown'
    )
