-- Gained claims that another patron has stored, with the line of the live row, if any, by which that one gives it up.
-- Who is deleted gives up everything.
CREATE UNLOGGED TABLE contested AS
WITH
ended AS (
    SELECT
        place.patron_id,
        place.site,
        min(deleting.line) AS line
    FROM deleting
    INNER JOIN patron_site AS place
        ON
            deleting.patron_id = place.patron_id
            AND (
                deleting.fate = 'patron'
                OR (deleting.fate IN ('primary', 'secondary') AND deleting.site = place.site)
            )
    GROUP BY place.patron_id, place.site
)

SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.patron_id AS owner_id,
    coalesce(ending.line, moved.line, giver.line) AS owner_line
FROM acquired
INNER JOIN patron_site AS owner ON acquired.site = owner.site AND acquired.value = owner.barcode
LEFT JOIN planned AS giver
    ON
        owner.patron_id = giver.patron_id
        AND giver.places_changed
        AND CASE
            WHEN owner.site = giver.site THEN owner.barcode <> giver.barcode
            WHEN
                EXISTS (
                    SELECT 1 FROM kept_site
                    WHERE kept_site.patron_id = owner.patron_id AND kept_site.site = owner.site
                )
                THEN FALSE
            WHEN owner.is_primary THEN TRUE
            ELSE giver.new_card AND owner.barcode = giver.old_barcode AND owner.barcode <> giver.barcode
        END
LEFT JOIN planned_place AS moved
    ON owner.patron_id = moved.patron_id AND owner.site = moved.site AND owner.barcode <> moved.barcode
LEFT JOIN ended AS ending ON owner.patron_id = ending.patron_id AND owner.site = ending.site
WHERE acquired.field = 'barcode'
UNION ALL
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.id AS owner_id,
    coalesce(ending.line, giver.line) AS owner_line
FROM acquired
INNER JOIN patron AS owner ON acquired.value = owner.username
LEFT JOIN planned AS giver
    ON
        owner.id = giver.patron_id
        AND giver.fields_changed
        AND giver.username IS DISTINCT FROM owner.username
LEFT JOIN deleting AS ending ON owner.id = ending.patron_id AND ending.fate = 'patron'
WHERE acquired.field = 'username'
UNION ALL
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.id AS owner_id,
    coalesce(ending.line, giver.line) AS owner_line
FROM acquired
INNER JOIN patron AS owner ON acquired.value = owner.district_id
LEFT JOIN planned AS giver
    ON
        owner.id = giver.patron_id
        AND giver.fields_changed
        AND giver.district_id IS DISTINCT FROM owner.district_id
LEFT JOIN deleting AS ending ON owner.id = ending.patron_id AND ending.fate = 'patron'
WHERE acquired.field = 'districtID'
UNION ALL
-- A row beside another one is held with it.
SELECT
    associating.line,
    'lead' AS field,
    '' AS site,
    '' AS value,
    NULL AS owner_id,
    associating.lead_line AS owner_line
FROM associating
WHERE
    associating.is_beside
    AND associating.lead_line IS NOT NULL
    AND associating.rival_line IS NULL
    AND associating.between_kinds IS NULL
UNION ALL
-- And so is one that deletes from the site which the other leaves.
SELECT
    deleting.line,
    'lead' AS field,
    '' AS site,
    '' AS value,
    NULL AS owner_id,
    deleting.lead_line AS owner_line
FROM deleting
WHERE deleting.lead_line IS NOT NULL
