-- Patrons whom a row names again.
DELETE FROM absence
USING planned
INNER JOIN staged_row ON planned.line = staged_row.line
WHERE
    absence.patron_id = planned.patron_id
    AND staged_row.action IS DISTINCT FROM 'delete'
    AND planned.line NOT IN (
        SELECT associating.line FROM associating
        WHERE associating.is_beside
    )
    AND planned.outcome NOT IN ('rejected', 'held')
