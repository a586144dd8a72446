-- How the patrons that change look now, for the history.
CREATE UNLOGGED TABLE former AS
SELECT
    planned.line,
    patron_fields(stored) || jsonb_build_object(
        'siteShortName', planned.old_site,
        'barcode', planned.old_barcode,
        'associations', patron_places(stored.id)
    ) AS fields
FROM planned
INNER JOIN patron AS stored ON planned.patron_id = stored.id
WHERE planned.outcome IN ('updated', 'transferred')
