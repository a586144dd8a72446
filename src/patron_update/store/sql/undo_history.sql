-- History of what was taken back, so that it can be taken back as well: who came back, and what differs of the others.
INSERT INTO change (run_id, patron_id, action, before, after, aside)
SELECT
    $1::bigint AS run_id,
    stored.id AS patron_id,
    'added' AS action,
    NULL AS before,
    jsonb_strip_nulls(patron_state(stored)) AS after,
    jsonb_build_object('outstanding', effect.aside -> 'outstanding') AS aside
FROM undo_effect AS effect
INNER JOIN patron AS stored ON effect.patron_id = stored.id
WHERE effect.action = 'deleted' AND effect.kept IS NULL
UNION ALL
SELECT
    $1::bigint AS run_id,
    changed.patron_id,
    CASE
        WHEN changed.after ->> 'status' = 'I' THEN 'inactivated'
        WHEN changed.after ? 'siteShortName' THEN 'transferred'
        ELSE 'updated'
    END AS action,
    changed.before,
    changed.after,
    changed.aside
FROM (
    SELECT
        former.patron_id,
        former.aside,
        jsonb_object_agg(was.key, was.value) AS before,
        jsonb_object_agg(was.key, latter.state -> was.key) AS after
    FROM undo_former AS former
    INNER JOIN undo_effect AS effect ON former.patron_id = effect.patron_id AND effect.action = 'changed'
    INNER JOIN patron AS stored ON former.patron_id = stored.id
    CROSS JOIN LATERAL (SELECT patron_state(stored) AS state) AS latter
    CROSS JOIN LATERAL jsonb_each(former.state) AS was
    WHERE was.value IS DISTINCT FROM latter.state -> was.key
    GROUP BY former.patron_id, former.aside
) AS changed
