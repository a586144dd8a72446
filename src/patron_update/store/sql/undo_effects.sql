-- What the run did to each patron, on the whole: added, deleted, or changed. Its site is the primary one that the run
-- left it with, or deleted it from. Who was added and is gone, or deleted and is back, is as it was.
INSERT INTO undo_effect (patron_id, action, line, site, was, after, aside, is_stored)
WITH
effect AS (
    SELECT
        patron_id,
        CASE
            WHEN bool_or(action = 'added') THEN 'added'
            WHEN bool_or(action = 'deleted') THEN 'deleted'
            ELSE 'changed'
        END AS action,
        min(line) AS line,
        max(id) AS change_id,
        jsonb_merged(before ORDER BY id DESC) AS was,
        jsonb_merged(after ORDER BY id) AS after,
        jsonb_merged(aside ORDER BY id) AS aside
    FROM change
    WHERE run_id = $1 AND ($2::bigint[] IS NULL OR patron_id = any($2::bigint[]))
    GROUP BY patron_id
),

placed AS (
    SELECT
        effect.*,
        patron.id IS NOT NULL AS is_stored,
        CASE
            WHEN effect.action = 'deleted' THEN effect.was ->> 'siteShortName'
            ELSE
                coalesce(
                    effect.after ->> 'siteShortName',
                    (
                        SELECT later.before ->> 'siteShortName'
                        FROM change AS later
                        WHERE
                            later.patron_id = effect.patron_id
                            AND later.id > effect.change_id
                            AND later.action <> 'edited'
                            AND later.before ? 'siteShortName'
                        ORDER BY later.id
                        LIMIT 1
                    ),
                    home.site
                )
        END AS site
    FROM effect
    LEFT JOIN patron ON effect.patron_id = patron.id
    LEFT JOIN patron_site AS home ON effect.patron_id = home.patron_id AND home.is_primary
)

SELECT
    patron_id,
    action,
    line,
    site,
    was,
    CASE
        WHEN action = 'added' AND NOT after ? 'associations' AND after ->> 'siteShortName' IS NOT NULL
            THEN after || jsonb_build_object('associations', jsonb_build_array(jsonb_build_object(
                'siteShortName', after -> 'siteShortName', 'barcode', after -> 'barcode', 'primary', TRUE
            )))
        ELSE after
    END AS after,
    aside,
    is_stored
FROM placed
WHERE
    ($3::text IS NULL OR site = $3)
    AND (action <> 'added' OR is_stored)
    AND (action <> 'deleted' OR NOT is_stored)
