-- Two patrons as they are now, with the kinds of their sites and all that their history tells.
SELECT
    stored.id,
    stored.district_id,
    patron_keys(stored.district_id, home.barcode, home.site) AS keys,
    patron_fields(stored) || jsonb_build_object(
        'siteShortName', home.site,
        'barcode', home.barcode,
        'associations', patron_places(stored.id),
        'outstanding', outstanding_figures(stored.id)
    ) AS state,
    (
        SELECT coalesce(array_agg(DISTINCT site.kind), '{}')
        FROM patron_site AS place INNER JOIN site ON place.site = site.short_name
        WHERE place.patron_id = stored.id
    ) AS kinds
FROM patron AS stored
LEFT JOIN patron_site AS home ON stored.id = home.patron_id AND home.is_primary
WHERE stored.id = any($1::bigint[])
