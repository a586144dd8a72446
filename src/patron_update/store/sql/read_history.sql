-- All that was ever done to a patron and to those who were merged into it, the oldest first.
WITH RECURSIVE
person AS (
    SELECT $1::bigint AS id
    UNION
    SELECT merged_patron.patron_id
    FROM person INNER JOIN merged_patron ON person.id = merged_patron.kept_id
)

SELECT
    change.patron_id,
    change.made_at,
    run.job,
    change.run_id,
    change.line,
    change.action,
    change.before,
    change.after,
    coalesce(change.made_by, decision.decided_by) AS made_by,
    coalesce(change.reason, decision.reason) AS reason
FROM change
INNER JOIN person ON change.patron_id = person.id
LEFT JOIN run ON change.run_id = run.id
LEFT JOIN decision
    ON
        change.run_id = decision.applied_run_id
        AND change.patron_id = decision.patron_id
        AND decision.verdict = 'same'
ORDER BY change.made_at, change.id
