-- Every row that would do again what this run ($1) took back waits until a person has decided. $2: the job whose file
-- it came from.
INSERT INTO taken_back (job, key, run_id, patron_id, ends, fields, places)
WITH
back AS (
    SELECT effect.*
    FROM undo_effect AS effect
    INNER JOIN change ON effect.patron_id = change.patron_id AND change.run_id = $1
),

field AS (
    SELECT
        back.patron_id,
        jsonb_object_agg(part.field, back.after -> part.field) AS fields
    FROM back
    INNER JOIN undo_field AS part ON back.patron_id = part.patron_id AND part.kept IS NULL
    GROUP BY back.patron_id
),

place AS (
    SELECT
        patron_id,
        jsonb_agg(
            CASE
                WHEN after IS DISTINCT FROM was AND after IS DISTINCT FROM want
                    THEN jsonb_build_object('site', site, 'barcode', after)
            END ORDER BY site
        ) AS places,
        min(site) FILTER (WHERE after_primary AND NOT was_primary AND NOT want_primary) AS home
    FROM undo_place
    WHERE after IS NOT NULL AND kept IS NULL
    GROUP BY patron_id
)

SELECT
    owner.job,
    owner.key,
    $1::bigint AS run_id,
    back.patron_id,
    FALSE AS ends,
    coalesce(field.fields, '{}')
    || CASE WHEN place.home IS NULL THEN '{}' ELSE jsonb_build_object('siteShortName', place.home) END AS fields,
    coalesce(place.places, '[]') AS places
FROM back
INNER JOIN baseline AS owner ON back.patron_id = owner.patron_id
LEFT JOIN field ON back.patron_id = field.patron_id
LEFT JOIN place ON back.patron_id = place.patron_id
WHERE back.action <> 'deleted'
UNION ALL
SELECT
    $2::text AS job,
    aside ->> 'ended_by' AS key,
    $1::bigint AS run_id,
    patron_id,
    TRUE AS ends,
    '{}' AS fields,
    '[]' AS places
FROM back
WHERE aside ? 'ended_by'
