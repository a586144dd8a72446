-- History of the new patrons: all values they begin with. A password is told, never shown.
INSERT INTO change (run_id, patron_id, line, action, after)
SELECT
    $1::bigint AS run_id,
    patron.id AS patron_id,
    planned.line,
    'added' AS action,
    patron_begins(patron, planned.barcode, planned.site)
    || CASE WHEN patron.password_hash IS NOT NULL THEN '{"password": "changed"}'::jsonb ELSE '{}'::jsonb END
    || CASE
        WHEN planned.line IN (SELECT coalesce(place.lead_line, place.line) FROM planned_place AS place)
            THEN jsonb_build_object('associations', patron_places(patron.id))
        ELSE '{}'::jsonb
    END AS after
FROM planned
INNER JOIN new_patron ON planned.line = new_patron.line
INNER JOIN patron ON new_patron.patron_id = patron.id
WHERE planned.outcome = 'added'
