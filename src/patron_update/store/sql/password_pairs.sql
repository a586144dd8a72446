-- Sent passwords that meet a stored hash and were not compared with this very hash yet.
SELECT
    incoming.line,
    incoming.password,
    patron.password_hash
FROM incoming_row AS incoming
INNER JOIN matched ON incoming.line = matched.line
INNER JOIN patron ON matched.patron_id = patron.id
LEFT JOIN password_check AS checked
    ON incoming.line = checked.line AND patron.password_hash = checked.stored_hash
WHERE incoming.password <> '' AND patron.password_hash IS NOT NULL AND checked.line IS NULL
