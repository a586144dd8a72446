-- What a deleted patron has on loan is lost: item and borrower are kept.
INSERT INTO lost_item (run_id, patron_id, district_id, barcode, site, item, since, due)
SELECT
    $1::bigint AS run_id,
    patron.id AS patron_id,
    patron.district_id,
    home.barcode,
    outstanding.site,
    outstanding.item,
    outstanding.since,
    outstanding.due
FROM deleting
INNER JOIN patron ON deleting.patron_id = patron.id
INNER JOIN outstanding ON patron.id = outstanding.patron_id AND outstanding.kind = 'loan'
LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
WHERE deleting.fate = 'patron'
