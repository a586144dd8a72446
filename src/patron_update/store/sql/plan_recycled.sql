-- Rows that would give the patron of their District ID another birth date: the District ID may have got another person.
-- Whatever a row does it is asked about, unless it follows another one, or a person has said already who it is.
INSERT INTO pair (line, patron_id)
SELECT
    planned.line,
    planned.patron_id
FROM planned
CROSS JOIN seal
INNER JOIN patron AS stored ON planned.patron_id = stored.id
LEFT JOIN deleting ON planned.line = deleting.line
LEFT JOIN associating AS beside ON planned.line = beside.line AND beside.is_beside
WHERE
    seal.match_using_district_id
    AND planned.birthdate <> stored.birthdate
    AND planned.rival_line IS NULL
    AND (planned.outcome NOT IN ('unchanged', 'rejected', 'held', 'skipped') OR deleting.fate = 'refused')
    AND deleting.lead_line IS NULL
    AND beside.lead_line IS NULL
    AND (planned.line, planned.patron_id) NOT IN (
        SELECT
            staged_row.line,
            decision.patron_id
        FROM seal AS own
        INNER JOIN decision_in_force AS decision ON own.job = decision.job AND decision.verdict = 'same'
        INNER JOIN staged_row ON decision.key = staged_row.district_id
    )
