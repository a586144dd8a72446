-- History of the changed patrons: only what differs, before and after.
WITH
-- Materialized: the state of a patron is made once, not once for each of its fields.
latter AS MATERIALIZED (
    SELECT
        planned.line,
        planned.outcome,
        planned.patron_id,
        planned.password_changed,
        former.fields AS was,
        patron_fields(patron) || jsonb_build_object(
            'siteShortName', planned.site,
            'barcode', planned.barcode,
            'associations', patron_places(patron.id)
        ) AS is_now
    FROM planned
    INNER JOIN former ON planned.line = former.line
    INNER JOIN patron ON planned.patron_id = patron.id
)

INSERT INTO change (run_id, patron_id, line, action, before, after)
SELECT
    $1::bigint AS run_id,
    latter.patron_id,
    latter.line,
    latter.outcome AS action,
    coalesce(difference.before, '{}'::jsonb) AS before,
    coalesce(difference.after, '{}'::jsonb)
    || CASE WHEN latter.password_changed THEN '{"password": "changed"}'::jsonb ELSE '{}'::jsonb END AS after
FROM latter
CROSS JOIN LATERAL (
    SELECT
        jsonb_object_agg(was.key, was.value) AS before,
        jsonb_object_agg(was.key, latter.is_now -> was.key) AS after
    FROM jsonb_each(latter.was) AS was
    WHERE was.value IS DISTINCT FROM latter.is_now -> was.key
) AS difference
