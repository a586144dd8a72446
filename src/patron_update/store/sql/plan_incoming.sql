-- The rows as the plan takes them. Most are taken as sent.
CREATE VIEW incoming_row AS
WITH
amended AS (
    SELECT
        line,
        jsonb_object_agg(column_name, value ORDER BY value ASC NULLS FIRST) AS changes
    FROM amendment
    GROUP BY line
)

SELECT staged_row.*
FROM staged_row
LEFT JOIN amended ON staged_row.line = amended.line
WHERE amended.line IS NULL
UNION ALL
SELECT taken.*
FROM staged_row
INNER JOIN amended ON staged_row.line = amended.line
CROSS JOIN LATERAL jsonb_populate_record(staged_row, amended.changes) AS taken
