-- The rows as the plan takes them, where some are taken as something else than what was sent.
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
WHERE
    NOT EXISTS (
        SELECT 1 FROM amendment
        WHERE amendment.line = staged_row.line
    )
UNION ALL
SELECT taken.*
FROM staged_row
INNER JOIN amended ON staged_row.line = amended.line
CROSS JOIN LATERAL jsonb_populate_record(staged_row, amended.changes) AS taken
