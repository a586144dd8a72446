-- Barcodes that patrons give up at their sites, with the row by which they do. Who is deleted gives up everything.
CREATE UNLOGGED TABLE given_up AS
SELECT DISTINCT ON (patron_id, site)
    patron_id,
    site,
    line
FROM (
    SELECT
        place.patron_id,
        place.site,
        deleting.line,
        1 AS rank
    FROM deleting
    INNER JOIN patron_site AS place ON deleting.patron_id = place.patron_id
    WHERE
        deleting.fate = 'patron' OR (deleting.fate IN ('primary', 'secondary') AND deleting.site = place.site)
    UNION ALL
    SELECT
        place.patron_id,
        place.site,
        moved.line,
        2 AS rank
    FROM planned_place AS moved
    INNER JOIN patron_site AS place ON moved.patron_id = place.patron_id AND moved.site = place.site
    WHERE moved.barcode <> place.barcode
    UNION ALL
    SELECT
        place.patron_id,
        place.site,
        giver.line,
        3 AS rank
    FROM planned AS giver
    INNER JOIN patron_site AS place ON giver.patron_id = place.patron_id
    LEFT JOIN kept_site AS kept ON place.patron_id = kept.patron_id AND place.site = kept.site
    WHERE
        giver.places_changed
        AND CASE
            WHEN place.site = giver.site THEN place.barcode <> giver.barcode
            WHEN kept.site IS NOT NULL THEN FALSE
            WHEN place.is_primary THEN TRUE
            ELSE giver.new_card AND place.barcode = giver.old_barcode AND place.barcode <> giver.barcode
        END
) AS giving
ORDER BY patron_id ASC, site ASC, rank ASC, line ASC
