-- What stays as it is, and why; whom that is about is told by keys.
INSERT INTO message (run_id, line, code, site, district_id, barcode, field, value, detail)
SELECT
    $1::bigint AS run_id,
    NULL AS line,
    'not_taken_back' AS code,
    coalesce(home.site, effect.site) AS site,
    coalesce(stored.district_id, effect.was ->> 'districtID', effect.after ->> 'districtID') AS district_id,
    coalesce(home.barcode, effect.was ->> 'barcode', effect.after ->> 'barcode') AS barcode,
    told.field,
    CASE WHEN length(told.value) > 60 THEN left(told.value, 59) || '…' ELSE told.value END AS value,
    CASE told.kept
        WHEN 'changed' THEN 'it was changed since'
        WHEN 'taken' THEN 'another patron has the barcode, user name or District ID now'
        WHEN 'siteless' THEN 'the district has no such site any more; undo the rest once it has and a run was applied'
        WHEN 'gone' THEN 'the patron is not stored any more'
        WHEN 'outstanding' THEN 'something is outstanding'
        WHEN 'owned' THEN 'another job''s file names the patron, too'
        WHEN 'merged' THEN 'another patron was merged into this one'
        ELSE 'no former password is kept anywhere'
    END AS detail
FROM (
    SELECT
        patron_id,
        field,
        now AS value,
        kept
    FROM undo_field
    WHERE kept IS NOT NULL
    UNION ALL
    SELECT
        place.patron_id,
        'barcode' AS field,
        concat_ws(' at ', place.now, place.site) AS value,
        place.kept
    FROM undo_place AS place
    INNER JOIN undo_effect AS changed ON place.patron_id = changed.patron_id
    WHERE place.kept IS NOT NULL AND changed.action = 'changed' AND changed.kept IS NULL
    UNION ALL
    SELECT
        patron_id,
        NULL AS field,
        NULL AS value,
        kept
    FROM undo_effect
    WHERE kept IS NOT NULL
    UNION ALL
    SELECT
        undone.patron_id,
        'password' AS field,
        NULL AS value,
        'password' AS kept
    FROM undo_effect AS undone
    WHERE
        undone.kept IS NULL
        AND CASE undone.action
            WHEN 'changed' THEN undone.after ? 'password'
            WHEN 'deleted' THEN EXISTS (
                SELECT FROM change
                WHERE change.patron_id = undone.patron_id AND change.after ? 'password'
            )
        END
) AS told
INNER JOIN undo_effect AS effect ON told.patron_id = effect.patron_id
LEFT JOIN patron AS stored ON told.patron_id = stored.id
LEFT JOIN patron_site AS home ON told.patron_id = home.patron_id AND home.is_primary
ORDER BY site, district_id, barcode, told.field
