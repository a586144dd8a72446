-- Patrons whom a row names again.
DELETE FROM absence
USING planned
INNER JOIN staged_row ON planned.line = staged_row.line
WHERE
    absence.patron_id = planned.patron_id
    AND staged_row.action IS NULL
    AND planned.outcome NOT IN ('rejected', 'held')
