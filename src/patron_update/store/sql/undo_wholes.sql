-- Added patrons stay when something depends on them since: another value, an item, another job, another patron. A
-- changed patron who is gone stays gone. $1: the run; $2: the job whose file the values come from.
UPDATE undo_effect SET kept = found.kept
FROM (
    SELECT
        effect.patron_id,
        CASE
            WHEN NOT effect.is_stored THEN 'gone'
            WHEN effect.action = 'changed' THEN NULL
            WHEN
                jsonb_strip_nulls(patron_fields(stored))
                <> jsonb_strip_nulls(effect.after - ARRAY['siteShortName', 'barcode', 'associations', 'password'])
                OR EXISTS (
                    SELECT 1 FROM undo_place AS place
                    WHERE
                        place.patron_id = effect.patron_id
                        AND (place.after, place.after_primary) IS DISTINCT FROM (place.now, place.now_primary)
                )
                OR EXISTS (
                    SELECT 1 FROM change AS later
                    WHERE
                        later.patron_id = effect.patron_id
                        AND later.run_id IS DISTINCT FROM $1
                        AND later.id > (
                            SELECT max(own.id) FROM change AS own
                            WHERE own.patron_id = effect.patron_id AND own.run_id = $1
                        )
                        AND later.after ? 'password'
                )
                THEN 'changed'
            WHEN
                EXISTS (
                    SELECT 1 FROM outstanding
                    WHERE
                        outstanding.patron_id = effect.patron_id
                        AND NOT coalesce(effect.aside -> 'outstanding', '[]')
                        @> jsonb_build_array(jsonb_build_object('id', outstanding.id))
                )
                THEN 'outstanding'
            WHEN
                EXISTS (
                    SELECT 1 FROM baseline
                    WHERE baseline.patron_id = effect.patron_id AND baseline.job <> $2 AND baseline.run_id > $1
                )
                THEN 'owned'
            WHEN
                EXISTS (
                    SELECT 1 FROM merged_patron
                    WHERE merged_patron.kept_id = effect.patron_id AND merged_patron.run_id > $1
                )
                THEN 'merged'
        END AS kept
    FROM undo_effect AS effect
    LEFT JOIN patron AS stored ON effect.patron_id = stored.id
    WHERE effect.action <> 'deleted'
) AS found
WHERE undo_effect.patron_id = found.patron_id AND found.kept IS NOT NULL
