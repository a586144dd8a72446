-- Gained claims that another patron has stored, with the line of the live row, if any, by which that one gives it up.
CREATE UNLOGGED TABLE contested AS
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.patron_id AS owner_id,
    given_up.line AS owner_line
FROM acquired
INNER JOIN patron_site AS owner ON acquired.site = owner.site AND acquired.value = owner.barcode
LEFT JOIN given_up ON owner.patron_id = given_up.patron_id AND owner.site = given_up.site
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
