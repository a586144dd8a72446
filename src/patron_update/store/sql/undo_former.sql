-- How the patrons look before anything is taken back, and what goes with them.
INSERT INTO undo_former (patron_id, state, aside)
SELECT
    stored.id AS patron_id,
    patron_state(stored) AS state,
    CASE
        WHEN effect.action = 'added' THEN patron_aside(stored.id)
        ELSE
            jsonb_build_object(
                'edits',
                (
                    SELECT coalesce(jsonb_object_agg(edit.field, edit.now), '{}')
                    FROM undo_edit AS edit
                    WHERE edit.patron_id = stored.id
                )
            )
            || CASE
                WHEN effect.aside ? 'absence'
                    THEN
                        jsonb_build_object(
                            'absence', (
                                SELECT to_jsonb(absence) FROM absence
                                WHERE absence.patron_id = stored.id
                            )
                        )
                ELSE '{}'
            END
    END AS aside
FROM undo_effect AS effect
INNER JOIN patron AS stored ON effect.patron_id = stored.id
WHERE effect.kept IS NULL
