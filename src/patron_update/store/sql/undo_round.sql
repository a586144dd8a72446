-- A barcode, user name or District ID that another patron has and keeps does not come back, nor does a site that is
-- none of the district's; what waits for one that stays is found by the next round. A deleted patron comes back whole
-- or not at all.
WITH
claim AS (
    SELECT
        patron_id,
        field,
        '' AS site,
        want AS value
    FROM undo_field
    WHERE kept IS NULL AND field IN ('username', 'districtID') AND want IS NOT NULL
    UNION ALL
    SELECT
        effect.patron_id,
        told.name AS field,
        '' AS site,
        effect.was ->> told.name AS value
    FROM undo_effect AS effect
    CROSS JOIN (VALUES ('username'), ('districtID')) AS told (name)
    WHERE effect.action = 'deleted' AND effect.kept IS NULL AND effect.was ->> told.name IS NOT NULL
    UNION ALL
    SELECT
        place.patron_id,
        'barcode' AS field,
        place.site,
        place.want AS value
    FROM undo_place AS place
    INNER JOIN undo_effect AS effect ON place.patron_id = effect.patron_id AND effect.action <> 'added'
    WHERE effect.kept IS NULL AND place.want IS NOT NULL AND place.want IS DISTINCT FROM place.now
),

owned AS (
    SELECT
        claim.*,
        owner.id AS owner_id
    FROM claim
    INNER JOIN patron AS owner ON claim.value = owner.username
    WHERE claim.field = 'username'
    UNION ALL
    SELECT
        claim.*,
        owner.id AS owner_id
    FROM claim
    INNER JOIN patron AS owner ON claim.value = owner.district_id
    WHERE claim.field = 'districtID'
    UNION ALL
    SELECT
        claim.*,
        owner.patron_id AS owner_id
    FROM claim
    INNER JOIN patron_site AS owner ON claim.site = owner.site AND claim.value = owner.barcode
    WHERE claim.field = 'barcode'
),

missed AS (
    SELECT
        owned.patron_id,
        owned.field,
        'taken' AS why
    FROM owned
    WHERE
        NOT EXISTS (
            SELECT 1 FROM undo_effect AS giver
            WHERE giver.patron_id = owned.owner_id AND giver.action = 'added' AND giver.kept IS NULL
        )
        AND NOT EXISTS (
            SELECT 1 FROM undo_field AS giver
            WHERE giver.patron_id = owned.owner_id AND giver.field = owned.field AND giver.kept IS NULL
        )
        AND NOT EXISTS (
            SELECT 1
            FROM undo_place AS giver
            INNER JOIN undo_effect AS effect ON giver.patron_id = effect.patron_id AND effect.action = 'changed'
            WHERE
                owned.field = 'barcode'
                AND giver.patron_id = owned.owner_id
                AND giver.site = owned.site
                AND giver.want IS DISTINCT FROM giver.now
        )
    UNION ALL
    SELECT
        claim.patron_id,
        claim.field,
        'siteless' AS why
    FROM claim
    LEFT JOIN site ON claim.site = site.short_name
    WHERE claim.field = 'barcode' AND site.short_name IS NULL
),

out_of_reach AS (
    SELECT
        patron_id,
        field,
        max(why) AS why
    FROM missed
    GROUP BY patron_id, field
),

kept_field AS (
    UPDATE undo_field SET
        want = undo_field.now,
        kept = out_of_reach.why
    FROM out_of_reach
    WHERE undo_field.patron_id = out_of_reach.patron_id AND undo_field.field = out_of_reach.field
    RETURNING undo_field.patron_id
),

kept_place AS (
    UPDATE undo_place SET
        want = undo_place.now,
        want_primary = undo_place.now_primary,
        kept = CASE
            WHEN undo_place.want IS DISTINCT FROM undo_place.now OR undo_place.want_primary <> undo_place.now_primary
                THEN out_of_reach.why
            ELSE undo_place.kept
        END
    FROM out_of_reach
    WHERE undo_place.patron_id = out_of_reach.patron_id AND out_of_reach.field = 'barcode'
    RETURNING undo_place.patron_id
),

kept_whole AS (
    UPDATE undo_effect SET kept = why.kept
    FROM (
        SELECT
            patron_id,
            max(why) AS kept
        FROM out_of_reach
        GROUP BY patron_id
    ) AS why
    WHERE undo_effect.patron_id = why.patron_id AND undo_effect.action = 'deleted'
    RETURNING undo_effect.patron_id
)

SELECT count(*) AS found
FROM (
    SELECT patron_id FROM kept_field
    UNION ALL
    SELECT patron_id FROM kept_place
    UNION ALL
    SELECT patron_id FROM kept_whole
) AS kept
