-- Sent passwords that meet a stored hash and were not compared with this very hash yet.
SELECT
    staged_row.line,
    staged_row.password,
    patron.password_hash
FROM staged_row
INNER JOIN matched ON staged_row.line = matched.line
INNER JOIN patron ON matched.patron_id = patron.id
LEFT JOIN password_check AS checked
    ON staged_row.line = checked.line AND patron.password_hash = checked.stored_hash
WHERE staged_row.password <> '' AND patron.password_hash IS NOT NULL AND checked.line IS NULL
