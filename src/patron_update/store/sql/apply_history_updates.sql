-- History of the changed patrons: only what differs, before and after. A row that ends its patron
-- has updated it first.
WITH
-- Materialized: the state of a patron is made once, not once for each of its fields.
latter AS MATERIALIZED (
    SELECT
        planned.line,
        CASE WHEN planned.outcome = 'deleted' THEN 'updated' ELSE planned.outcome END AS action,
        former.patron_id,
        planned.password_changed,
        former.fields AS was,
        patron_fields(patron) || jsonb_build_object(
            'siteShortName', home.site,
            'barcode', home.barcode,
            'associations', patron_places(patron.id)
        ) AS is_now
    FROM former
    INNER JOIN planned ON former.line = planned.line
    INNER JOIN patron ON former.patron_id = patron.id
    LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
)

INSERT INTO change (run_id, patron_id, line, action, before, after)
SELECT
    $1::bigint AS run_id,
    latter.patron_id,
    latter.line,
    latter.action,
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
