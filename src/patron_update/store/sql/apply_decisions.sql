-- A ruling that two are one person is used up once it is applied: the patron has the District ID now.
UPDATE decision SET applied_run_id = $2
FROM decided
INNER JOIN planned ON decided.line = planned.line
WHERE
    decision.job = $1::text
    AND decision.key = decided.key
    AND decision.patron_id = decided.patron_id
    AND decision.verdict = 'same'
    AND decision.withdrawn_at IS NULL
    AND decision.applied_run_id IS NULL
    AND planned.outcome NOT IN ('rejected', 'held')
