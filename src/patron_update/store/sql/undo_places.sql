-- Sites and barcodes: a barcode goes back where it is still what the run left there; so does the primary site.
INSERT INTO undo_place (
    patron_id, site, was, after, now, was_primary, after_primary, now_primary, since
)
SELECT
    patron_id,
    site,
    min(barcode) FILTER (WHERE moment = 'was') AS was,
    min(barcode) FILTER (WHERE moment = 'after') AS after,
    min(barcode) FILTER (WHERE moment = 'now') AS now,
    coalesce(bool_or(is_primary) FILTER (WHERE moment = 'was'), FALSE) AS was_primary,
    coalesce(bool_or(is_primary) FILTER (WHERE moment = 'after'), FALSE) AS after_primary,
    coalesce(bool_or(is_primary) FILTER (WHERE moment = 'now'), FALSE) AS now_primary,
    min(since) FILTER (WHERE moment = 'was') AS since
FROM (
    SELECT
        effect.patron_id,
        told.moment,
        place."siteShortName" AS site,
        place.barcode,
        place."primary" AS is_primary,
        place.since
    FROM undo_effect AS effect
    CROSS JOIN
        LATERAL (
            VALUES ('was', effect.was -> 'associations'), ('after', effect.after -> 'associations')
        ) AS told (moment, places)
    CROSS JOIN
        LATERAL jsonb_to_recordset(told.places)
            AS place ("siteShortName" text, barcode text, "primary" boolean, since timestamptz)
    UNION ALL
    SELECT
        effect.patron_id,
        'now' AS moment,
        place.site,
        place.barcode,
        place.is_primary,
        NULL AS since
    FROM undo_effect AS effect
    INNER JOIN patron_site AS place ON effect.patron_id = place.patron_id
    WHERE effect.was || effect.after ? 'associations'
) AS moment
GROUP BY patron_id, site;

UPDATE undo_place SET
    want = CASE
        WHEN was IS DISTINCT FROM after AND now IS NOT DISTINCT FROM after THEN was
        ELSE now
    END,
    kept = CASE
        WHEN was IS DISTINCT FROM after AND now IS DISTINCT FROM after AND now IS DISTINCT FROM was THEN 'changed'
    END;

-- The primary site goes back when it is still the run's.
UPDATE undo_place SET
    want_primary = CASE WHEN home.now IS NOT DISTINCT FROM home.after THEN was_primary ELSE now_primary END
FROM (
    SELECT
        patron_id,
        min(site) FILTER (WHERE after_primary) AS after,
        min(site) FILTER (WHERE now_primary) AS now
    FROM undo_place
    GROUP BY patron_id
) AS home
WHERE undo_place.patron_id = home.patron_id;

-- Nobody is left with sites and without a primary one: then all sites stay.
UPDATE undo_place SET
    want = now,
    want_primary = now_primary,
    kept = CASE WHEN want IS DISTINCT FROM now OR want_primary <> now_primary THEN 'changed' ELSE kept END
WHERE
    patron_id IN (
        SELECT patron_id
        FROM undo_place
        GROUP BY patron_id
        HAVING
            NOT coalesce(bool_or(want_primary AND want IS NOT NULL), FALSE)
            AND bool_or(want_primary OR want IS NOT NULL)
    )
    AND patron_id IN (
        SELECT patron_id FROM undo_effect
        WHERE action = 'changed'
    )
