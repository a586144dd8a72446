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
    change.after
FROM change
INNER JOIN person ON change.patron_id = person.id
LEFT JOIN run ON change.run_id = run.id
ORDER BY change.made_at, change.id
