-- History of the patrons that go: their last state, whole. Barcodes of every site are in it.
INSERT INTO change (run_id, patron_id, line, action, before)
SELECT
    $1::bigint AS run_id,
    patron.id AS patron_id,
    deleting.line,
    'deleted' AS action,
    patron_fields(patron) || jsonb_build_object(
        'siteShortName', home.site,
        'barcode', home.barcode,
        'associations', patron_places(patron.id)
    ) AS before
FROM deleting
INNER JOIN patron ON deleting.patron_id = patron.id
LEFT JOIN patron_site AS home ON patron.id = home.patron_id AND home.is_primary
WHERE deleting.fate = 'patron'
