-- Sites that the run took, and barcodes.
INSERT INTO patron_site (patron_id, site, barcode, is_primary, since)
SELECT
    place.patron_id,
    place.site,
    place.want AS barcode,
    place.want_primary AS is_primary,
    coalesce(place.since, now()) AS since
FROM undo_place AS place
INNER JOIN undo_effect AS effect ON place.patron_id = effect.patron_id
WHERE
    effect.action IN ('changed', 'deleted')
    AND effect.kept IS NULL
    AND place.want IS NOT NULL
    AND (place.want IS DISTINCT FROM place.now OR place.want_primary <> place.now_primary)
ON CONFLICT (patron_id, site) DO UPDATE SET
    barcode = excluded.barcode,
    is_primary = excluded.is_primary
