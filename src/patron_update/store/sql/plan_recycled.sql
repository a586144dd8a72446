-- Rows that would give the patron of their District ID another birth date: the District ID may have got another person.
INSERT INTO pair (line, patron_id)
SELECT
    planned.line,
    planned.patron_id
FROM planned
CROSS JOIN seal
INNER JOIN patron AS stored ON planned.patron_id = stored.id
INNER JOIN staged_row ON planned.line = staged_row.line AND staged_row.action IS NULL
WHERE
    seal.match_using_district_id
    AND planned.outcome IN ('updated', 'transferred', 'inactivated')
    AND planned.birthdate <> stored.birthdate
    AND NOT EXISTS (
        SELECT 1 FROM decided
        WHERE decided.line = planned.line
    )
