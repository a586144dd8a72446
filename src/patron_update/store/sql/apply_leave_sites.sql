-- A transfer gives up the former primary site, unless another row of the file speaks for it.
DELETE FROM patron_site
USING planned
WHERE
    planned.places_changed
    AND patron_site.patron_id = planned.patron_id
    AND patron_site.is_primary
    AND patron_site.site <> planned.site
    AND NOT EXISTS (
        SELECT 1 FROM kept_site
        WHERE kept_site.patron_id = patron_site.patron_id AND kept_site.site = patron_site.site
    )
