-- Gained claims that another patron has stored, with the line of the live row, if any, by which that one gives it up.
CREATE UNLOGGED TABLE contested AS
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.patron_id AS owner_id,
    giver.line AS owner_line
FROM acquired
INNER JOIN patron_site AS owner ON acquired.site = owner.site AND acquired.value = owner.barcode
LEFT JOIN planned AS giver
    ON
        owner.patron_id = giver.patron_id
        AND giver.outcome IN ('updated', 'transferred')
        AND CASE
            WHEN owner.site = giver.site THEN owner.barcode <> giver.barcode
            WHEN owner.is_primary THEN TRUE
            ELSE giver.new_card AND owner.barcode = giver.old_barcode AND owner.barcode <> giver.barcode
        END
WHERE acquired.field = 'barcode'
UNION ALL
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.id AS owner_id,
    giver.line AS owner_line
FROM acquired
INNER JOIN patron AS owner ON acquired.value = owner.username
LEFT JOIN planned AS giver
    ON
        owner.id = giver.patron_id
        AND giver.outcome IN ('updated', 'transferred')
        AND giver.username IS DISTINCT FROM owner.username
WHERE acquired.field = 'username'
UNION ALL
SELECT
    acquired.line,
    acquired.field,
    acquired.site,
    acquired.value,
    owner.id AS owner_id,
    giver.line AS owner_line
FROM acquired
INNER JOIN patron AS owner ON acquired.value = owner.district_id
LEFT JOIN planned AS giver
    ON
        owner.id = giver.patron_id
        AND giver.outcome IN ('updated', 'transferred')
        AND giver.district_id IS DISTINCT FROM owner.district_id
WHERE acquired.field = 'districtID'
