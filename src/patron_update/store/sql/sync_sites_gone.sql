-- A site that the district file no longer tells goes only when nobody is there.
DELETE FROM site
WHERE
    NOT EXISTS (
        SELECT 1 FROM jsonb_to_recordset($1::jsonb) AS told (short_name text)
        WHERE told.short_name = site.short_name
    )
    AND NOT EXISTS (
        SELECT 1 FROM patron_site
        WHERE patron_site.site = site.short_name
    )
    AND NOT EXISTS (
        SELECT 1 FROM outstanding
        WHERE outstanding.site = site.short_name
    )
