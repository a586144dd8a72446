-- All that was ever done to patrons and to those who were merged into them, the oldest first. Templates: of the fields
-- whose values a row brought; what took the values away or came from nowhere in the file has none.
WITH RECURSIVE
person AS (
    SELECT unnest($1::bigint[]) AS id
    UNION
    SELECT merged_patron.patron_id
    FROM person INNER JOIN merged_patron ON person.id = merged_patron.kept_id
)

SELECT
    change.patron_id,
    change.made_at AS at,
    change.action,
    change.run_id AS run,
    run.job,
    run_file.name AS file,
    change.line,
    coalesce(change.before, '{}') AS before,
    coalesce(change.after, '{}') AS after,
    (
        SELECT coalesce(jsonb_object_agg(template.key, template.value), '{}')
        FROM jsonb_each_text(run.templates) AS template
        WHERE change.line IS NOT NULL AND change.after ? template.key
    ) AS templates,
    coalesce(change.made_by, decision.decided_by) AS made_by,
    coalesce(change.reason, decision.reason) AS reason
FROM change
INNER JOIN person ON change.patron_id = person.id
LEFT JOIN run ON change.run_id = run.id
LEFT JOIN run_file ON change.run_id = run_file.run_id
LEFT JOIN decision
    ON
        change.run_id = decision.applied_run_id
        AND change.patron_id = decision.patron_id
        AND decision.verdict = 'same'
ORDER BY change.made_at, change.id
