-- What became of each patron, by site. Unchanged: nothing of it was taken back.
SELECT
    coalesce(effect.site, '') AS site,
    coalesce(change.action, 'unchanged') AS outcome,
    count(*) AS patrons
FROM undo_effect AS effect
LEFT JOIN change ON effect.patron_id = change.patron_id AND change.run_id = $1
WHERE
    change.id IS NOT NULL OR effect.kept IS NOT NULL OR effect.patron_id IN (
        SELECT patron_id FROM undo_field
        UNION ALL
        SELECT patron_id FROM undo_place
        WHERE kept IS NOT NULL
    )
GROUP BY effect.site, change.action
