-- A patron whom an update inactivated for missing from the file is named again: status and homeroom are what they were,
-- unless the row says otherwise or staff have changed them since. What a row says and may not write says nothing.
INSERT INTO amendment (line, column_name, value)
WITH
met AS (
    SELECT
        incoming.line,
        absence.status,
        absence.homeroom,
        stored.status = 'I' AND (nullif(incoming.status, '') IS NULL OR status_kept.line IS NOT NULL) AS status_due,
        stored.homeroom = absence.homeroom_set
        AND (incoming.homeroom IS NULL OR homeroom_kept.line IS NOT NULL) AS homeroom_due
    FROM absence
    INNER JOIN matched ON absence.patron_id = matched.patron_id
    INNER JOIN staged_row AS incoming ON matched.line = incoming.line
    INNER JOIN patron AS stored ON absence.patron_id = stored.id
    LEFT JOIN amendment AS status_kept ON matched.line = status_kept.line AND status_kept.column_name = 'status'
    LEFT JOIN amendment AS homeroom_kept ON matched.line = homeroom_kept.line AND homeroom_kept.column_name = 'homeroom'
    WHERE incoming.action IS DISTINCT FROM 'delete'
)

SELECT
    line,
    'status' AS column_name,
    status AS value
FROM met
WHERE status_due
UNION ALL
SELECT
    line,
    'homeroom' AS column_name,
    coalesce(homeroom, '') AS value
FROM met
WHERE homeroom_due
