-- History of the new patrons: all values they begin with. A password is told, never shown.
INSERT INTO change (run_id, patron_id, line, action, after)
SELECT
    $1::bigint AS run_id,
    patron.id AS patron_id,
    planned.line,
    'added' AS action,
    jsonb_strip_nulls(
        patron_fields(patron) || jsonb_build_object(
            'siteShortName', planned.site,
            'barcode', planned.barcode,
            'password', CASE WHEN patron.password_hash IS NOT NULL THEN 'changed' END
        )
    ) AS after
FROM planned
INNER JOIN new_patron ON planned.line = new_patron.line
INNER JOIN patron ON new_patron.patron_id = patron.id
