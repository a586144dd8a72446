-- Edits of staff that the run had settled are edits again; those that it had brought back itself are settled again.
INSERT INTO undo_edit (patron_id, field, was, now)
SELECT
    effect.patron_id,
    told.name AS field,
    nullif(effect.aside -> 'edits' -> told.name, 'null') AS was,
    CASE WHEN edit.field IS NOT NULL THEN jsonb_build_object('applied', edit.applied) END AS now
FROM undo_effect AS effect
CROSS JOIN LATERAL jsonb_object_keys(effect.aside -> 'edits') AS told (name)
LEFT JOIN staff_edit AS edit ON effect.patron_id = edit.patron_id AND told.name = edit.field
WHERE
    effect.action = 'changed'
    AND effect.kept IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM undo_field AS part
        WHERE part.patron_id = effect.patron_id AND part.field = told.name AND part.kept IS NOT NULL
    )
    AND NOT (told.name = 'barcode' AND EXISTS (
        SELECT 1 FROM undo_place AS place
        WHERE place.patron_id = effect.patron_id AND place.kept IS NOT NULL
    ))
