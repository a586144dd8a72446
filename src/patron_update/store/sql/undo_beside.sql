-- What goes with whoever comes back, or with values that go back: edits of staff, absences, items.
WITH
returned AS (
    SELECT
        patron_id,
        aside
    FROM undo_effect
    WHERE action = 'deleted' AND kept IS NULL
),

unlost AS (
    DELETE FROM lost_item
    USING returned
    WHERE lost_item.patron_id = returned.patron_id AND lost_item.run_id = $1
),

items AS (
    INSERT INTO outstanding
    SELECT item.*
    FROM returned
    CROSS JOIN LATERAL jsonb_populate_recordset(NULL::outstanding, returned.aside -> 'outstanding') AS item
),

absences AS (
    INSERT INTO absence
    SELECT was.*
    FROM undo_effect AS effect
    CROSS JOIN LATERAL jsonb_populate_record(NULL::absence, effect.aside -> 'absence') AS was
    WHERE
        effect.kept IS NULL
        AND effect.action <> 'added'
        AND jsonb_typeof(effect.aside -> 'absence') = 'object'
    ON CONFLICT DO NOTHING
),

no_absence AS (
    DELETE FROM absence
    USING undo_effect AS effect
    WHERE
        absence.patron_id = effect.patron_id
        AND effect.kept IS NULL
        AND effect.action = 'changed'
        AND jsonb_typeof(effect.aside -> 'absence') = 'null'
),

no_edits AS (
    DELETE FROM staff_edit
    USING undo_edit AS edit
    WHERE staff_edit.patron_id = edit.patron_id AND staff_edit.field = edit.field AND edit.was IS NULL
)

INSERT INTO staff_edit (patron_id, field, applied)
SELECT
    patron_id,
    field,
    was ->> 'applied' AS applied
FROM undo_edit
WHERE was IS NOT NULL
UNION ALL
SELECT
    returned.patron_id,
    edit.key AS field,
    edit.value ->> 'applied' AS applied
FROM returned
CROSS JOIN LATERAL jsonb_each(returned.aside -> 'edits') AS edit
ON CONFLICT (patron_id, field) DO UPDATE SET
    applied = excluded.applied
