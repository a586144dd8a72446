-- Who has a barcode keeps it, and an association row takes the patron's.
INSERT INTO amendment (line, column_name, value)
SELECT
    staged_row.line,
    'barcode' AS column_name,
    NULL AS value
FROM staged_row
LEFT JOIN matched ON staged_row.line = matched.line
WHERE staged_row.barcode = 'autoassign' AND (matched.line IS NOT NULL OR staged_row.action IS NOT NULL)
