-- Sent passwords that will be written and have no salted hash yet.
SELECT
    staged_row.line,
    staged_row.password
FROM staged_row
INNER JOIN planned ON staged_row.line = planned.line
LEFT JOIN password_fresh AS fresh ON staged_row.line = fresh.line
WHERE
    planned.password_changed
    AND planned.fields_changed
    AND staged_row.password <> ''
    AND fresh.line IS NULL
