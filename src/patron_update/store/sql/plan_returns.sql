-- A patron who was missing is named again: status and homeroom are what they were, unless the row says otherwise. What
-- a row says and may not write says nothing.
INSERT INTO amendment (line, column_name, value)
SELECT
    coming_back.line,
    'status' AS column_name,
    coming_back.status AS value
FROM coming_back
INNER JOIN staged_row AS incoming ON coming_back.line = incoming.line
LEFT JOIN amendment AS kept ON coming_back.line = kept.line AND kept.column_name = 'status'
WHERE coming_back.status IS NOT NULL AND (nullif(incoming.status, '') IS NULL OR kept.line IS NOT NULL)
UNION ALL
SELECT
    coming_back.line,
    'homeroom' AS column_name,
    coalesce(coming_back.homeroom, '') AS value
FROM coming_back
INNER JOIN staged_row AS incoming ON coming_back.line = incoming.line
LEFT JOIN amendment AS kept ON coming_back.line = kept.line AND kept.column_name = 'homeroom'
WHERE coming_back.homeroom_due AND (incoming.homeroom IS NULL OR kept.line IS NOT NULL)
