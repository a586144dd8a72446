-- How the patrons that change look now, for the history: under the row that speaks for the patron, else under a row
-- that ends or adds an association.
CREATE UNLOGGED TABLE former AS
SELECT
    changing.line,
    stored.id AS patron_id,
    patron_fields(stored) || jsonb_build_object(
        'siteShortName', home.site,
        'barcode', home.barcode,
        'associations', patron_places(stored.id)
    ) AS fields
FROM (
    SELECT
        line,
        patron_id
    FROM planned
    WHERE (fields_changed OR places_changed) AND patron_id IS NOT NULL
    UNION ALL
    SELECT
        (array_agg(deleting.line ORDER BY deleting.fate ASC, deleting.line ASC))[1] AS line,
        deleting.patron_id
    FROM deleting
    WHERE
        deleting.fate IN ('primary', 'secondary')
        AND NOT EXISTS (
            SELECT 1 FROM planned AS beside
            WHERE
                beside.patron_id = deleting.patron_id
                AND (beside.fields_changed OR beside.places_changed)
        )
        AND NOT EXISTS (
            SELECT 1 FROM deleting AS whole
            WHERE whole.patron_id = deleting.patron_id AND whole.fate = 'patron'
        )
    GROUP BY deleting.patron_id
    UNION ALL
    SELECT
        min(place.line) AS line,
        place.patron_id
    FROM planned_place AS place
    WHERE
        place.patron_id IS NOT NULL
        AND place.barcode IS DISTINCT FROM place.there_barcode
        AND NOT EXISTS (
            SELECT 1 FROM planned AS beside
            WHERE
                beside.patron_id = place.patron_id
                AND (beside.fields_changed OR beside.places_changed)
        )
    GROUP BY place.patron_id
) AS changing
INNER JOIN patron AS stored ON changing.patron_id = stored.id
LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
