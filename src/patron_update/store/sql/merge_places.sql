-- Sites that the kept patron lacks, under the barcode that is valid there. They stay secondary, unless nothing is
-- primary yet.
UPDATE patron_site SET
    patron_id = $1,
    is_primary = patron_site.is_primary AND NOT EXISTS (
        SELECT 1 FROM patron_site AS home
        WHERE home.patron_id = $1 AND home.is_primary
    )
WHERE
    patron_site.patron_id = $2
    AND NOT EXISTS (
        SELECT 1 FROM patron_site AS there
        WHERE there.patron_id = $1 AND there.site = patron_site.site
    )
