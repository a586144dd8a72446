-- Patrons whom a row names again.
DELETE FROM absence
USING planned
INNER JOIN coming_back ON planned.line = coming_back.line
WHERE
    absence.patron_id = planned.patron_id
    AND planned.line NOT IN (
        SELECT associating.line FROM associating
        WHERE associating.is_beside
    )
    AND planned.outcome NOT IN ('rejected', 'held')
